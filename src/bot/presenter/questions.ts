/**
 * Asks the questions of Codex and of tool servers in the chat: one field after another, by buttons or by
 * replies to the message. The same rules hold as for approvals: one person, one place, one answer.
 */
import type { QuestionReply } from "../../core/chat/chat.ts";
import {
  beginQuestion,
  currentField,
  type FieldProblem,
  isLookedOver,
  type QuestionProgress,
  typedAnswer,
  withAnswer,
  withChange,
} from "../../core/codex/field_answers.ts";
import {
  type FieldValue,
  type QuestionAnswer,
  type QuestionField,
  type QuestionRequest,
  questionSubject,
  redactedQuestion,
  withoutValues,
} from "../../core/codex/question.ts";
import { pause } from "../../core/deadline.ts";
import { unreachable } from "../../core/errors.ts";
import type { Run } from "../../core/run/run.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import { formatDuration } from "../../core/text/duration.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { plainText } from "../render/formatted_text.ts";
import {
  type Answerer,
  type ButtonPress,
  isAsker,
  isInPlace,
  isListed,
  isOn,
  newPending,
  type RequestDependencies,
  RequestMessages,
} from "./person_request.ts";
import {
  drawAnswered,
  drawClosedQuestion,
  drawQuestion,
  drawSettledQuestion,
  type PendingQuestion,
  pressedAction,
  type QuestionAction,
  questionButtons,
} from "./question_message.ts";
import { destinationOf } from "./status_message.ts";

const SUBJECT_LIMIT = 200;

/** What became of a reply to a question. */
export type ReplyOutcome =
  | { readonly type: "taken" }
  | { readonly type: "not-taken"; readonly problem: FieldProblem }
  /** It is answered by its buttons only. */
  | { readonly type: "buttons" };

export class Questions {
  readonly #deps: RequestDependencies;
  readonly #messages: RequestMessages;
  readonly #open = new Map<string, PendingQuestion>();
  /** What each question still has to send or to edit, in order. */
  readonly #sending = new Map<string, Promise<void>>();
  readonly #unreachable = new Map<string, (error: Error) => void>();

  constructor(deps: RequestDependencies, messages = new RequestMessages(deps)) {
    this.#deps = deps;
    this.#messages = messages;
  }

  /**
   * @throws the signal's reason when Codex no longer waits for the answer
   * @throws {Error} when the person cannot be reached
   */
  async ask(run: Run, asked: QuestionRequest, signal: AbortSignal): Promise<QuestionReply> {
    const { promise, resolve, reject } = Promise.withResolvers<QuestionReply>();
    const pending = this.#newPending(run, asked, resolve);
    const over = new AbortController();
    const onVoid = (): void => reject(signal.reason);
    signal.addEventListener("abort", onVoid, { once: true, signal: over.signal });
    if (signal.aborted) onVoid();
    this.#open.set(pending.nonce, pending);
    this.#unreachable.set(pending.nonce, reject);
    this.#messages.keep(pending, withoutValues(pending.progress.question));
    this.#show(pending);
    // Does not reject: the answer, or its end, ends the wait quietly.
    void this.#watchTime(pending, over.signal);
    try {
      const reply = await promise;
      const at = this.#deps.clock.now();
      this.#close(pending, () => drawSettledQuestion(pending, reply, at));
      if (reply.who === undefined) this.#tellLate(pending);
      return reply;
    } catch (error) {
      const { texts, progress } = pending;
      const why = texts.approvals.noLongerNeeded;
      this.#close(pending, () => drawClosedQuestion(progress.question, texts, why));
      throw error;
    } finally {
      over.abort();
      this.#open.delete(pending.nonce);
      this.#unreachable.delete(pending.nonce);
    }
  }

  /** The questions that this person can answer here. */
  openFor(person: Answerer): readonly { readonly id: string; readonly subject: string }[] {
    return [...this.#open.values()].filter((pending) => isListed(pending, person))
      .map(({ shortId, progress: { question } }) => ({
        id: shortId,
        subject: questionSubject(question),
      }));
  }

  /** Handles a pressed button. @returns false when it is another kind of button */
  press(press: ButtonPress): boolean {
    const pressed = pressedAction(press.data);
    if (pressed === undefined) return false;
    this.#messages.pressed(pressed.nonce, press);
    const pending = this.#open.get(pressed.nonce);
    const { refusals } = press.texts;
    const isCurrent = pending !== undefined && pending.step === pressed.step &&
      isOn(pending, press.messageId) && isInPlace(pending, press);
    if (!isCurrent) this.#answer(press, refusals.staleButton);
    else if (!isAsker(pending, press)) this.#answer(press, refusals.notYours);
    else {
      const done = this.#act(pending, pressed.action, press.firstName);
      this.#answer(press, done ? undefined : refusals.staleButton);
    }
    return true;
  }

  /** Handles a typed denial. @returns false when this person has no open question of that id here */
  decline(shortId: string, by: Answerer): boolean {
    const wanted = shortId.toLowerCase();
    const pending = [...this.#open.values()].find((each) =>
      each.shortId === wanted && isInPlace(each, by) && isAsker(each, by)
    );
    if (pending === undefined) return false;
    this.#settle(pending, { type: "decline" }, by.firstName);
    return true;
  }

  /** Finds the open question that a message shows, for a reply to it. */
  shownIn(
    chatId: number,
    messageId: number,
    by: Answerer,
  ): { readonly reply: ((text: string) => ReplyOutcome) | undefined } | undefined {
    const pending = [...this.#open.values()].find((each) =>
      each.chatId === chatId && each.messageId === messageId
    );
    if (pending === undefined) return undefined;
    if (!isAsker(pending, by) || !isInPlace(pending, by)) return { reply: undefined };
    return { reply: (text) => this.#reply(pending, text, by.firstName) };
  }

  #reply(pending: PendingQuestion, text: string, who: string): ReplyOutcome {
    const field = currentField(pending.progress);
    if (field === undefined) return { type: "buttons" };
    const answer = typedAnswer(field, text);
    if ("problem" in answer) return { type: "not-taken", problem: answer.problem };
    this.#take(pending, answer.value, who);
    return { type: "taken" };
  }

  /** @returns false when the button does not fit what is asked now */
  #act(pending: PendingQuestion, action: QuestionAction, who: string): boolean {
    const { progress } = pending;
    const field = currentField(progress);
    switch (action.type) {
      case "option":
      case "yes":
      case "no":
      case "preset": {
        const value = field === undefined ? undefined : pressedValue(field, action);
        if (value === undefined) return false;
        this.#take(pending, value, who);
        return true;
      }
      case "skip":
        if (field === undefined || field.required) return false;
        this.#take(pending, undefined, who);
        return true;
      case "send":
        if (field !== undefined || pending.choosing) return false;
        this.#settle(pending, { type: "answered", values: progress.values }, who);
        return true;
      case "choose":
        if (field !== undefined) return false;
        this.#next(pending, progress, true);
        return true;
      case "change":
        if (!pending.choosing) return false;
        this.#next(pending, withChange(progress, action.index), false);
        return true;
      case "decline":
      case "cancel":
        this.#settle(pending, { type: action.type }, who);
        return true;
      default:
        return unreachable(action);
    }
  }

  #take(pending: PendingQuestion, value: FieldValue | undefined, who: string): void {
    const progress = withAnswer(pending.progress, value);
    const isDone = currentField(progress) === undefined && !isLookedOver(progress.question);
    if (isDone) {
      pending.progress = progress;
      this.#settle(pending, { type: "answered", values: progress.values }, who);
    } else this.#next(pending, progress, false);
  }

  /** Closes the message that was answered, and asks on in a new one at the end of the chat. */
  #next(pending: PendingQuestion, progress: QuestionProgress, choosing: boolean): void {
    const { at } = pending.progress;
    const { nonce, chatId, messageId, run, texts } = pending;
    pending.progress = progress;
    pending.choosing = choosing;
    pending.step++;
    pending.expiresAt = this.#expiry(pending.asked, pending.expiresAt);
    delete pending.messageId;
    const { step } = pending;
    const content = drawAnswered(pending, { ...progress, at }, texts);
    if (messageId !== undefined) {
      this.#messages.remember(chatId, messageId, run.id);
      const key = `question:${nonce}:${step}`;
      // Does not reject: the outbox tells failures as values.
      void this.#deps.outbox.edit({ chatId, messageId, content, key }, "reply");
    }
    this.#show(pending);
  }

  #show(pending: PendingQuestion): void {
    const { nonce, run, step } = pending;
    const message = {
      ...destinationOf(run),
      content: drawQuestion(pending),
      buttons: questionButtons(pending),
    };
    const sent = this.#deps.outbox.send(message, "approval");
    const before = this.#sending.get(nonce) ?? Promise.resolve();
    const shown = before.then(async () => {
      const delivery = await sent;
      if (delivery.status === "sent") {
        if (pending.step === step) this.#messages.sent(pending, delivery);
        else this.#clear(pending, delivery.chatId ?? pending.chatId, delivery.messageId);
      } else {
        const why = new Error(`The question could not be asked: ${delivery.reason}`);
        this.#unreachable.get(nonce)?.(why);
      }
    });
    this.#sending.set(nonce, shown);
  }

  /** Takes the buttons from a message whose question was answered before its id was known. */
  #clear({ progress, texts, run }: PendingQuestion, chatId: number, messageId: number): void {
    this.#messages.remember(chatId, messageId, run.id);
    const content = drawClosedQuestion(progress.question, texts, texts.questions.answered);
    // Does not reject: the outbox tells failures as values.
    void this.#deps.outbox.edit({ chatId, messageId, content }, "reply");
  }

  #close(pending: PendingQuestion, draw: () => ReturnType<typeof drawQuestion>): void {
    const { nonce } = pending;
    const content = draw();
    // Neither rejects: the outbox tells failures as values.
    void (this.#sending.get(nonce) ?? Promise.resolve()).then(() => {
      this.#sending.delete(nonce);
      this.#messages.close(pending, content);
    });
  }

  /** Says in a message of its own that nobody answered: an edit is silent. */
  #tellLate(pending: PendingQuestion): void {
    const { run, texts, askedAt, expiresAt, progress: { question } } = pending;
    const waited = formatDuration(expiresAt.getTime() - askedAt.getTime(), texts);
    const subject = onOneLine(withVisibleControls(questionSubject(question)), SUBJECT_LIMIT);
    const content = plainText(`⌛ ${texts.questions.unanswered(waited, subject)}`);
    // Neither rejects, as above.
    void (this.#sending.get(pending.nonce) ?? Promise.resolve()).then(() => {
      const { messageId } = pending;
      const replyTo = messageId === undefined ? {} : { replyTo: messageId };
      void this.#deps.outbox.send({ ...destinationOf(run), ...replyTo, content }, "reply");
    });
  }

  #settle(pending: PendingQuestion, answer: QuestionAnswer, who: string | undefined): void {
    this.#open.delete(pending.nonce);
    pending.settle(who === undefined ? { answer } : { answer, who });
  }

  /** Each answer moves the end: whoever fills in a long form is at work. */
  async #watchTime(pending: PendingQuestion, over: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    let leftMs = pending.expiresAt.getTime() - clock.now().getTime();
    while (leftMs > 0) {
      if (!await pause(clock, leftMs, over)) return;
      leftMs = pending.expiresAt.getTime() - clock.now().getTime();
    }
    this.#settle(pending, { type: "decline", unanswered: true }, undefined);
  }

  /** Codex's own limit counts from the beginning and is never moved. */
  #expiry(asked: QuestionRequest, former?: Date): Date {
    const { clock, approvalTimeoutMs } = this.#deps;
    const limitMs = asked.kind === "input" ? asked.timeLimitMs : undefined;
    if (limitMs !== undefined && limitMs < approvalTimeoutMs && former !== undefined) return former;
    return new Date(clock.now().getTime() + Math.min(approvalTimeoutMs, limitMs ?? Infinity));
  }

  #newPending(
    run: Run,
    asked: QuestionRequest,
    settle: (reply: QuestionReply) => void,
  ): PendingQuestion {
    return {
      ...newPending(run, this.#deps),
      asked,
      settle,
      progress: beginQuestion(redactedQuestion(asked, this.#deps.redact)),
      step: 0,
      choosing: false,
      expiresAt: this.#expiry(asked),
    };
  }

  #answer({ queryId }: ButtonPress, text: string | undefined): void {
    // The outbox logs its own failures; the answer does not depend on it.
    void this.#deps.outbox.answerCallback(queryId, text);
  }
}

function pressedValue(field: QuestionField, action: QuestionAction): FieldValue | undefined {
  switch (action.type) {
    case "option":
      return field.type === "choice" ? field.options[action.index]?.value : undefined;
    case "yes":
    case "no":
      return field.type === "boolean" ? action.type === "yes" : undefined;
    case "preset":
      return field.preset;
    case "skip":
    case "send":
    case "decline":
    case "cancel":
    case "choose":
    case "change":
      return undefined;
    default:
      return unreachable(action);
  }
}
