/** Turns Codex's server requests into approval requests, and decisions into answers to Codex. */
import type { ApprovalDecision, ApprovalRequest } from "../../../core/codex/codex.ts";
import { unreachable } from "../../../core/errors.ts";
import { bareCommand, bareCommandLine, unifiedDiff } from "../item_texts.ts";
import { INVALID_REQUEST, METHOD_NOT_FOUND, type RequestId } from "./json_rpc.ts";
import type { ServerRequest } from "./protocol.ts";
import type {
  ApplyPatchApproval,
  CommandApproval,
  ExecCommandApproval,
  FileChangeApproval,
  PermissionsApproval,
  WireFileChanges,
} from "./protocol_shapes.ts";
import { fileChangesOf } from "./turn_events.ts";

/** What the turn knows that the request does not say. */
export interface ApprovalContext {
  readonly threadId: string;
  readonly turnId: string;
  /** The changes of an earlier item, which a request about files does not repeat. */
  readonly changesOf: (itemId: string) => WireFileChanges | undefined;
}

/** A question to the person, and what to answer Codex then. */
export interface Approval {
  readonly request: ApprovalRequest;
  readonly answer: (decision: ApprovalDecision) => unknown;
  /** A `cancel` cannot be said in the answer: the turn has to be interrupted as well. */
  readonly interruptOnCancel: boolean;
}

/** A server request that is declined without asking anybody. */
export interface Refusal {
  /** Told to the person. */
  readonly warning: string;
  /** Codex's own way to say no, or an error where it has none. */
  readonly answer:
    | { readonly result: unknown }
    | { readonly code: number; readonly message: string };
}

/** @returns what to ask the person, or how to decline what this program cannot do */
export function approvalOf(
  id: RequestId,
  request: ServerRequest,
  context: ApprovalContext,
): Approval | Refusal {
  const base = { id: String(id), threadId: context.threadId, turnId: context.turnId };
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return asked(commandRequest(base, request.params), plainDecision);
    case "item/fileChange/requestApproval":
      return asked(filesRequest(base, request.params, context), plainDecision);
    case "item/permissions/requestApproval":
      return permissionsApproval(base, request.params);
    case "execCommandApproval":
      return asked(olderCommandRequest(base, request.params), olderDecision);
    case "applyPatchApproval":
      return asked(olderFilesRequest(base, request.params), olderDecision);
    case "mcpServer/elicitation/request":
      return {
        warning: "A tool server asked for input, which was declined: it cannot be given from here",
        answer: { result: { action: "decline", content: null, _meta: null } },
      };
    case "item/tool/requestUserInput":
      return {
        warning: "Codex asked a question, which was left open: it cannot be answered from here",
        answer: { result: { answers: {} } },
      };
    case "account/chatgptAuthTokens/refresh":
    case "attestation/generate":
    case "currentTime/read":
    case "item/tool/call":
      return unsupported(request.method);
    case "unknown":
      return unsupported(request.name);
    case "unreadable": {
      const message = "Codex asked in a way that this program does not know; it was declined";
      return { warning: message, answer: { code: INVALID_REQUEST, message } };
    }
    default:
      return unreachable(request);
  }
}

function unsupported(method: string): Refusal {
  return {
    warning: `Codex asked for something that this program does not know (${method}), ` +
      "which was declined",
    answer: { code: METHOD_NOT_FOUND, message: `${method} is not supported by this client` },
  };
}

type Base = Pick<ApprovalRequest, "id" | "threadId" | "turnId">;

function asked(
  request: ApprovalRequest,
  answer: (decision: ApprovalDecision) => unknown,
): Approval {
  return { request, answer, interruptOnCancel: false };
}

function commandRequest(base: Base, params: CommandApproval): ApprovalRequest {
  const { itemId, reason, command, cwd, networkApprovalContext } = params;
  const network = networkApprovalContext === undefined
    ? undefined
    : `Network access to ${networkApprovalContext.host}`;
  return {
    ...base,
    kind: "command",
    itemId,
    ...(command === undefined ? {} : { command: bareCommandLine(command) }),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...reasonOf(reason, network),
  };
}

function filesRequest(
  base: Base,
  { itemId, reason, grantRoot }: FileChangeApproval,
  { changesOf }: ApprovalContext,
): ApprovalRequest {
  const changes = changesOf(itemId);
  const grant = grantRoot === undefined ? undefined : `Write access to all of ${grantRoot}`;
  return {
    ...base,
    kind: "files",
    itemId,
    ...reasonOf(reason, grant),
    ...(changes === undefined ? {} : {
      changes: fileChangesOf(changes),
      diff: changes.map(({ path, kind, diff }) => unifiedDiff(path, kind.type, diff)).join("\n"),
    }),
  };
}

function reasonOf(...parts: readonly (string | undefined)[]): { readonly reason?: string } {
  const reason = parts.filter((part) => part !== undefined).join("; ");
  return reason === "" ? {} : { reason };
}

function permissionsApproval(
  base: Base,
  { itemId, reason, cwd, permissions }: PermissionsApproval,
): Approval {
  // Codex says null for what it does not ask for, and accepts no null back.
  const wanted = Object.fromEntries(
    Object.entries(permissions).filter(([, value]) => value !== null),
  );
  const request: ApprovalRequest = {
    ...base,
    kind: "permissions",
    itemId,
    permissions: JSON.stringify(wanted),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...(reason === undefined ? {} : { reason }),
  };
  const answer = (decision: ApprovalDecision): unknown => ({
    permissions: decision === "accept" || decision === "accept-for-session" ? wanted : {},
    scope: decision === "accept-for-session" ? "session" : "turn",
  });
  return { request, answer, interruptOnCancel: true };
}

function olderCommandRequest(
  base: Base,
  { callId, command, cwd, reason }: ExecCommandApproval,
): ApprovalRequest {
  return {
    ...base,
    kind: "command",
    itemId: callId,
    command: bareCommand(command),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function olderFilesRequest(
  base: Base,
  { callId, reason, fileChanges }: ApplyPatchApproval,
): ApprovalRequest {
  const files = Object.entries(fileChanges);
  return {
    ...base,
    kind: "files",
    itemId: callId,
    changes: files.map(([path, { type }]) => ({ path, kind: type })),
    diff: files.map(([path, { type, unified_diff, content }]) =>
      unifiedDiff(path, type, unified_diff ?? content ?? "")
    ).join("\n"),
    ...(reason === undefined ? {} : { reason }),
  };
}

function plainDecision(decision: ApprovalDecision): unknown {
  return { decision: decision === "accept-for-session" ? "acceptForSession" : decision };
}

function olderDecision(decision: ApprovalDecision): unknown {
  switch (decision) {
    case "accept":
      return { decision: "approved" };
    case "accept-for-session":
      return { decision: "approved_for_session" };
    case "decline":
      return { decision: { denied: { rejection: "The user declined" } } };
    case "cancel":
      return { decision: "abort" };
    default:
      return unreachable(decision);
  }
}
