/**
 * Asks for Codex's approvals in the chat. The person who made the request answers each one, once; it
 * is declined when nobody answers in time.
 *
 * A button's data is random. Everything that counts is kept here and checked when it is pressed:
 * person, chat, topic, message, and that Codex still waits.
 */
import type { ApprovalAnswer } from "../../core/chat/chat.ts";
import { pause } from "../../core/deadline.ts";
import {
  type ApprovalDecision,
  type ApprovalRequest,
  denialOf,
  isOffered,
  redactedRequest,
} from "../../core/codex/approval.ts";
import type { Run } from "../../core/run/run.ts";
import { subjectOf } from "../../core/run/run_log.ts";
import type { Delivery } from "../outbox/outgoing.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import {
  approvalButtons,
  drawApproval,
  drawClosed,
  drawLate,
  drawSettled,
  fileNameOf,
  fullText,
  type PendingApproval,
  pressedButton,
} from "./approval_message.ts";
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
import { destinationOf } from "./status_message.ts";

export class Approvals {
  readonly #deps: RequestDependencies;
  readonly #messages: RequestMessages;
  readonly #open = new Map<string, PendingApproval>();

  constructor(deps: RequestDependencies, messages = new RequestMessages(deps)) {
    this.#deps = deps;
    this.#messages = messages;
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
    this.#messages.keep(approval, approval.request);
    const delivered = this.#send(approval).then((delivery) => {
      if (delivery.status === "sent") this.#messages.sent(approval, delivery);
      else reject(new Error(`The question could not be asked: ${delivery.reason}`));
    });
    // Does not reject: the answer, or its end, ends the wait quietly.
    void this.#watchTime(approval, over.signal);
    try {
      const settled = await promise;
      const at = this.#deps.clock.now();
      this.#redraw(approval, delivered, drawSettled(approval, settled, at));
      if (settled.who === undefined) this.#tellLate(approval, delivered);
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

  /** The approvals that this person can give here. */
  openFor(person: Answerer): readonly { readonly id: string; readonly subject: string }[] {
    return [...this.#open.values()].filter((approval) => isListed(approval, person))
      .map(({ shortId, request }) => ({ id: shortId, subject: subjectOf(request) }));
  }

  /** Marks the requests of an earlier process as expired. */
  expireOld(): void {
    this.#messages.expireOld();
  }

  /** Handles a pressed button. @returns false when it is another kind of button */
  press(press: ButtonPress): boolean {
    const pressed = pressedButton(press.data);
    if (pressed === undefined) return false;
    this.#messages.pressed(pressed.nonce, press);
    const approval = this.#open.get(pressed.nonce);
    const { refusals } = press.texts;
    if (
      approval === undefined || !isOn(approval, press.messageId) ||
      !isInPlace(approval, press) || !isOffered(approval.request, pressed.decision)
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
    const decided = typedDecision(approval.request, decision);
    if (decided === undefined) return false;
    this.#settle(approval, { decision: decided, who: by.firstName });
    return true;
  }

  /**
   * Finds the question that a message shows.
   * @returns undefined where the message shows none; `closed` where it takes no answer any more
   */
  shownIn(chatId: number, messageId: number, by: Answerer): ShownQuestion | undefined {
    const closed = this.#messages.closedRun(chatId, messageId);
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
      { ...destination, content: text, buttons: approvalButtons(approval.nonce, request, texts) },
      "approval",
    );
  }

  #redraw(approval: PendingApproval, delivered: Promise<void>, content: FormattedText): void {
    // Does not reject: the outbox tells failures as values.
    void delivered.then(() => this.#messages.close(approval, content));
  }

  /** Says in a message of its own that nobody answered: an edit is silent. */
  #tellLate(approval: PendingApproval, delivered: Promise<void>): void {
    // Neither rejects: the outbox tells failures as values.
    void delivered.then(() => {
      const { messageId } = approval;
      const replyTo = messageId === undefined ? {} : { replyTo: messageId };
      const content = drawLate(approval);
      void this.#deps.outbox.send({ ...destinationOf(approval.run), ...replyTo, content }, "reply");
    });
  }
}

/** What a reply to a question's message is about. */
export type ShownQuestion =
  | { readonly type: "open"; readonly deny: (reason: string) => void }
  | { readonly type: "closed"; readonly runId: string }
  | { readonly type: "not-yours" };

function newApproval(
  run: Run,
  request: ApprovalRequest,
  settle: (answer: ApprovalAnswer) => void,
  deps: RequestDependencies,
): PendingApproval {
  const pending = newPending(run, deps);
  return {
    ...pending,
    request: redactedRequest(request, deps.redact),
    expiresAt: new Date(pending.askedAt.getTime() + deps.approvalTimeoutMs),
    settle,
  };
}

/** @returns undefined when Codex takes no such answer */
function typedDecision(
  request: ApprovalRequest,
  decision: "accept" | "decline",
): ApprovalDecision | undefined {
  if (decision === "decline") return denialOf(request);
  return isOffered(request, "accept") ? "accept" : undefined;
}
