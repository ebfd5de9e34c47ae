/**
 * Keeps what approvals and questions have in common: who may answer and where, their messages, and what
 * an earlier process left open.
 */
import type { Clock } from "../../core/clock.ts";
import { isQuestion, type PersonRequest } from "../../core/codex/question.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Run } from "../../core/run/run.ts";
import { type Language, type Texts, textsFor } from "../../texts/texts.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Delivery } from "../outbox/outgoing.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { drawClosed } from "./approval_message.ts";
import { drawClosedQuestion } from "./question_message.ts";

export interface ApprovalSettings {
  readonly clock: Clock;
  /** How long an approval or a question waits before it is declined, in milliseconds. */
  readonly approvalTimeoutMs: number;
  /** The person's present language. */
  readonly languageOf: (run: Run) => Language;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
}

export interface RequestDependencies extends ApprovalSettings {
  readonly outbox: Pick<Outbox, "send" | "edit" | "sendDocument" | "answerCallback" | "setButtons">;
  readonly approvalStore: ApprovalStore;
}

/** Who answers, and where. */
export interface Answerer {
  readonly userId: number;
  readonly chatId: number;
  /** Absent outside of topics. */
  readonly topicId?: number;
  /** The group that this supergroup was: what was asked there is answered here. */
  readonly formerChatId?: number;
  readonly firstName: string;
}

export interface ButtonPress extends Answerer {
  readonly queryId: string;
  readonly messageId: number;
  readonly data: string;
  /** In the language of the person who presses. */
  readonly texts: Texts;
}

export interface StoredApproval {
  /** In the data of its buttons. */
  readonly nonce: string;
  readonly runId: string;
  readonly chatId: number;
  /** Absent when the process ended before it was known. */
  readonly messageId?: number;
  readonly language: Language;
  readonly request: PersonRequest;
}

/** Stores open requests across restarts. No method throws: one that cannot be stored is asked, too. */
export interface ApprovalStore {
  /** Before its message is sent. */
  keep(approval: StoredApproval): void;
  sent(nonce: string, messageId: number): void;
  /** It was answered, or Codex no longer waits for it. */
  close(nonce: string): void;
  /** Those of an earlier process. */
  open(): readonly StoredApproval[];
}

/** What waits for a person's answer. */
export interface Pending {
  /** In the data of its buttons: 16 characters of base64url. */
  readonly nonce: string;
  /** For typing. */
  readonly shortId: string;
  readonly run: Run;
  readonly language: Language;
  readonly texts: Texts;
  readonly askedAt: Date;
  /** Chat of its message: a group may have got another id since the request was made. */
  chatId: number;
  /** Absent until its message has been sent. */
  messageId?: number;
}

const SHORT_ID_LENGTH = 5;

export function newPending(run: Run, { languageOf, clock }: ApprovalSettings): Pending {
  const nonce = crypto.getRandomValues(new Uint8Array(12))
    .toBase64({ alphabet: "base64url", omitPadding: true });
  const language = languageOf(run);
  return {
    nonce,
    shortId: nonce.replaceAll(/[-_]/g, "").slice(0, SHORT_ID_LENGTH).toLowerCase(),
    run,
    language,
    texts: textsFor(language),
    askedAt: clock.now(),
    chatId: Number(run.origin.chatId),
  };
}

/** A person may press before the id of the sent message is known; the nonce is proof enough. */
export function isOn({ messageId }: Pending, pressed: number): boolean {
  return messageId === undefined || messageId === pressed;
}

/**
 * Whether the answer comes from the chat and topic of the request. Outside of topics counts too, as
 * Telegram puts messages of a deleted topic there.
 */
export function isInPlace(
  { chatId: asked, run: { origin } }: Pending,
  { chatId, formerChatId, topicId }: Answerer,
): boolean {
  const inTopic = topicId === undefined || topicId === origin.topicId;
  return (asked === chatId || asked === formerChatId) && inTopic;
}

export function isAsker({ run }: Pending, { userId }: Answerer): boolean {
  return run.session.userId === String(userId);
}

/** Whether it is listed to this person here. */
export function isListed(pending: Pending, person: Answerer): boolean {
  return isAsker(pending, person) && isInPlace(pending, person) &&
    pending.run.origin.topicId === person.topicId;
}

/** Closed requests that a reply is still recognized for. */
const MOST_CLOSED = 500;

/** The messages of requests, in the chat and on disk. */
export class RequestMessages {
  readonly #deps: RequestDependencies;
  /** The run of each request that was closed in this process, by chat and message. */
  readonly #closed = new Map<string, string>();
  /** Left by an earlier process, in messages whose ids are unknown. */
  readonly #expired = new Map<string, StoredApproval>();

  constructor(deps: RequestDependencies) {
    this.#deps = deps;
  }

  keep(pending: Pending, request: PersonRequest): void {
    const { nonce, run, chatId, language } = pending;
    this.#deps.approvalStore.keep({ nonce, runId: run.id, chatId, language, request });
  }

  sent(pending: Pending, delivery: Delivery & { readonly status: "sent" }): void {
    pending.messageId = delivery.messageId;
    pending.chatId = delivery.chatId ?? pending.chatId;
    this.#deps.approvalStore.sent(pending.nonce, delivery.messageId);
  }

  /** Replaces its message by one without buttons, and forgets it. */
  close(pending: Pending, content: FormattedText): void {
    const { nonce, chatId, messageId, run } = pending;
    if (messageId === undefined) return this.#deps.approvalStore.close(nonce);
    this.#close({ nonce, chatId, messageId, runId: run.id, content });
  }

  /** The run of a request that was closed in this process. */
  closedRun(chatId: number, messageId: number): string | undefined {
    return this.#closed.get(`${chatId}:${messageId}`);
  }

  /** Marks the requests of an earlier process as expired. */
  expireOld(): void {
    for (const stored of this.#deps.approvalStore.open()) {
      const { nonce, messageId } = stored;
      // Its message is unknown; the first press of a button tells it.
      if (messageId === undefined) this.#expired.set(nonce, stored);
      else this.#expire(stored, messageId);
    }
  }

  /** Learns the message of an expired request from a press. */
  pressed(nonce: string, { chatId, messageId }: ButtonPress): void {
    const expired = this.#expired.get(nonce);
    if (expired?.chatId === chatId) this.#expire(expired, messageId);
  }

  #expire(stored: StoredApproval, messageId: number): void {
    const { nonce, runId, chatId, language, request } = stored;
    const texts = textsFor(language);
    const why = `⌛ ${texts.approvals.expired}`;
    const content = isQuestion(request)
      ? drawClosedQuestion(request, texts, why)
      : drawClosed(request, texts, why);
    this.#expired.delete(nonce);
    this.#close({ nonce, chatId, messageId, runId, content });
  }

  #close(end: {
    readonly nonce: string;
    readonly chatId: number;
    readonly messageId: number;
    readonly runId: string;
    readonly content: FormattedText;
  }): void {
    const { nonce, runId, ...edit } = end;
    this.remember(edit.chatId, edit.messageId, runId);
    // Does not reject: the outbox tells failures as values, and keeps what has a key.
    void this.#deps.outbox.edit({ ...edit, key: `question:${nonce}` }, "reply");
    this.#deps.approvalStore.close(nonce);
  }

  /** Recognizes later replies to a message that takes no answer any more. */
  remember(chatId: number, messageId: number, runId: string): void {
    this.#closed.set(`${chatId}:${messageId}`, runId);
    const [oldest] = this.#closed.keys();
    if (this.#closed.size > MOST_CLOSED && oldest !== undefined) this.#closed.delete(oldest);
  }
}
