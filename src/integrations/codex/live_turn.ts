/** A running turn, the same for every protocol: its events, its time, its approvals and its end. */
import type { Clock } from "../../core/clock.ts";
import type { ApprovalDecision, ApprovalRequest } from "../../core/codex/approval.ts";
import type {
  Turn,
  TurnEvent,
  TurnFailure,
  TurnOptions,
  TurnResult,
  TurnStatus,
  WaitingReason,
} from "../../core/codex/codex.ts";
import {
  isQuestion,
  type PersonHandlers,
  type PersonRequest,
  type QuestionAnswer,
  type QuestionRequest,
} from "../../core/codex/question.ts";
import {
  answerOf,
  NEW_TURN,
  reduceTurn,
  type TurnState,
  wholeDiff,
  wholeUsage,
} from "../../core/codex/turn_state.ts";
import { pause, waitAtMost } from "../../core/deadline.ts";
import { asSentence } from "../../core/errors.ts";
import { listFileChanges } from "../../core/workspace/changes.ts";
import { askPerson, askPersonQuestion, type Decision } from "./ask_person.ts";
import { EventQueue } from "./event_queue.ts";
import { WorkingTime } from "./working_time.ts";

/** All in milliseconds. */
export interface TurnLimits {
  /** Longest time in all; neither this nor the next one runs while an approval is open. */
  readonly turnTimeoutMs: number;
  /** Longest time without any event. */
  readonly turnIdleTimeoutMs: number;
  /** How long an interrupted turn may take to end before {@link TurnControl.escalate}. */
  readonly cancelGraceMs: number;
  /** How long a machine is looked for to which the connection broke in mid-turn. */
  readonly reconnectMs: number;
}

/** How the backend reaches Codex on behalf of the turn. */
export interface TurnControl {
  /** Asks Codex to end the turn; the end itself arrives by {@link LiveTurn.settle}. */
  interrupt(): Promise<void>;
  /** Restarts the process because the turn did not end; resolves when the old one is gone. */
  escalate(reason: string): Promise<void>;
  steer(text: string): Promise<void>;
}

/** How a turn ended, as the backend saw it. */
export interface TurnEnd {
  readonly status: TurnStatus;
  readonly failure?: TurnFailure;
  /** Where Codex tells the answer together with the end; wins over the messages seen. */
  readonly answer?: string;
}

interface LiveTurnSettings {
  readonly clock: Clock;
  readonly limits: TurnLimits;
  readonly options: TurnOptions;
  readonly control: TurnControl;
  /** The thread, where it has an id already. */
  readonly threadId?: string;
}

type Stop =
  | { readonly type: "aborted" }
  | { readonly type: "deadline"; readonly message: string };

/**
 * Runs with what the backend reports by `push` and `settle`. It keeps the deadlines, asks for
 * approvals, and makes sure that the turn ends.
 */
export class LiveTurn implements Turn {
  readonly events: AsyncIterable<TurnEvent>;
  readonly result: Promise<TurnResult>;
  readonly #clock: Clock;
  readonly #limits: TurnLimits;
  readonly #options: TurnOptions;
  readonly #control: TurnControl;
  readonly #queue = new EventQueue<TurnEvent>();
  readonly #settled = Promise.withResolvers<TurnResult>();
  readonly #over = new AbortController();
  readonly #stopping = new AbortController();
  readonly #openApprovals = new Set<PersonRequest>();
  readonly #working: WorkingTime;
  #state: TurnState;
  #stop: Stop | undefined;
  #escalated = false;
  #waiting = false;
  #lastEventAt: number;

  constructor({ clock, limits, options, control, threadId }: LiveTurnSettings) {
    this.#clock = clock;
    this.#limits = limits;
    this.#options = options;
    this.#control = control;
    this.#state = threadId === undefined ? NEW_TURN : { ...NEW_TURN, threadId };
    this.#working = new WorkingTime(clock);
    this.#lastEventAt = clock.monotonic();
    this.events = this.#queue;
    this.result = this.#settled.promise;
    this.#watchSignal();
    this.#watchTotalTime();
    this.#watchIdleTime();
  }

  /** Aborts when the turn has ended. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /**
   * Aborts when the turn should end, by a deadline or by its own signal. Whoever still prepares the
   * turn then gives up and settles it; a turn that Codex runs is interrupted from here.
   */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** What would be its answer if it ended now; empty while there is none. */
  get answer(): string {
    return answerOf(this.#state);
  }

  /** Ask the person for whom it runs. */
  get handlers(): PersonHandlers {
    return this.#options;
  }

  /** Whether its end waits for the sub-agents at work. */
  get waitsForAgents(): boolean {
    return this.#options.waitsForAgents === true;
  }

  /** Reports what Codex did. Does nothing after the end. */
  push(event: TurnEvent): void {
    if (this.#over.signal.aborted) return;
    this.#waiting = false;
    this.#lastEventAt = this.#clock.monotonic();
    this.#state = reduceTurn(this.#state, event, this.#clock.now());
    this.#queue.push(event);
  }

  /**
   * Reports that the turn waits, until it reports something else; waiting is no idleness. Does nothing
   * after the end.
   */
  wait(reason: WaitingReason): void {
    this.push({ type: "waiting", reason });
    this.#waiting = true;
  }

  /** Ends the turn; only the first call counts. */
  settle(end: TurnEnd): void {
    if (this.#over.signal.aborted) return;
    for (const request of this.#openApprovals) this.#close(request);
    this.#over.abort();
    this.#queue.end();
    this.#settled.resolve(this.#resultOf(end));
  }

  /**
   * Asks the person. Never rejects: whatever goes wrong, and a question that is void, declines.
   * @param withdrawn aborts when Codex no longer waits for the answer
   */
  async ask(request: ApprovalRequest, withdrawn?: AbortSignal): Promise<ApprovalDecision> {
    return (await this.askForReason(request, withdrawn)).decision;
  }

  /** The same, with the person's reason for a denial. */
  async askForReason(request: ApprovalRequest, withdrawn?: AbortSignal): Promise<Decision> {
    return await this.#ask(request, this.#voidedBy(withdrawn));
  }

  /** Asks the person a question. Never rejects, as {@link ask}. */
  askQuestion(request: QuestionRequest, withdrawn?: AbortSignal): Promise<QuestionAnswer> {
    return this.#askQuestion(request, this.#voidedBy(withdrawn));
  }

  /** The same for a sub-agent, as {@link askForAgent}. */
  askQuestionForAgent(request: QuestionRequest, withdrawn: AbortSignal): Promise<QuestionAnswer> {
    return this.#askQuestion(request, AbortSignal.any([this.stopping, withdrawn]));
  }

  /** Asks for a sub-agent, which works on when the turn ends by itself. Never rejects. */
  async askForAgent(request: ApprovalRequest, withdrawn: AbortSignal): Promise<ApprovalDecision> {
    const signal = AbortSignal.any([this.stopping, withdrawn]);
    return (await this.#ask(request, signal)).decision;
  }

  /** @param signal aborts when the question is void */
  async #ask(request: ApprovalRequest, signal: AbortSignal): Promise<Decision> {
    if (signal.aborted) return { decision: "decline" };
    this.#open(request);
    this.push({ type: "approval.requested", request });
    const { problem, ...decided } = await askPerson(this.#options.approve, request, signal);
    if (problem !== undefined) this.#declined(problem);
    this.#close(request, { type: "approval.resolved", request, decision: decided.decision });
    return decided;
  }

  async #askQuestion(request: QuestionRequest, signal: AbortSignal): Promise<QuestionAnswer> {
    if (signal.aborted) return { type: "cancel" };
    this.#open(request);
    this.push({ type: "question.requested", request });
    const { problem, answer } = await askPersonQuestion(this.#options.answer, request, signal);
    if (problem !== undefined) this.#declined(problem);
    this.#close(request, { type: "question.resolved", request, result: answer.type });
    return answer;
  }

  steer(text: string): Promise<void> {
    return this.#control.steer(text);
  }

  /** Stops the turn as a deadline does, for one that only the backend knows. */
  timeUp(message: string): void {
    this.#end({ type: "deadline", message });
  }

  #declined(error: string): void {
    this.push({ type: "declined", reason: { type: "unreachable", error } });
  }

  #voidedBy(withdrawn: AbortSignal | undefined): AbortSignal {
    const signals = [this.over, this.stopping, ...(withdrawn === undefined ? [] : [withdrawn])];
    return AbortSignal.any(signals);
  }

  #open(request: PersonRequest): void {
    this.#openApprovals.add(request);
    this.#working.pause();
  }

  /** The end of the turn closes what is open, so that this may come a second time. */
  #close(request: PersonRequest, resolved: TurnEvent = declinedByEnd(request)): void {
    if (this.#openApprovals.delete(request)) this.push(resolved);
    if (this.#openApprovals.size === 0) this.#working.resume();
  }

  #resultOf(end: TurnEnd): TurnResult {
    const { threadId, files } = this.#state;
    const usage = wholeUsage(this.#state);
    return {
      ...this.#outcomeOf(end),
      answer: end.answer ?? answerOf(this.#state),
      diff: wholeDiff(this.#state),
      changedFiles: listFileChanges(files),
      ...(threadId === undefined ? {} : { threadId }),
      ...(usage === undefined ? {} : { usage }),
    };
  }

  /** Who stopped the turn says how it ended, except that a deadline comes too late for a success. */
  #outcomeOf({ status, failure }: TurnEnd): Pick<TurnResult, "status" | "failure"> {
    if (this.#stop?.type === "aborted") {
      return { status: "interrupted", ...(this.#escalated ? { failure: this.#restarted() } : {}) };
    }
    if (this.#stop?.type === "deadline" && status !== "completed") {
      const { message } = this.#stop;
      const trouble = { kind: "late", said: asSentence(message) } as const;
      return { status: "failed", failure: { kind: "timeout", message, trouble } };
    }
    return { status, ...(failure === undefined ? {} : { failure }) };
  }

  #restarted(): TurnFailure {
    const seconds = this.#limits.cancelGraceMs / 1000;
    const message = `Codex did not stop within ${seconds} s and was started again`;
    return { kind: "process", message, trouble: { kind: "late", said: asSentence(message) } };
  }

  #watchSignal(): void {
    const { signal } = this.#options;
    const onAbort = (): void => this.#end({ type: "aborted" });
    signal.addEventListener("abort", onAbort, { once: true, signal: this.over });
    if (signal.aborted) onAbort();
  }

  #watchTotalTime(): void {
    const { turnTimeoutMs } = this.#limits;
    const watch = async (): Promise<void> => {
      if (!await this.#working.reached(turnTimeoutMs, this.over)) return;
      const message = `Codex was stopped: the turn took longer than ${turnTimeoutMs / 1000} s ` +
        "(codex.turn_timeout_seconds)";
      this.#end({ type: "deadline", message });
    };
    // Cannot reject: the clock rejects by the signal only, and that is caught.
    void watch();
  }

  #watchIdleTime(): void {
    const { turnIdleTimeoutMs } = this.#limits;
    const watch = async (): Promise<void> => {
      let leftMs = turnIdleTimeoutMs;
      while (leftMs > 0) {
        if (!await pause(this.#clock, leftMs, this.over)) return;
        if (this.#openApprovals.size > 0 || this.#waiting) {
          this.#lastEventAt = this.#clock.monotonic();
        }
        leftMs = turnIdleTimeoutMs - (this.#clock.monotonic() - this.#lastEventAt);
      }
      const message = `Codex was stopped: it reported nothing for ${turnIdleTimeoutMs / 1000} s ` +
        "(codex.turn_idle_timeout_seconds)";
      this.#end({ type: "deadline", message });
    };
    // Cannot reject, as above.
    void watch();
  }

  #end(stop: Stop): void {
    if (this.#stop !== undefined || this.#over.signal.aborted) return;
    this.#stop = stop;
    this.#stopping.abort(new Error("The turn is being stopped"));
    // Cannot reject: both calls of the control are caught.
    void this.#endForSure(stop);
  }

  async #endForSure(stop: Stop): Promise<void> {
    // The backend may be about to make this very turn: let it finish first.
    await Promise.resolve();
    // Whether the request arrives shows in whether the turn ends.
    this.#control.interrupt().catch(() => undefined);
    if (!await pause(this.#clock, this.#limits.cancelGraceMs, this.over)) return;
    this.#escalated = true;
    const reason = stop.type === "aborted" ? "a cancelled turn did not end" : stop.message;
    // The turn ends here whether the restart worked or not; CodexProcess reports its own errors.
    await this.#control.escalate(reason).catch(() => undefined);
    this.settle({ status: "lost" });
  }
}

/** What is open when the turn ends is void. */
function declinedByEnd(request: PersonRequest): TurnEvent {
  return isQuestion(request)
    ? { type: "question.resolved", request, result: "cancel" }
    : { type: "approval.resolved", request, decision: "decline" };
}

interface TurnToEnd {
  readonly turn: LiveTurn;
  /** Absent while the turn is still being prepared. */
  readonly run?: { interrupt(): Promise<void> };
}

/** How long turns may take to end as interrupted when the program ends, in milliseconds. */
const END_GRACE_MS = 1_000;

/** Interrupts turns and waits a moment. A turn that has not ended then is lost with its process. */
export async function endTurns(turns: readonly TurnToEnd[], clock: Clock): Promise<void> {
  if (turns.length === 0) return;
  for (const { run } of turns) run?.interrupt().catch(() => undefined);
  // Cannot reject: a turn's result never does.
  await waitAtMost(clock, END_GRACE_MS, Promise.all(turns.map(({ turn }) => turn.result)));
}
