/** Codex's questions as approval requests, and decisions as the answers it understands. */
import type { ApprovalDecision, ApprovalRequest, FileChange } from "../../../core/codex/codex.ts";
import type { IncomingRequest } from "./json_rpc.ts";
import { bareCommand, bareCommandLine } from "../item_texts.ts";
import { fileChangesOf } from "./turn_events.ts";
import {
  commandQuestion,
  filesQuestion,
  olderCommandQuestion,
  olderFilesQuestion,
  permissionsQuestion,
  type WireFileChanges,
} from "./protocol.ts";

/** What the turn knows that the question does not say. */
export interface QuestionContext {
  readonly threadId: string;
  readonly turnId: string;
  /** The changes of an earlier item: a question about files carries none itself. */
  readonly changesOf: (itemId: string) => WireFileChanges | undefined;
}

/** A question to a person, and what to answer Codex then. */
export interface Question {
  readonly request: ApprovalRequest;
  readonly answer: (decision: ApprovalDecision) => unknown;
  /** A `cancel` cannot be said in the answer: the turn has to be interrupted as well. */
  readonly interruptOnCancel: boolean;
}

/** A question that nobody is asked. */
export interface Refusal {
  /** Undefined where there is no polite way to say no: the answer is an error then. */
  readonly answer: unknown;
  /** For a person. */
  readonly warning: string;
}

/**
 * The question of an incoming request, or undefined when it asks for no approval.
 * @throws {z.ZodError} when it has a shape that we do not know
 */
export function questionOf(
  { id, method, params }: IncomingRequest,
  context: QuestionContext,
): Question | undefined {
  const base = { id: String(id), threadId: context.threadId, turnId: context.turnId };
  switch (method) {
    case "item/commandExecution/requestApproval":
      return answered(commandRequest(base, params), plainDecision);
    case "item/fileChange/requestApproval":
      return answered(filesRequest(base, params, context), plainDecision);
    case "item/permissions/requestApproval":
      return permissionsRequest(base, params);
    case "execCommandApproval":
      return answered(olderCommandRequest(base, params), olderDecision);
    case "applyPatchApproval":
      return answered(olderFilesRequest(base, params), olderDecision);
    default:
      return undefined;
  }
}

/** The answer to a request that nobody here can fulfil. */
export function refusalOf(method: string): Refusal {
  switch (method) {
    case "mcpServer/elicitation/request":
      return {
        answer: { action: "decline", content: null, _meta: null },
        warning: "A tool server asked for input, which was declined: it cannot be given from here",
      };
    case "item/tool/requestUserInput":
      return {
        answer: { answers: {} },
        warning: "Codex asked a question, which was left open: it cannot be answered from here",
      };
    default:
      return {
        answer: undefined,
        warning: `Codex asked for something that this program does not know (${method}), ` +
          "which was declined",
      };
  }
}

type Base = Pick<ApprovalRequest, "id" | "threadId" | "turnId">;

function answered(
  request: ApprovalRequest,
  answer: (decision: ApprovalDecision) => unknown,
): Question {
  return { request, answer, interruptOnCancel: false };
}

function commandRequest(base: Base, params: unknown): ApprovalRequest {
  const { itemId, reason, command, cwd, networkApprovalContext } = commandQuestion.parse(params);
  const network = networkApprovalContext === undefined
    ? undefined
    : `Network access to ${networkApprovalContext.host}`;
  const why = [reason, network].filter((part) => part !== undefined).join("; ");
  return {
    ...base,
    kind: "command",
    itemId,
    ...(command === undefined ? {} : { command: bareCommandLine(command) }),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...(why === "" ? {} : { reason: why }),
  };
}

function filesRequest(base: Base, params: unknown, context: QuestionContext): ApprovalRequest {
  const { itemId, reason, grantRoot } = filesQuestion.parse(params);
  const changes = context.changesOf(itemId);
  const grant = grantRoot === undefined ? undefined : `Write access to all of ${grantRoot}`;
  const why = [reason, grant].filter((part) => part !== undefined).join("; ");
  return {
    ...base,
    kind: "files",
    itemId,
    ...(why === "" ? {} : { reason: why }),
    ...(changes === undefined ? {} : {
      changes: fileChangesOf(changes),
      diff: changes.map(({ path, kind, diff }) => unifiedDiff(path, kind.type, diff)).join("\n"),
    }),
  };
}

function permissionsRequest(base: Base, params: unknown): Question {
  const { itemId, reason, cwd, permissions } = permissionsQuestion.parse(params);
  // Codex says null for what it does not ask for, and wants no null back.
  const asked = Object.fromEntries(
    Object.entries(permissions).filter(([, value]) => value !== null),
  );
  const request: ApprovalRequest = {
    ...base,
    kind: "permissions",
    itemId,
    permissions: JSON.stringify(asked),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...(reason === undefined ? {} : { reason }),
  };
  const answer = (decision: ApprovalDecision): unknown => ({
    permissions: decision === "accept" || decision === "accept-for-session" ? asked : {},
    scope: decision === "accept-for-session" ? "session" : "turn",
  });
  return { request, answer, interruptOnCancel: true };
}

function olderCommandRequest(base: Base, params: unknown): ApprovalRequest {
  const { callId, command, cwd, reason } = olderCommandQuestion.parse(params);
  return {
    ...base,
    kind: "command",
    itemId: callId,
    command: bareCommand(command),
    ...(cwd === undefined ? {} : { workingDirectory: cwd }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function olderFilesRequest(base: Base, params: unknown): ApprovalRequest {
  const { callId, reason, fileChanges } = olderFilesQuestion.parse(params);
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

/** Codex tells the hunks of an updated file, but the plain text of one that comes or goes. */
function unifiedDiff(path: string, kind: FileChange["kind"], text: string): string {
  const body = text.trimEnd();
  if (kind === "update") return `--- ${path}\n+++ ${path}\n${body}\n`;
  const sign = kind === "add" ? "+" : "-";
  const lines = body.split("\n").map((line) => sign + line).join("\n");
  return kind === "add"
    ? `--- /dev/null\n+++ ${path}\n${lines}\n`
    : `--- ${path}\n+++ /dev/null\n${lines}\n`;
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
  }
}
