/**
 * Asks for Codex's approvals in the chat. The person who made the request answers each one, once; it
 * is declined when nobody answers in time.
 *
 * A button's data is random. Everything that counts is kept here and checked when it is pressed:
 * person, chat, topic, message, and that Codex still waits.
 */
import type { ApprovalAnswer } from "../../core/chat/chat.ts";
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { type ApprovalRequest, redactedRequest } from "../../core/codex/codex.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Run } from "../../core/run/run.ts";
import { type Language, type Texts, textsFor } from "../../texts/texts.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Delivery } from "../outbox/outgoing.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import {
  approvalButtons,
  drawApproval,
  drawClosed,
  drawSettled,
  fileNameOf,
  fullText,
  type PendingApproval,
  pressedButton,
} from "./approval_message.ts";
import { destinationOf } from "./status_message.ts";

interface ApprovalsDependencies extends ApprovalSettings {
  readonly outbox: Pick<Outbox, "send" | "edit" | "sendDocument" | "answerCallback">;
  readonly approvalStore: ApprovalStore;
}

export interface ButtonPress extends Answerer {
  readonly queryId: string;
  readonly messageId: number;
  readonly data: string;
  /** In the language of the person who presses. */
  readonly texts: Texts;
}

/** Closed questions that a reply is still recognized for. */
const MOST_CLOSED = 500;

export class Approvals {
  readonly #deps: ApprovalsDependencies;
  readonly #open = new Map<string, PendingApproval>();
  /** The run of each question that was closed in this process, by chat and message. */
  readonly #closed = new Map<string, string>();
  /** Left by an earlier process, in messages whose ids are unknown. */
  readonly #expired = new Map<string, StoredApproval>();

  constructor(deps: ApprovalsDependencies) {
    this.#deps = deps;
  }

  /**
   * @throws the signal's reason when Codex no longer waits for the answer
   * @throws {Error} when the person cannot be reached
   */
  async ask(run: Run, request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ApprovalAnswer>();
    const approval = newApproval(run, request, resolve, this.#deps);
    const over = new AbortController();
    const onVoid = (): void => reject(signal.reason);
    signal.addEventListener("abort", onVoid, { once: true, signal: over.signal });
    if (signal.aborted) onVoid();
    this.#open.set(approval.nonce, approval);
    this.#deps.approvalStore.keep(storedApproval(approval));
    const delivered = this.#send(approval).then((delivery) => {
      if (delivery.status === "sent") this.#sent(approval, delivery);
      else reject(new Error(`The question could not be asked: ${delivery.reason}`));
    });
    // Does not reject: the answer, or its end, ends the wait quietly.
    void this.#watchTime(approval, over.signal);
    try {
      const settled = await promise;
      const at = this.#deps.clock.now();
      this.#redraw(approval, delivered, drawSettled(approval, settled, at));
      return settled;
    } catch (error) {
      const { request: asked, texts } = approval;
      const content = drawClosed(asked, texts, texts.approvals.noLongerNeeded);
      this.#redraw(approval, delivered, content);
      throw error;
    } finally {
      over.abort();
      this.#open.delete(approval.nonce);
    }
  }

  /** Ids, for typing, of the approvals that this person can give here. */
  openFor(person: Answerer): readonly string[] {
    return [...this.#open.values()]
      .filter((approval) =>
        isAsker(approval, person) && isInPlace(approval, person) &&
        approval.run.origin.topicId === person.topicId
      )
      .map(({ shortId }) => shortId);
  }

  /** Marks the approvals of an earlier process as expired. */
  expireOld(): void {
    for (const approval of this.#deps.approvalStore.open()) {
      const { nonce, messageId } = approval;
      // Its message is unknown; the first press of a button tells it.
      if (messageId === undefined) this.#expired.set(nonce, approval);
      else this.#expire(approval, messageId);
    }
  }

  /** Handles a pressed button. @returns false when it is another kind of button */
  press(press: ButtonPress): boolean {
    const pressed = pressedButton(press.data);
    if (pressed === undefined) return false;
    const expired = this.#expired.get(pressed.nonce);
    if (expired?.chatId === press.chatId) this.#expire(expired, press.messageId);
    const approval = this.#open.get(pressed.nonce);
    const { refusals } = press.texts;
    if (
      approval === undefined || !isOn(approval, press.messageId) || !isInPlace(approval, press)
    ) {
      this.#answer(press, refusals.staleButton);
    } else if (!isAsker(approval, press)) {
      this.#answer(press, refusals.notYours);
    } else {
      this.#settle(approval, { decision: pressed.decision, who: press.firstName });
      this.#answer(press, undefined);
    }
    return true;
  }

  /** Handles a typed answer. @returns false when this person has no open approval of that id here */
  decide(shortId: string, decision: "accept" | "decline", by: Answerer): boolean {
    const wanted = shortId.toLowerCase();
    const approval = [...this.#open.values()].find((each) =>
      each.shortId === wanted && isInPlace(each, by) && isAsker(each, by)
    );
    if (approval === undefined) return false;
    this.#settle(approval, { decision, who: by.firstName });
    return true;
  }

  /**
   * Finds the question that a message shows.
   * @returns undefined where the message shows none; `closed` where it takes no answer any more
   */
  shownIn(chatId: number, messageId: number, by: Answerer): ShownQuestion | undefined {
    const closed = this.#closed.get(`${chatId}:${messageId}`);
    if (closed !== undefined) return { type: "closed", runId: closed };
    const approval = [...this.#open.values()].find((each) =>
      each.chatId === chatId && each.messageId === messageId
    );
    if (approval === undefined) return undefined;
    if (!isAsker(approval, by) || !isInPlace(approval, by)) return { type: "not-yours" };
    return {
      type: "open",
      deny: (reason) => this.#settle(approval, { decision: "decline", reason, who: by.firstName }),
    };
  }

  async #watchTime(approval: PendingApproval, over: AbortSignal): Promise<void> {
    const { clock, approvalTimeoutMs } = this.#deps;
    if (await pause(clock, approvalTimeoutMs, over)) {
      this.#settle(approval, { decision: "decline" });
    }
  }

  /** Closes the approval before it tells the answer, so that only one counts. */
  #settle(approval: PendingApproval, settled: ApprovalAnswer): void {
    this.#open.delete(approval.nonce);
    approval.settle(settled);
  }

  #sent(approval: PendingApproval, delivery: Delivery & { readonly status: "sent" }): void {
    approval.messageId = delivery.messageId;
    approval.chatId = delivery.chatId ?? approval.chatId;
    this.#deps.approvalStore.sent(approval.nonce, delivery.messageId);
  }

  #answer({ queryId }: ButtonPress, text: string | undefined): void {
    // The outbox logs its own failures; the decision does not depend on this answer.
    void this.#deps.outbox.answerCallback(queryId, text);
  }

  async #send(approval: PendingApproval): Promise<Delivery> {
    const { run, request, texts } = approval;
    const { text, complete } = drawApproval(approval);
    const destination = destinationOf(run);
    if (!complete) {
      const bytes = new TextEncoder().encode(fullText(request));
      // Not awaited: the message itself decides whether the person was reached.
      void this.#deps.outbox.sendDocument(
        { ...destination, silent: true, fileName: fileNameOf(request), bytes },
        "approval",
      );
    }
    return await this.#deps.outbox.send(
      { ...destination, content: text, buttons: approvalButtons(approval.nonce, texts) },
      "approval",
    );
  }

  #redraw(approval: PendingApproval, delivered: Promise<void>, content: FormattedText): void {
    const redraw = async (): Promise<void> => {
      await delivered;
      const { nonce, chatId, messageId } = approval;
      if (messageId !== undefined) this.#rememberClosed(chatId, messageId, approval.run.id);
      // Not awaited: the outbox stores the edit at once.
      if (messageId !== undefined) this.#close({ chatId, messageId, content, nonce });
      else this.#deps.approvalStore.close(nonce);
    };
    // Does not reject: the outbox tells failures as values.
    void redraw();
  }

  #rememberClosed(chatId: number, messageId: number, runId: string): void {
    this.#closed.set(`${chatId}:${messageId}`, runId);
    const [oldest] = this.#closed.keys();
    if (this.#closed.size > MOST_CLOSED && oldest !== undefined) this.#closed.delete(oldest);
  }

  #expire({ nonce, runId, chatId, language, request }: StoredApproval, messageId: number): void {
    this.#rememberClosed(chatId, messageId, runId);
    const texts = textsFor(language);
    const content = drawClosed(request, texts, `⌛ ${texts.approvals.expired}`);
    this.#expired.delete(nonce);
    this.#close({ chatId, messageId, content, nonce });
  }

  #close(end: {
    readonly chatId: number;
    readonly messageId: number;
    readonly content: FormattedText;
    readonly nonce: string;
  }): void {
    const { nonce, ...edit } = end;
    // Does not reject: the outbox tells failures as values, and keeps what has a key.
    void this.#deps.outbox.edit({ ...edit, key: `question:${nonce}` }, "reply");
    this.#deps.approvalStore.close(nonce);
  }
}

/** What a reply to a question's message is about. */
export type ShownQuestion =
  | { readonly type: "open"; readonly deny: (reason: string) => void }
  | { readonly type: "closed"; readonly runId: string }
  | { readonly type: "not-yours" };

/** Who answers, and where. */
export interface Answerer {
  readonly userId: number;
  readonly chatId: number;
  /** Absent outside of topics. */
  readonly topicId?: number;
  readonly firstName: string;
}

export interface ApprovalSettings {
  readonly clock: Clock;
  /** How long an approval waits before it is declined, in milliseconds. */
  readonly approvalTimeoutMs: number;
  /** The person's present language. */
  readonly languageOf: (run: Run) => Language;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
}

const SHORT_ID_LENGTH = 5;

function newApproval(
  run: Run,
  request: ApprovalRequest,
  settle: (answer: ApprovalAnswer) => void,
  { approvalTimeoutMs, clock, redact, languageOf }: ApprovalSettings,
): PendingApproval {
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

/** A person may press before the id of the sent message is known; the nonce is proof enough. */
function isOn({ messageId }: PendingApproval, pressed: number): boolean {
  return messageId === undefined || messageId === pressed;
}

/**
 * Whether the answer comes from the chat and topic of the request. Outside of topics counts too, as
 * Telegram puts messages of a deleted topic there.
 */
function isInPlace(approval: PendingApproval, { chatId, topicId }: Answerer): boolean {
  const { chatId: asked, run: { origin } } = approval;
  const inTopic = topicId === undefined || topicId === origin.topicId;
  return asked === chatId && inTopic;
}

function isAsker({ run }: PendingApproval, { userId }: Answerer): boolean {
  return run.session.userId === String(userId);
}

function storedApproval(approval: PendingApproval): StoredApproval {
  const { nonce, run, chatId, language, request } = approval;
  return { nonce, runId: run.id, chatId, language, request };
}

/** @param bytes of randomness; base64url, four characters for three bytes */
function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

export interface StoredApproval {
  /** In the data of its buttons. */
  readonly nonce: string;
  readonly runId: string;
  readonly chatId: number;
  /** Absent when the process ended before it was known. */
  readonly messageId?: number;
  readonly language: Language;
  readonly request: ApprovalRequest;
}

/** Stores open approvals across restarts. No method throws: one that cannot be stored is asked, too. */
export interface ApprovalStore {
  /** Before its message is sent. */
  keep(approval: StoredApproval): void;
  sent(nonce: string, messageId: number): void;
  /** It was answered, or Codex no longer waits for it. */
  close(nonce: string): void;
  /** Those of an earlier process. */
  open(): readonly StoredApproval[];
}
