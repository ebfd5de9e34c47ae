/** Brings together what Codex waits for in the chat: approvals and questions. */
import { Approvals, type ShownQuestion } from "./approvals.ts";
import {
  type Answerer,
  type ButtonPress,
  type RequestDependencies,
  RequestMessages,
} from "./person_request.ts";
import { PlanMessages, type PlanMessagesDependencies, type PlanReply } from "./plan_messages.ts";
import { Questions, type ReplyOutcome } from "./questions.ts";

/** What a reply to a message is about. */
export type ShownRequest =
  | ShownQuestion
  | PlanReply
  | { readonly type: "question"; readonly reply: (text: string) => ReplyOutcome };

export interface OpenRequest {
  /** For typing. */
  readonly id: string;
  readonly type: "approval" | "question";
  readonly subject: string;
}

export class PersonRequests {
  readonly approvals: Approvals;
  readonly questions: Questions;
  readonly plans: PlanMessages;
  readonly #messages: RequestMessages;

  constructor(deps: RequestDependencies & PlanMessagesDependencies) {
    this.#messages = new RequestMessages(deps);
    this.approvals = new Approvals(deps, this.#messages);
    this.questions = new Questions(deps, this.#messages);
    this.plans = new PlanMessages(deps);
  }

  /** Marks the requests of an earlier process as expired. */
  expireOld(): void {
    this.#messages.expireOld();
  }

  /** What this person can answer here. */
  openFor(person: Answerer): readonly OpenRequest[] {
    return [
      ...this.plans.openFor(person).map((open) => ({ ...open, type: "approval" as const })),
      ...this.approvals.openFor(person).map((open) => ({ ...open, type: "approval" as const })),
      ...this.questions.openFor(person).map((open) => ({ ...open, type: "question" as const })),
    ];
  }

  /** Handles a pressed button. @returns false when it is another kind of button */
  press(press: ButtonPress): boolean {
    return this.approvals.press(press) || this.questions.press(press) || this.plans.press(press);
  }

  /** Handles a typed answer. @returns false when this person has nothing open of that id here */
  decide(id: string, decision: "accept" | "decline", by: Answerer): boolean {
    const planned = decision === "accept" ? "go" : "cancel";
    if (this.approvals.decide(id, decision, by)) return true;
    if (this.plans.decideTyped(id, planned, by)) return true;
    return decision === "decline" && this.questions.decline(id, by);
  }

  /**
   * Finds the request that a message shows.
   * @returns undefined where the message shows none; `closed` where it takes no answer any more
   */
  shownIn(chatId: number, messageId: number, by: Answerer): ShownRequest | undefined {
    const question = this.questions.shownIn(chatId, messageId, by);
    if (question === undefined) {
      return this.approvals.shownIn(chatId, messageId, by) ??
        this.plans.shownIn(chatId, messageId, by);
    }
    const { reply } = question;
    return reply === undefined ? { type: "not-yours" } : { type: "question", reply };
  }
}
