/** Turns what Codex's tools and tool servers ask into requests to a person, and answers into Codex's. */
import type {
  ApprovalChoice,
  ApprovalDecision,
  ToolApproval,
  ToolHint,
} from "../../../core/codex/approval.ts";
import type {
  DeclineReason,
  FieldValue,
  FormQuestion,
  InputQuestion,
  QuestionAnswer,
  QuestionField,
} from "../../../core/codex/question.ts";
import { unreachable } from "../../../core/errors.ts";
import { shownIfBlank } from "../../../core/text/short_text.ts";
import type { Approval, Question, Refusal } from "./approvals.ts";
import { readForm } from "./form_fields.ts";
import type { UserInputRequest, WireElicitation, WireToolCall } from "./question_shapes.ts";
import { parametersOf } from "./tool_parameters.ts";

interface Base {
  readonly id: string;
  readonly threadId: string;
  readonly turnId: string;
}

/** A request of a tool server that asks its user, or of Codex on behalf of a tool. */
export function elicited(base: Base, asked: WireElicitation): Approval | Question | Refusal {
  const { serverName: server, message } = asked;
  switch (asked.mode) {
    case "tool":
      return toolApproval(base, asked);
    case "form":
      return formQuestion(base, { server, message, schema: asked.requestedSchema });
    case "url": {
      const request = { ...base, kind: "address" as const, server, message, url: asked.url };
      return { type: "question", request, answer: (answer) => elicitationResult(answer) };
    }
    case "other": {
      const method = `mcpServer/elicitation/request (${asked.name})`;
      return refused({ type: "unsupported", method }, DECLINED);
    }
    default:
      return unreachable(asked);
  }
}

const DECLINED = { action: "decline", content: null, _meta: null };

function refused(reason: DeclineReason, result: unknown): Refusal {
  return { type: "refusal", reason, answer: { result } };
}

/** Codex's own way to ask before it calls a tool, which the tool server never sees. */
function toolApproval(
  base: Base,
  { serverName, message, _meta: meta }: WireElicitation & { readonly mode: "tool" },
): Approval {
  const request: ToolApproval = {
    ...base,
    kind: "tool",
    itemId: "",
    server: serverName,
    tool: meta.tool_name ?? meta.tool_title ?? toolIn(message),
    ...(meta.tool_description === undefined ? {} : { description: meta.tool_description }),
    parameters: parametersOf(meta),
    hints: hintsOf(meta),
    choices: toolChoices(meta),
  };
  return { type: "approval", request, answer: toolAnswer, interruptOnCancel: true };
}

/** Older releases name the tool in their sentence only: `Allow the … to run tool "rename"?`. */
function toolIn(message: string): string {
  return /\btool "([^"]+)"\?$/.exec(message)?.[1] ?? message;
}

function toolChoices({ persist }: WireToolCall): readonly ApprovalChoice[] {
  return [
    { decision: "accept" },
    ...(persist.includes("session") ? [{ decision: "accept-for-session" } as const] : []),
    ...(persist.includes("always") ? [{ decision: "accept-always" } as const] : []),
    { decision: "decline" },
  ];
}

function toolAnswer(decision: ApprovalDecision): unknown {
  switch (decision) {
    case "accept":
      return { action: "accept", content: {}, _meta: null };
    case "accept-for-session":
      return { action: "accept", content: {}, _meta: { persist: "session" } };
    case "accept-always":
      return { action: "accept", content: {}, _meta: { persist: "always" } };
    case "cancel":
      return { action: "cancel", content: null, _meta: null };
    case "accept-prefix":
    case "accept-host":
    case "decline":
    case "decline-host":
      return DECLINED;
    default:
      return unreachable(decision);
  }
}

/** Only what the server says: what it leaves open is no hint. */
function hintsOf({ tool_annotations: said }: WireToolCall): readonly ToolHint[] {
  return [
    ...(said?.readOnlyHint === true ? ["read-only" as const] : []),
    ...(said?.destructiveHint === true ? ["destructive" as const] : []),
    ...(said?.idempotentHint === true ? ["idempotent" as const] : []),
    ...(said?.openWorldHint === true ? ["open-world" as const] : []),
  ];
}

function formQuestion(
  base: Base,
  { server, message, schema }: {
    readonly server: string;
    readonly message: string;
    readonly schema: unknown;
  },
): Question | Refusal {
  const { fields, leftOut, impossible, secret } = readForm(schema);
  if (secret !== undefined) {
    return refused({ type: "secret", title: secret, server }, DECLINED);
  }
  if (impossible.length > 0) {
    return refused({ type: "form", server, fields: impossible }, DECLINED);
  }
  const request: FormQuestion = { ...base, kind: "form", server, message, fields, leftOut };
  return { type: "question", request, answer: (answer) => elicitationResult(answer) };
}

function elicitationResult(answer: QuestionAnswer): unknown {
  switch (answer.type) {
    case "answered":
      return { action: "accept", content: answer.values, _meta: null };
    case "decline":
      return answer.unanswered === true ? { ...DECLINED, action: "cancel" } : DECLINED;
    case "cancel":
      return { ...DECLINED, action: "cancel" };
    default:
      return unreachable(answer);
  }
}

/** Why a question of Codex has no answer, in words that its model reads. */
const UNANSWERED = {
  secret: "The user was not asked, because a chat is no place for a secret. Do not ask for it " +
    "again: tell the user to enter it by hand on the machine.",
  late: "The user did not answer in time. Decide by yourself, and say what you decided.",
  decline: "The user chose not to answer this question.",
} as const;

/** Secret questions are left out, and Codex is told why. */
export function inputQuestion(
  base: Base,
  { questions, autoResolutionMs }: UserInputRequest,
): Question | Refusal {
  const secret = questions.filter(({ isSecret }) => isSecret);
  const open = questions.filter(({ isSecret }) => !isSecret);
  const left = Object.fromEntries(secret.map(({ id }) => [id, words(UNANSWERED.secret)]));
  const [first] = secret;
  const declined: DeclineReason | undefined = first === undefined
    ? undefined
    : { type: "secret", title: first.question };
  if (open.length === 0) {
    if (declined === undefined) return refused(NO_QUESTION, { answers: {} });
    return refused(declined, { answers: left });
  }
  const request: InputQuestion = {
    ...base,
    kind: "input",
    fields: open.map(inputField),
    ...(autoResolutionMs === undefined ? {} : { timeLimitMs: autoResolutionMs }),
  };
  return {
    type: "question",
    request,
    ...(declined === undefined ? {} : { declined }),
    answer: (answer) => ({
      answers: { ...left, ...Object.fromEntries(open.map(({ id }) => [id, answered(answer, id)])) },
    }),
  };
}

const NO_QUESTION = { type: "unreadable", method: "item/tool/requestUserInput" } as const;

function inputField(
  { id, header, question, isOther, options = [] }: UserInputRequest["questions"][number],
): QuestionField {
  const base = {
    id,
    title: header.trim() === "" ? question : header,
    required: true,
    ...(header.trim() === "" ? {} : { description: question }),
  };
  if (options.length === 0) return { ...base, type: "text" };
  return {
    ...base,
    type: "choice",
    freeText: isOther,
    options: options.map(({ label, description }) => ({
      value: label,
      label: shownIfBlank(label),
      ...(description === "" ? {} : { description }),
    })),
  };
}

function answered(answer: QuestionAnswer, id: string): unknown {
  switch (answer.type) {
    case "answered": {
      const value = Object.hasOwn(answer.values, id) ? answer.values[id] : undefined;
      return value === undefined ? words(UNANSWERED.decline) : { answers: textsOf(value) };
    }
    case "decline":
      return words(answer.unanswered === true ? UNANSWERED.late : UNANSWERED.decline);
    case "cancel":
      return words(UNANSWERED.decline);
    default:
      return unreachable(answer);
  }
}

function words(text: string): { readonly answers: readonly string[] } {
  return { answers: [text] };
}

function textsOf(value: FieldValue): readonly string[] {
  return typeof value === "object" ? value.map(String) : [String(value)];
}
