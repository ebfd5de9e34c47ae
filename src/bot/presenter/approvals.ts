/**
 * Codex's questions in the chat: asked once, answered once, by the person who made the request, and
 * declined when nobody answers in time.
 *
 * What a button carries is random and means nothing by itself; everything that counts is kept here
 * and checked at the press: person, chat, topic, message, and that Codex still waits.
 */
import type { ApprovalAnswer } from "../../core/chat/chat.ts";
import type { ApprovalRequest } from "../../core/codex/codex.ts";
import type { Run } from "../../core/run/run.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Delivery } from "../outbox/outgoing.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { type Texts, textsFor } from "../../texts/texts.ts";
import { approvalButtons, pressedButton } from "./approval_buttons.ts";
import { drawApproval, drawClosed, drawSettled, fileNameOf, fullText } from "./approval_text.ts";
import { destinationOf } from "./destination.ts";
import {
  type Answerer,
  isAsker,
  isInPlace,
  isOn,
  newQuestion,
  type OpenQuestion,
  type QuestionSettings,
  storedQuestion,
} from "./open_question.ts";
import type { Questions, StoredQuestion } from "./questions.ts";

export interface ApprovalsDependencies extends QuestionSettings {
  readonly outbox: Pick<Outbox, "send" | "edit" | "sendDocument" | "answerCallback">;
  readonly questions: Questions;
}

export interface ButtonPress extends Answerer {
  readonly queryId: string;
  readonly messageId: number;
  readonly data: string;
  /** In the language of who presses. */
  readonly texts: Texts;
}

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
  async ask(run: Run, request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ApprovalAnswer>();
    const question = newQuestion(run, request, resolve, this.#deps);
    const over = new AbortController();
    const onVoid = (): void => reject(signal.reason);
    signal.addEventListener("abort", onVoid, { once: true, signal: over.signal });
    if (signal.aborted) onVoid();
    this.#open.set(question.nonce, question);
    this.#deps.questions.keep(storedQuestion(question));
    const delivered = this.#send(question).then((delivery) => {
      if (delivery.status === "sent") this.#sent(question, delivery);
      else reject(new Error(`The question could not be asked: ${delivery.reason}`));
    });
    // Does not reject: the end of the question ends the wait quietly.
    void this.#watchTime(question, over.signal);
    try {
      const settled = await promise;
      const at = this.#deps.clock.now();
      this.#redraw(question, delivered, drawSettled(question, settled, at));
      return settled;
    } catch (error) {
      const { request: asked, texts } = question;
      const content = drawClosed(asked, texts, texts.approvals.noLongerNeeded);
      this.#redraw(question, delivered, content);
      throw error;
    } finally {
      over.abort();
      this.#open.delete(question.nonce);
    }
  }

  /** Ids, for typing, of the questions that wait for this person here. */
  openFor(person: Answerer): readonly string[] {
    return [...this.#open.values()]
      .filter((question) =>
        isAsker(question, person) && isInPlace(question, person) &&
        question.run.origin.topicId === person.topicId
      )
      .map(({ shortId }) => shortId);
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
    const { refusals } = press.texts;
    if (
      question === undefined || !isOn(question, press.messageId) || !isInPlace(question, press)
    ) {
      this.#answer(press, refusals.staleButton);
    } else if (!isAsker(question, press)) {
      this.#answer(press, refusals.notYours);
    } else {
      this.#settle(question, { decision: pressed.decision, who: press.firstName });
      this.#answer(press, undefined);
    }
    return true;
  }

  /** The typed answer. @returns false when no open question of this person has that id here */
  decide(shortId: string, decision: "accept" | "decline", by: Answerer): boolean {
    const wanted = shortId.toLowerCase();
    const question = [...this.#open.values()].find((each) =>
      each.shortId === wanted && isInPlace(each, by) && isAsker(each, by)
    );
    if (question === undefined) return false;
    this.#settle(question, { decision, who: by.firstName });
    return true;
  }

  async #watchTime(question: OpenQuestion, over: AbortSignal): Promise<void> {
    try {
      await this.#deps.clock.sleep(this.#deps.approvalTimeoutMs, over);
      this.#settle(question, { decision: "decline" });
    } catch {
      // The question ended first.
    }
  }

  /** Single use: from here on the question is not open any more. */
  #settle(question: OpenQuestion, settled: ApprovalAnswer): void {
    this.#open.delete(question.nonce);
    question.settle(settled);
  }

  #sent(question: OpenQuestion, delivery: Delivery & { readonly status: "sent" }): void {
    question.messageId = delivery.messageId;
    question.chatId = delivery.chatId ?? question.chatId;
    this.#deps.questions.sent(question.nonce, delivery.messageId);
  }

  #answer({ queryId }: ButtonPress, text: string | undefined): void {
    // The outbox reports its own trouble; a late answer changes nothing about the decision.
    void this.#deps.outbox.answerCallback(queryId, text);
  }

  async #send(question: OpenQuestion): Promise<Delivery> {
    const { run, request, texts } = question;
    const { text, complete } = drawApproval(question);
    const destination = destinationOf(run);
    if (!complete) {
      const bytes = new TextEncoder().encode(fullText(request));
      // The question itself decides whether the person was reached.
      void this.#deps.outbox.sendDocument(
        { ...destination, silent: true, fileName: fileNameOf(request), bytes },
        "approval",
      );
    }
    return await this.#deps.outbox.send(
      { ...destination, content: text, buttons: approvalButtons(question.nonce, texts) },
      "approval",
    );
  }

  #redraw(question: OpenQuestion, delivered: Promise<void>, content: FormattedText): void {
    const redraw = async (): Promise<void> => {
      await delivered;
      const { nonce, chatId, messageId } = question;
      // Not awaited: the edit is kept from here on, so that the question itself need not be.
      if (messageId !== undefined) this.#close({ chatId, messageId, content, nonce });
      else this.#deps.questions.close(nonce);
    };
    // Does not reject: the outbox tells failures as values.
    void redraw();
  }

  #expire({ nonce, chatId, language, request }: StoredQuestion, messageId: number): void {
    const texts = textsFor(language);
    const content = drawClosed(request, texts, texts.approvals.expired);
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
    this.#deps.questions.close(nonce);
  }
}
