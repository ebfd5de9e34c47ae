/**
 * Codex's questions in the chat: asked once, answered once, by the person who made the request.
 *
 * What a button carries is random and means nothing by itself; everything that counts is kept here
 * and checked at the press: person, chat, message, and that Codex still waits.
 */
import type { Clock } from "../../core/clock.ts";
import type { ApprovalDecision, ApprovalRequest } from "../../core/codex.ts";
import type { Run } from "../../core/run.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Delivery } from "../outbox/outgoing.ts";
import { textsFor } from "../texts/language.ts";
import type { Texts } from "../texts/texts.ts";
import { approvalButtons, pressedButton } from "./approval_buttons.ts";
import {
  concealedRequest,
  drawApproval,
  drawClosed,
  drawDecided,
  fullText,
} from "./approval_text.ts";
import { destinationOf } from "./destination.ts";
import type { Questions, StoredQuestion } from "./questions.ts";

export interface ApprovalsDependencies {
  readonly outbox: Pick<Outbox, "send" | "edit" | "sendDocument" | "answerCallback">;
  readonly questions: Questions;
  readonly clock: Clock;
  /** Masks secrets; keeps the length of the text. */
  readonly conceal: (text: string) => string;
}

/** Who answers, from where. */
export interface Answerer {
  readonly userId: number;
  readonly chatId: number;
  readonly firstName: string;
}

export interface ButtonPress extends Answerer {
  readonly queryId: string;
  readonly messageId: number;
  readonly data: string;
}

interface OpenQuestion {
  /** In the buttons' data. */
  readonly nonce: string;
  /** For typing. */
  readonly shortId: string;
  readonly run: Run;
  readonly request: ApprovalRequest;
  readonly texts: Texts;
  readonly decide: (decision: ApprovalDecision, who: string) => void;
  messageId?: number;
}

const SHORT_ID_LENGTH = 5;
const FILE_NAME = "question.txt";

export class Approvals {
  readonly #deps: ApprovalsDependencies;
  readonly #open = new Map<string, OpenQuestion>();
  /** Left by an earlier process, in messages that are not known. */
  readonly #expired = new Map<string, StoredQuestion>();

  constructor(deps: ApprovalsDependencies) {
    this.#deps = deps;
  }

  /**
   * @throws the signal's reason when the question is void
   * @throws {Error} when the person cannot be reached
   */
  async ask(run: Run, request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalDecision> {
    const { promise, resolve, reject } = Promise.withResolvers<
      { readonly decision: ApprovalDecision; readonly who: string }
    >();
    const nonce = randomText(12);
    const question: OpenQuestion = {
      nonce,
      shortId: nonce.replaceAll(/[-_]/g, "").slice(0, SHORT_ID_LENGTH).toLowerCase(),
      run,
      request: concealedRequest(request, this.#deps.conceal),
      texts: textsFor(run.origin.language),
      decide: (decision, who) => resolve({ decision, who }),
    };
    const onVoid = (): void => reject(signal.reason);
    signal.addEventListener("abort", onVoid, { once: true });
    if (signal.aborted) onVoid();
    this.#open.set(nonce, question);
    this.#deps.questions.keep(storedQuestion(question));
    const delivered = this.#send(question).then((delivery) => {
      if (delivery.status === "sent") this.#sent(question, delivery.messageId);
      else reject(new Error(`The question could not be asked: ${delivery.reason}`));
    });
    try {
      const { decision, who } = await promise;
      this.#redraw(question, delivered, { decision, who, at: this.#deps.clock.now() });
      return decision;
    } catch (error) {
      this.#redraw(question, delivered, undefined);
      throw error;
    } finally {
      signal.removeEventListener("abort", onVoid);
      this.#open.delete(nonce);
    }
  }

  #expire({ nonce, chatId, language, request }: StoredQuestion, messageId: number): void {
    const texts = textsFor(language);
    const content = drawClosed(request, texts, texts.approvals.expired);
    // Does not reject: the outbox tells failures as values, and keeps what has a key.
    void this.#deps.outbox.edit({ chatId, messageId, content, key: `question:${nonce}` }, "reply");
    this.#expired.delete(nonce);
    this.#deps.questions.close(nonce);
  }

  #sent(question: OpenQuestion, messageId: number): void {
    question.messageId = messageId;
    this.#deps.questions.sent(question.nonce, messageId);
  }

  /** Says of each question that an earlier process left open that nobody waits for its answer. */
  expireOld(): void {
    for (const question of this.#deps.questions.open()) {
      const { nonce, messageId } = question;
      // Telegram had not yet told its message: the first press of a button will.
      if (messageId === undefined) this.#expired.set(nonce, question);
      else this.#expire(question, messageId);
    }
  }

  /** @returns false when the data is none of ours */
  press(press: ButtonPress): boolean {
    const pressed = pressedButton(press.data);
    if (pressed === undefined) return false;
    const expired = this.#expired.get(pressed.nonce);
    if (expired?.chatId === press.chatId) this.#expire(expired, press.messageId);
    const question = this.#open.get(pressed.nonce);
    const texts = question?.texts ?? textsFor("en");
    const fits = question !== undefined && isOn(question, press.messageId) &&
      this.#inChat(question, press);
    if (!fits) {
      this.#answer(press, texts.refusals.staleButton);
    } else if (!isAsker(question, press)) {
      this.#answer(press, texts.refusals.notYours);
    } else {
      this.#settle(question, pressed.decision, press.firstName);
      this.#answer(press, undefined);
    }
    return true;
  }

  /** The typed answer. @returns false when no open question of this person has that id */
  decide(shortId: string, decision: "accept" | "decline", by: Answerer): boolean {
    const wanted = shortId.toLowerCase();
    const question = [...this.#open.values()].find((each) =>
      each.shortId === wanted && this.#inChat(each, by) && isAsker(each, by)
    );
    if (question === undefined) return false;
    this.#settle(question, decision, by.firstName);
    return true;
  }

  /** Single use: from here on the question is not open any more. */
  #settle(question: OpenQuestion, decision: ApprovalDecision, who: string): void {
    this.#open.delete(question.nonce);
    question.decide(decision, who);
  }

  #inChat({ run }: OpenQuestion, { chatId }: Answerer): boolean {
    return run.origin.chatId === String(chatId);
  }

  #answer({ queryId }: ButtonPress, text: string | undefined): void {
    // The outbox reports its own trouble; a late answer changes nothing about the decision.
    void this.#deps.outbox.answerCallback(queryId, text);
  }

  async #send(question: OpenQuestion): Promise<Delivery> {
    const { run, request, texts, shortId } = question;
    const { text, complete } = drawApproval(request, texts, shortId, FILE_NAME);
    const destination = destinationOf(run);
    if (!complete) {
      const bytes = new TextEncoder().encode(fullText(request));
      // The question itself decides whether the person was reached.
      void this.#deps.outbox.sendDocument(
        { ...destination, silent: true, fileName: FILE_NAME, bytes },
        "approval",
      );
    }
    return await this.#deps.outbox.send(
      { ...destination, content: text, buttons: approvalButtons(question.nonce, texts) },
      "approval",
    );
  }

  #redraw(
    question: OpenQuestion,
    delivered: Promise<void>,
    decided: { decision: ApprovalDecision; who: string; at: Date } | undefined,
  ): void {
    const redraw = async (): Promise<void> => {
      await delivered;
      const { nonce, messageId, run, request, texts } = question;
      if (messageId !== undefined) {
        const content = decided === undefined
          ? drawClosed(request, texts, texts.approvals.noLongerNeeded)
          : drawDecided(request, texts, decided);
        const chatId = Number(run.origin.chatId);
        // Not awaited: the edit is kept from here on, so that the question itself need not be.
        void this.#deps.outbox.edit(
          { chatId, messageId, content, key: `question:${nonce}` },
          "reply",
        );
      }
      this.#deps.questions.close(nonce);
    };
    // Does not reject: the outbox tells failures as values.
    void redraw();
  }
}

/** A quick person presses before Telegram has told us the message's id; the nonce is proof enough. */
function isOn(question: OpenQuestion, messageId: number): boolean {
  return question.messageId === undefined || question.messageId === messageId;
}

function storedQuestion({ nonce, run, request }: OpenQuestion): StoredQuestion {
  const { chatId, language } = run.origin;
  return { nonce, runId: run.id, chatId: Number(chatId), language, request };
}

function isAsker({ run }: OpenQuestion, { userId }: Answerer): boolean {
  return run.session.userId === String(userId);
}

/** @param bytes of randomness; base64url, four characters for three bytes */
function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}
