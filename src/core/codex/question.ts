/**
 * Defines the questions that Codex and its tool servers ask a person: their fields, their answers, and
 * why one was not asked at all.
 */
import type { AgentEnded } from "./thread_activity.ts";
import type { Redact } from "../redaction/redact.ts";
import { unreachable } from "../errors.ts";
import type { ApprovalHandler, ApprovalRequest, RequestIdentity } from "./approval.ts";

/** Codex itself asks for decisions or details (`requestUserInput`). */
export interface InputQuestion extends RequestIdentity {
  readonly kind: "input";
  readonly fields: readonly QuestionField[];
  /** After so many milliseconds Codex goes on without an answer; absent = it waits. */
  readonly timeLimitMs?: number;
}

/** A tool server asks its user to fill in a form. */
export interface FormQuestion extends RequestIdentity {
  readonly kind: "form";
  readonly server: string;
  readonly message: string;
  readonly fields: readonly QuestionField[];
  /** Titles of optional fields that cannot be asked for here. */
  readonly leftOut: readonly string[];
}

/** A tool server asks its user to open a page. */
export interface AddressQuestion extends RequestIdentity {
  readonly kind: "address";
  readonly server: string;
  readonly message: string;
  readonly url: string;
}

export type QuestionRequest = InputQuestion | FormQuestion | AddressQuestion;

/** Whatever Codex may wait for a person with. */
export type PersonRequest = ApprovalRequest | QuestionRequest;

export function isQuestion(request: PersonRequest): request is QuestionRequest {
  switch (request.kind) {
    case "input":
    case "form":
    case "address":
      return true;
    case "command":
    case "files":
    case "permissions":
    case "tool":
      return false;
    default:
      return unreachable(request);
  }
}

interface FieldBase {
  /** Codex's name for it. */
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly required: boolean;
}

export type QuestionField =
  & FieldBase
  & (
    | {
      readonly type: "choice";
      readonly options: readonly FieldOption[];
      /** Words of one's own are an answer as well. */
      readonly freeText: boolean;
      readonly preset?: FieldScalar;
    }
    | {
      readonly type: "choices";
      readonly options: readonly FieldOption[];
      readonly least?: number;
      readonly most?: number;
      readonly preset?: readonly FieldScalar[];
    }
    | { readonly type: "boolean"; readonly preset?: boolean }
    | {
      readonly type: "number";
      readonly integer: boolean;
      readonly least?: number;
      readonly most?: number;
      readonly preset?: number;
    }
    | {
      readonly type: "text";
      /** In characters. */
      readonly shortest?: number;
      readonly longest?: number;
      readonly format?: TextFormat;
      readonly preset?: string;
    }
  );

export type TextFormat = "email" | "uri" | "date" | "date-time";
export type FieldScalar = string | number | boolean;
export type FieldValue = FieldScalar | readonly FieldScalar[];

export interface FieldOption {
  readonly value: FieldScalar;
  readonly label: string;
  readonly description?: string;
}

/** By the ids of the fields; optional ones may be missing. */
export type FieldValues = Readonly<Record<string, FieldValue>>;

export type QuestionAnswer =
  /** `values` is empty for an address: the person says that it is done. */
  | { readonly type: "answered"; readonly values: FieldValues }
  /** `unanswered` = nobody answered in time. */
  | { readonly type: "decline"; readonly unanswered?: true }
  /** The person neither answers nor refuses. */
  | { readonly type: "cancel" };

export type QuestionResult = QuestionAnswer["type"];

/** The signal aborts when the question is void: the turn ended or Codex withdrew it. */
export type QuestionHandler = (
  question: QuestionRequest,
  signal: AbortSignal,
) => Promise<QuestionAnswer>;

/** Reach the person for whom Codex works. */
export interface PersonHandlers {
  /** Told of sub-agents that worked on when the turn had ended; must not throw. */
  readonly agentEnded?: (ended: AgentEnded) => void;
  /** Asked for every approval. A throw or an unusable answer declines. */
  readonly approve: ApprovalHandler;
  /** Asked every question; absent = each is declined, and that is told. */
  readonly answer?: QuestionHandler;
}

/** Why something was declined on a person's behalf; each is told to that person. */
export type DeclineReason =
  /** Newer than this program, or nothing that a person could answer. */
  | { readonly type: "unsupported"; readonly method: string }
  | { readonly type: "unreadable"; readonly method: string }
  /** A chat is no place for a secret. */
  | { readonly type: "secret"; readonly title: string; readonly server?: string }
  /** A form that needs what cannot be typed in a chat. */
  | { readonly type: "form"; readonly server: string; readonly fields: readonly string[] }
  /** The question could not be brought to the person. */
  | { readonly type: "unreachable"; readonly error: string };

/** Writes it for logs and traces. */
export function declineNote(reason: DeclineReason): string {
  switch (reason.type) {
    case "unsupported":
      return `declined ${reason.method}, which this program does not support`;
    case "unreadable":
      return `declined ${reason.method}, whose content this program cannot read`;
    case "secret":
      return `declined to ask for a secret: ${reason.title}`;
    case "form":
      return `declined a form of ${reason.server}: ${reason.fields.join(", ")}`;
    case "unreachable":
      return `declined, as nobody could be asked: ${reason.error}`;
    default:
      return unreachable(reason);
  }
}

/** Masks the secrets in a question. Do it before any of its texts is cut or kept. */
export function redactedQuestion(question: QuestionRequest, redact: Redact): QuestionRequest {
  switch (question.kind) {
    case "input":
      return { ...question, fields: redactedFields(question.fields, redact) };
    case "form": {
      const { message, fields } = question;
      return { ...question, message: redact(message), fields: redactedFields(fields, redact) };
    }
    case "address": {
      const { message, url } = question;
      return { ...question, message: redact(message), url: redact(url) };
    }
    default:
      return unreachable(question);
  }
}

/** Leaves the values as they are: they are answers, and go back to Codex. */
function redactedFields(
  fields: readonly QuestionField[],
  redact: Redact,
): readonly QuestionField[] {
  return fields.map((field) => {
    const { title, description } = field;
    const masked = {
      title: redact(title),
      ...(description === undefined ? {} : { description: redact(description) }),
    };
    if (field.type !== "choice" && field.type !== "choices") return { ...field, ...masked };
    const options = field.options.map(({ value, label, description: more }) => ({
      value,
      label: redact(label),
      ...(more === undefined ? {} : { description: redact(more) }),
    }));
    return { ...field, ...masked, options };
  });
}

/** As it is kept on disk: without values that its texts do not show. */
export function withoutValues(question: QuestionRequest): QuestionRequest {
  if (question.kind === "address") return question;
  const fields = question.fields.map((field): QuestionField => {
    const { preset: _preset, ...kept } = field;
    if (kept.type !== "choice" && kept.type !== "choices") return kept;
    const options = kept.options.map((option) => ({ ...option, value: option.label }));
    return { ...kept, options };
  });
  return { ...question, fields };
}

/** What a question is about, on one line, for logs and lists. */
export function questionSubject(question: QuestionRequest): string {
  switch (question.kind) {
    case "input":
      return question.fields.map(({ title }) => title).join("; ");
    case "form":
      return `${question.server}: ${question.message}`;
    case "address":
      return `${question.server}: ${question.message} ${question.url}`.trim();
    default:
      return unreachable(question);
  }
}
