/** Turns Codex's server requests into approval requests, and decisions into answers to Codex. */
import type {
  ApprovalChoice,
  ApprovalDecision,
  ApprovalRequest,
} from "../../../core/codex/approval.ts";
import type {
  DeclineReason,
  QuestionAnswer,
  QuestionRequest,
} from "../../../core/codex/question.ts";
import { unreachable } from "../../../core/errors.ts";
import { bareCommand, bareCommandLine, unifiedDiff } from "../item_texts.ts";
import { INVALID_REQUEST, METHOD_NOT_FOUND, type RequestId } from "./json_rpc.ts";
import { permissionsOf } from "./permissions.ts";
import type { ServerRequest } from "./protocol.ts";
import type {
  ApplyPatchApproval,
  CommandApproval,
  ExecCommandApproval,
  FileChangeApproval,
  PermissionsApproval,
  WireFileChanges,
} from "./protocol_shapes.ts";
import type { WireDecision } from "./question_shapes.ts";
import { elicited, inputQuestion } from "./questions.ts";
import { fileChangesOf } from "./turn_events.ts";

/** What the turn knows that the request does not say. */
export interface ApprovalContext {
  readonly threadId: string;
  readonly turnId: string;
  /** The changes of an earlier item, which a request about files does not repeat. */
  readonly changesOf: (itemId: string) => WireFileChanges | undefined;
}

/** Something to approve, and what to answer Codex then. */
export interface Approval {
  readonly type: "approval";
  readonly request: ApprovalRequest;
  readonly answer: (decision: ApprovalDecision) => unknown;
  /** A `cancel` cannot be said in the answer: the turn has to be interrupted as well. */
  readonly interruptOnCancel: boolean;
}

/** A question to the person, and what to answer Codex then. */
export interface Question {
  readonly type: "question";
  readonly request: QuestionRequest;
  readonly answer: (answer: QuestionAnswer) => unknown;
  /** A part of it is not asked. */
  readonly declined?: DeclineReason;
}

/** A server request that is declined without asking anybody. */
export interface Refusal {
  readonly type: "refusal";
  /** Told to the person. */
  readonly reason: DeclineReason;
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
): Approval | Question | Refusal {
  const base = { id: String(id), threadId: context.threadId, turnId: context.turnId };
  switch (request.method) {
    case "item/commandExecution/requestApproval":
      return asked(commandRequest(base, request.params), commandAnswer(request.params));
    case "item/fileChange/requestApproval":
      return asked(filesRequest(base, request.params, context), filesAnswer);
    case "item/permissions/requestApproval":
      return permissionsApproval(base, request.params);
    case "execCommandApproval":
      return asked(olderCommandRequest(base, request.params), olderDecision);
    case "applyPatchApproval":
      return asked(olderFilesRequest(base, request.params), olderDecision);
    case "mcpServer/elicitation/request":
      return elicited(base, request.params);
    case "item/tool/requestUserInput":
      return inputQuestion(base, request.params);
    case "account/chatgptAuthTokens/refresh":
    case "attestation/generate":
    case "currentTime/read":
    case "item/tool/call":
      return unsupported(request.method);
    case "unknown":
      return unsupported(request.name);
    case "unreadable": {
      const message = "The content of the request is another one than this client knows";
      return {
        type: "refusal",
        reason: { type: "unreadable", method: request.name },
        answer: { code: INVALID_REQUEST, message },
      };
    }
    default:
      return unreachable(request);
  }
}

function unsupported(method: string): Refusal {
  return {
    type: "refusal",
    reason: { type: "unsupported", method },
    answer: { code: METHOD_NOT_FOUND, message: `${method} is not supported by this client` },
  };
}

type Base = Pick<ApprovalRequest, "id" | "threadId" | "turnId">;

function asked(
  request: ApprovalRequest,
  answer: (decision: ApprovalDecision) => unknown,
): Approval {
  return { type: "approval", request, answer, interruptOnCancel: false };
}

function commandRequest(base: Base, params: CommandApproval): ApprovalRequest {
  const { itemId, kind, reason, command, cwd, networkApprovalContext: network } = params;
  const { additionalPermissions: rights, availableDecisions: offered } = params;
  return {
    ...base,
    kind: "command",
    itemId,
    ...(kind === "writeStdin" ? { isInput: true } : {}),
    ...(command === undefined ? {} : { command: bareCommandLine(command) }),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...(network === undefined ? {} : { host: network.host }),
    ...(rights === undefined ? {} : { permissions: permissionsOf(rights) }),
    ...(reason === undefined ? {} : { reason }),
    ...(offered === undefined
      ? {}
      : { choices: offered.length > 0 ? distinct(choicesIn(offered)) : [DECLINE] }),
  };
}

/** Left over where Codex offers nothing that this program knows. */
const DECLINE: ApprovalChoice = { decision: "decline" };

/** A button names the kind of its decision only: of two hosts or rules it stands for the first. */
function distinct(choices: readonly ApprovalChoice[]): readonly ApprovalChoice[] {
  return choices.filter(({ decision }, index) =>
    choices.findIndex((each) => each.decision === decision) === index
  );
}

function choicesIn(offered: readonly WireDecision[]): readonly ApprovalChoice[] {
  return offered.map((each): ApprovalChoice => {
    if (typeof each === "string") {
      return { decision: each === "acceptForSession" ? "accept-for-session" : each };
    }
    if ("acceptWithExecpolicyAmendment" in each) {
      const { execpolicy_amendment: prefix } = each.acceptWithExecpolicyAmendment;
      return { decision: "accept-prefix", prefix };
    }
    const { host, action } = each.applyNetworkPolicyAmendment.network_policy_amendment;
    return { decision: action === "allow" ? "accept-host" : "decline-host", host };
  });
}

function filesRequest(
  base: Base,
  { itemId, reason, grantRoot }: FileChangeApproval,
  { changesOf }: ApprovalContext,
): ApprovalRequest {
  const changes = changesOf(itemId);
  return {
    ...base,
    kind: "files",
    itemId,
    ...(reason === undefined ? {} : { reason }),
    ...(grantRoot === undefined ? {} : { grantRoot }),
    ...(changes === undefined ? {} : {
      changes: fileChangesOf(changes),
      diff: changes.map(({ path, kind, diff }) => unifiedDiff(path, kind.type, diff)).join("\n"),
    }),
  };
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
    permissions: permissionsOf(wanted),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...(reason === undefined ? {} : { reason }),
  };
  const answer = (decision: ApprovalDecision): unknown => ({
    permissions: decision === "accept" || decision === "accept-for-session" ? wanted : {},
    scope: decision === "accept-for-session" ? "session" : "turn",
  });
  return { type: "approval", request, answer, interruptOnCancel: true };
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

/** In Codex's words. A rule is answered with the very one that Codex proposed. */
function commandAnswer(
  { availableDecisions = [] }: Partial<CommandApproval>,
): Approval["answer"] {
  return (decision) => {
    switch (decision) {
      case "accept":
      case "decline":
      case "cancel":
        return { decision };
      case "accept-for-session":
        return { decision: "acceptForSession" };
      case "accept-always":
        return { decision: "decline" };
      case "accept-prefix":
      case "accept-host":
      case "decline-host": {
        const chosen = choicesIn(availableDecisions).findIndex((each) =>
          each.decision === decision
        );
        return { decision: availableDecisions[chosen] ?? "decline" };
      }
      default:
        return unreachable(decision);
    }
  };
}

function filesAnswer(decision: ApprovalDecision): unknown {
  return commandAnswer({})(decision);
}

function olderDecision(decision: ApprovalDecision): unknown {
  switch (decision) {
    case "accept":
      return { decision: "approved" };
    case "accept-for-session":
      return { decision: "approved_for_session" };
    case "accept-always":
    case "accept-prefix":
    case "accept-host":
    case "decline":
    case "decline-host":
      return { decision: { denied: { rejection: "The user declined" } } };
    case "cancel":
      return { decision: "abort" };
    default:
      return unreachable(decision);
  }
}
