/** A question of Codex that waits for its answer, and who may give it from where. */
import type { Redact } from "../../core/redaction/redact.ts";
import { type ApprovalRequest, redactedRequest } from "../../core/codex/codex.ts";
import type { Clock } from "../../core/clock.ts";
import type { ApprovalAnswer } from "../../core/chat/chat.ts";
import type { Run } from "../../core/run/run.ts";
import { type Language, type Texts, textsFor } from "../../texts/texts.ts";
import type { StoredQuestion } from "./questions.ts";

/** Who answers, from where. */
export interface Answerer {
  readonly userId: number;
  readonly chatId: number;
  /** Absent outside of topics. */
  readonly topicId?: number;
  readonly firstName: string;
}

export interface OpenQuestion {
  /** In the buttons' data. */
  readonly nonce: string;
  /** For typing. */
  readonly shortId: string;
  readonly run: Run;
  readonly request: ApprovalRequest;
  readonly language: Language;
  readonly texts: Texts;
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly settle: (answer: ApprovalAnswer) => void;
  /** Where it stands: a group may have moved since the request was made. */
  chatId: number;
  /** Absent until Telegram has told it. */
  messageId?: number;
}

export interface QuestionSettings {
  readonly clock: Clock;
  /** How long a question waits before it is declined, in milliseconds. */
  readonly approvalTimeoutMs: number;
  /** In which language the person behind the run is talked to now. */
  readonly languageOf: (run: Run) => Language;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
}

const SHORT_ID_LENGTH = 5;

export function newQuestion(
  run: Run,
  request: ApprovalRequest,
  settle: (answer: ApprovalAnswer) => void,
  { approvalTimeoutMs, clock, redact, languageOf }: QuestionSettings,
): OpenQuestion {
  const nonce = randomText(12);
  const language = languageOf(run);
  const askedAt = clock.now();
  return {
    nonce,
    shortId: nonce.replaceAll(/[-_]/g, "").slice(0, SHORT_ID_LENGTH).toLowerCase(),
    run,
    request: redactedRequest(request, redact),
    language,
    texts: textsFor(language),
    askedAt,
    expiresAt: new Date(askedAt.getTime() + approvalTimeoutMs),
    settle,
    chatId: Number(run.origin.chatId),
  };
}

/** A quick person presses before Telegram has told us the message's id; the nonce is proof enough. */
export function isOn({ messageId }: OpenQuestion, pressed: number): boolean {
  return messageId === undefined || messageId === pressed;
}

/**
 * In the chat and the topic of the request, or outside of the chat's topics, where Telegram puts what
 * belongs to a topic that is gone.
 */
export function isInPlace(question: OpenQuestion, { chatId, topicId }: Answerer): boolean {
  const { chatId: asked, run: { origin } } = question;
  const inTopic = topicId === undefined || topicId === origin.topicId;
  return asked === chatId && inTopic;
}

export function isAsker({ run }: OpenQuestion, { userId }: Answerer): boolean {
  return run.session.userId === String(userId);
}

export function storedQuestion(question: OpenQuestion): StoredQuestion {
  const { nonce, run, chatId, language, request } = question;
  return { nonce, runId: run.id, chatId, language, request };
}

/** @param bytes of randomness; base64url, four characters for three bytes */
function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}
