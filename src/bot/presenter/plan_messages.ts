/**
 * Shows the plans of runs in the chat and takes what the person decides on them: by a button, by a reply
 * to the plan, or with the words that follow the button Change. The person who made the request decides,
 * as with approvals.
 *
 * A plan outlives the process: its buttons name run and revision, and a press that comes before its run
 * goes on is kept for it.
 */
import type { PlanDecision, ProposedPlan } from "../../core/run/plan.ts";
import { type Run, shortRunId } from "../../core/run/run.ts";
import type { RunChange } from "../../core/run/run_state.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { type Texts, textsFor } from "../../texts/texts.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Delivery } from "../outbox/outgoing.ts";
import type { Answerer, ButtonPress, RequestDependencies } from "./person_request.ts";
import {
  drawPlan,
  planButtons,
  type PressedPlan,
  pressedPlan,
  type ShownPlan,
} from "./plan_message.ts";
import { destinationOf } from "./status_message.ts";

export interface PlanMessage {
  readonly chatId: number;
  readonly messageId: number;
  readonly runId: string;
  readonly revision: number;
  /** `words` = it asks for the words of a change. */
  readonly kind: "plan" | "words";
}

export interface OpenPlan extends PlanMessage {
  /** Whose request it is. */
  readonly userId: number;
  /** Absent outside of topics. */
  readonly topicId?: number;
}

/** Stores the messages of plans across restarts. No method throws. */
export interface PlanMessageStore {
  remember(message: PlanMessage): void;
  /** The messages that show this plan: more than one where the program was killed while it sent it. */
  find(runId: string, revision: number): readonly PlanMessage[];
  /** The open plan that this message shows or is about. */
  shownIn(chatId: number, messageId: number): OpenPlan | undefined;
  /** The plan for whose change this person was asked for words here. */
  wordsAsked(person: Answerer): OpenPlan | undefined;
  /** The words for which it asked have come, or are not wanted any more. */
  wordsTaken(runId: string): void;
  /** Nothing can be decided on it any more. */
  close(runId: string, revision: number): void;
  /** The same of all plans of a run. @returns the messages that showed them, while they were open */
  closeAll(runId: string): readonly PlanMessage[];
}

export interface PlanMessagesDependencies
  extends Pick<RequestDependencies, "outbox" | "languageOf" | "redact"> {
  readonly planMessages: PlanMessageStore;
}

interface Pending {
  readonly run: Run;
  readonly revision: number;
  readonly awaits: ProposedPlan["awaits"];
  readonly settle: (decision: PlanDecision) => void;
}

const SUBJECT_LIMIT = 120;

export class PlanMessages {
  readonly #deps: PlanMessagesDependencies;
  /** What this process shows, by run. */
  readonly #shown = new Map<string, ShownPlan & { readonly run: Run }>();
  readonly #pending = new Map<string, Pending>();
  /** Decisions on plans whose runs have not come so far again, by run and revision. */
  readonly #early = new Map<string, PlanDecision>();
  /** Runs that have got a decision and have not said so yet. */
  readonly #taken = new Set<string>();
  /** Runs that the end of the program leaves to its next start, which asks again. */
  readonly #left = new Set<string>();
  /** What has to be sent or edited of a run, in order. */
  readonly #sending = new Map<string, Promise<unknown>>();

  constructor(deps: PlanMessagesDependencies) {
    this.#deps = deps;
  }

  show({ run, event, before, state }: RunChange): void {
    const { plan } = state;
    if (plan === undefined) {
      if (event.type === "run.finished") this.#closeUnseen(run.id);
      return;
    }
    if (event.type === "plan.decided" || event.type === "run.finished") {
      this.#taken.delete(run.id);
      this.#early.delete(keyOf(run.id, plan.revision));
    }
    if (event.type === "run.suspended") this.#left.add(run.id);
    if (event.type === "plan.proposed") {
      this.#draw({ run, state: plan, begun: false });
    } else if (event.type === "plan.decided") {
      const begun = before.plan?.awaits === "nothing";
      this.#draw({ run, state: plan, begun });
      this.#deps.planMessages.wordsTaken(run.id);
      if (plan.decision?.type !== "go") this.#deps.planMessages.close(run.id, plan.revision);
    } else if (event.type === "run.finished") {
      const { outcome: { status: outcome } } = event;
      this.#draw({ run, state: plan, begun: this.#shown.get(run.id)?.begun ?? false, outcome });
      this.#deps.planMessages.close(run.id, plan.revision);
      this.#shown.delete(run.id);
      // Does not reject: the outbox tells failures as values.
      void this.#sending.get(run.id)?.then(() => this.#sending.delete(run.id));
    }
  }

  /** Closes the plan of a run that an earlier process has shown and this one has only ended. */
  #closeUnseen(runId: string): void {
    for (const key of this.#early.keys()) {
      if (key.startsWith(keyOf(runId, ""))) this.#early.delete(key);
    }
    for (const { chatId, messageId, kind } of this.#deps.planMessages.closeAll(runId)) {
      if (kind === "plan") this.#deps.outbox.setButtons(chatId, messageId, []);
    }
  }

  /** @throws the signal's reason when no decision is wanted any more */
  async decide(
    run: Run,
    { revision, awaits }: Pick<ProposedPlan, "revision" | "awaits">,
    signal: AbortSignal,
  ): Promise<PlanDecision> {
    signal.throwIfAborted();
    const key = keyOf(run.id, revision);
    const early = this.#early.get(key);
    this.#early.delete(key);
    if (early !== undefined && (awaits === "go" || early.type === "change")) return early;
    const { promise, resolve, reject } = Promise.withResolvers<PlanDecision>();
    const over = new AbortController();
    signal.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
    const pending = { run, revision, awaits, settle: resolve };
    this.#pending.set(run.id, pending);
    try {
      return await promise;
    } finally {
      over.abort();
      if (this.#pending.get(run.id) === pending) this.#pending.delete(run.id);
    }
  }

  /** The plans that wait for this person's Go here. */
  openFor(person: Answerer): readonly { readonly id: string; readonly subject: string }[] {
    return [...this.#pending.values()].filter(({ run, awaits }) =>
      awaits === "go" && isOwner(ownerOf(run), person) && run.origin.topicId === person.topicId
    ).map(({ run }) => {
      const { goal = "", prose = "" } = this.#shown.get(run.id)?.state.plan ?? {};
      const subject = onOneLine(this.#deps.redact(goal === "" ? prose : goal), SUBJECT_LIMIT);
      return { id: shortRunId(run.id), subject: this.#texts(run).plans.subject(subject) };
    });
  }

  /** Handles a typed answer. @returns false when this person has no plan of that id here */
  decideTyped(id: string, decision: "go" | "cancel", by: Answerer): boolean {
    const pending = [...this.#pending.values()].find(({ run, awaits }) =>
      awaits === "go" && shortRunId(run.id) === id.toLowerCase() && isOwner(ownerOf(run), by)
    );
    pending?.settle({ type: decision, who: by.firstName });
    return pending !== undefined;
  }

  /** Handles a pressed button. @returns false when it is another kind of button */
  press(press: ButtonPress): boolean {
    const pressed = pressedPlan(press.data);
    if (pressed === undefined) return false;
    // The outbox logs its own failures; the decision does not depend on this answer.
    void this.#deps.outbox.answerCallback(press.queryId, this.#pressed(pressed, press));
    return true;
  }

  /** Finds the plan that a message shows or is about, for a reply to it. */
  shownIn(chatId: number, messageId: number, by: Answerer): PlanReply | undefined {
    const plan = this.#deps.planMessages.shownIn(chatId, messageId);
    return plan === undefined ? undefined : this.#replyTo(plan, by);
  }

  /** Finds the plan for which this person was asked for words, which are the next message. */
  wordsAsked(by: Answerer): PlanReply | undefined {
    const plan = this.#deps.planMessages.wordsAsked(by);
    return plan === undefined ? undefined : this.#replyTo(plan, by);
  }

  #replyTo(plan: OpenPlan, by: Answerer): PlanReply {
    if (!isOwner(plan, by)) return { type: "not-yours" };
    const { runId, revision } = plan;
    return {
      type: "plan",
      runId,
      change: (words) =>
        this.#settle(runId, revision, { type: "change", words, who: by.firstName }),
    };
  }

  /** @returns what is said of the press for a moment */
  #pressed({ action, runId, revision }: PressedPlan, press: ButtonPress): string | undefined {
    const { refusals, plans } = press.texts;
    const plan = this.#deps.planMessages.shownIn(press.chatId, press.messageId) ??
      this.#pendingPlan(runId, revision, press);
    if (plan?.runId !== runId || plan.revision !== revision) return refusals.staleButton;
    if (!isOwner(plan, press)) return refusals.notYours;
    if (this.#left.has(runId)) return press.texts.run.suspended;
    if (action === "change") {
      const busy = this.#shown.has(runId) && this.#pending.get(runId)?.revision !== revision;
      if (busy) return plans.notNow;
      this.#askWords(plan, press);
      return undefined;
    }
    const taken = this.#settle(runId, revision, { type: action, who: press.firstName });
    return taken ? undefined : refusals.staleButton;
  }

  /** A person may press before the id of the sent message is known. */
  #pendingPlan(runId: string, revision: number, press: ButtonPress): OpenPlan | undefined {
    const run = this.#pending.get(runId)?.run;
    if (run === undefined) return undefined;
    const { chatId, messageId } = press;
    const message = { runId, revision, chatId, messageId, kind: "plan" } as const;
    if (isOwner(ownerOf(run), press)) this.#deps.planMessages.remember(message);
    return { ...ownerOf(run), ...message };
  }

  /** @returns false when no decision is wanted at this moment */
  #settle(runId: string, revision: number, decision: PlanDecision): boolean {
    // It would be lost with this process.
    if (this.#left.has(runId)) return false;
    const pending = this.#pending.get(runId);
    if (pending !== undefined) {
      const fits = pending.awaits === "go" || decision.type === "change";
      if (pending.revision !== revision || !fits) return false;
      this.#pending.delete(runId);
      this.#taken.add(runId);
      pending.settle(decision);
      return true;
    }
    // Its run asks in a moment, goes on in a moment, or has not been shown since the restart.
    const shown = this.#shown.get(runId)?.state;
    const isOpen = shown?.revision === revision && shown.awaits === "go";
    if (shown !== undefined && (!isOpen || this.#taken.has(runId))) return false;
    this.#early.set(keyOf(runId, revision), decision);
    return true;
  }

  #askWords(
    { chatId, messageId, runId, revision, topicId }: OpenPlan,
    { texts: { plans } }: ButtonPress,
  ): void {
    // The ids of groups are negative.
    const question = chatId < 0 ? plans.askReply : plans.askWords;
    const message = {
      chatId,
      replyTo: messageId,
      ...(topicId === undefined ? {} : { topicId }),
      content: plainText(`✏️ ${question}`),
    };
    const send = async (): Promise<void> => {
      const delivery = await this.#deps.outbox.send(message, "reply");
      if (delivery.status !== "sent") return;
      const { planMessages } = this.#deps;
      // Its run may have ended meanwhile: what comes next is no change of it then.
      if (planMessages.shownIn(chatId, messageId)?.runId !== runId) return;
      const sent = { chatId: delivery.chatId ?? chatId, messageId: delivery.messageId };
      planMessages.remember({ ...sent, runId, revision, kind: "words" });
    };
    // Does not reject: deliveries tell failures as values.
    void send();
  }

  #draw(shown: ShownPlan & { readonly run: Run }): void {
    const { run } = shown;
    this.#shown.set(run.id, shown);
    const before = this.#sending.get(run.id) ?? Promise.resolve();
    // Does not reject: the outbox tells failures as values.
    this.#sending.set(run.id, before.then(() => this.#deliver(shown)));
  }

  async #deliver(shown: ShownPlan & { readonly run: Run }): Promise<void> {
    const { run, state: { revision, awaits } } = shown;
    const { outbox, planMessages, redact } = this.#deps;
    const texts = this.#texts(run);
    const content = drawPlan(shown, texts, redact);
    const buttons = planButtons(shown, run, texts);
    const known = planMessages.find(run.id, revision);
    const edited = await Promise.all(
      known.map(({ chatId, messageId }) =>
        outbox.edit({ chatId, messageId, content, buttons }, "reply")
      ),
    );
    if (shown.outcome !== undefined || edited.some(({ status }) => status !== "failed")) return;
    const isQuestion = awaits === "go";
    const message = { ...destinationOf(run), silent: !isQuestion, content, buttons };
    this.#remember(run, revision, await outbox.send(message, isQuestion ? "approval" : "final"));
  }

  #remember(run: Run, revision: number, delivery: Delivery): void {
    if (delivery.status !== "sent") return;
    const { chatId = Number(run.origin.chatId), messageId } = delivery;
    const message = { chatId, messageId, runId: run.id, revision, kind: "plan" } as const;
    this.#deps.planMessages.remember(message);
  }

  #texts(run: Run): Texts {
    return textsFor(this.#deps.languageOf(run));
  }
}

/** What a reply to a plan is about. */
export type PlanReply =
  | {
    readonly type: "plan";
    readonly runId: string;
    /** @returns false when the plan takes no change at this moment */
    readonly change: (words: string) => boolean;
  }
  | { readonly type: "not-yours" };

function keyOf(runId: string, revision: number | ""): string {
  return `${runId} ${revision}`;
}

type Owner = Pick<OpenPlan, "userId" | "topicId" | "chatId">;

function ownerOf({ session, origin: { chatId, topicId } }: Run): Owner {
  return {
    userId: Number(session.userId),
    chatId: Number(chatId),
    ...(topicId === undefined ? {} : { topicId }),
  };
}

/** Outside of topics counts too, as Telegram puts messages of a deleted topic there. */
function isOwner({ userId, topicId, chatId }: Owner, by: Answerer): boolean {
  const inTopic = by.topicId === undefined || by.topicId === topicId;
  return userId === by.userId && (chatId === by.chatId || chatId === by.formerChatId) && inTopic;
}
