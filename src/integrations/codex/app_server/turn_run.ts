/** One turn on one thread of one app-server, from `turn/start` to `turn/completed`. */
import type { Clock } from "../../../core/clock.ts";
import type { CodexReviewTarget, TurnFailure, TurnInput } from "../../../core/codex/codex.ts";
import type { CodexNews } from "../../../core/codex/news.ts";
import { abortable, pause, withDeadline } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import { denialsIn, there } from "../turn_failure.ts";
import type { LiveTurn, TurnEnd } from "../live_turn.ts";
import { namesTimeOfDay, resetTimeIn } from "../reset_time.ts";
import { UsageMeter } from "../usage_meter.ts";
import type { Answers } from "./answers.ts";
import { timeZoneOf } from "./clock_there.ts";
import type { AppServerConnection } from "./connection.ts";
import type { AppServerNews } from "./news.ts";
import type { KnownRateLimits } from "./queries.ts";
import { pauseActiveGoal } from "./goal_requests.ts";
import { type RequestId, RpcError } from "./json_rpc.ts";
import type { Notification, ServerRequest } from "./protocol.ts";
import type { Item, WireTurn } from "./protocol_shapes.ts";
import type { Release, ThreadOwner } from "./thread_owner.ts";
import type { Reattachment } from "./reattachment.ts";
import { turnEnd, turnEvents, unknownEnd } from "./turn_events.ts";
import { imageInput, steerTurn, textInput, turnIsOver } from "./turn_input.ts";
import { TurnQuestions } from "./turn_questions.ts";

export interface TurnRunSettings {
  readonly owner: ThreadOwner;
  /** Nobody can come back to the thread, nor to what it leaves running. */
  readonly ephemeral?: boolean;
  readonly turn: LiveTurn;
  readonly limits: Pick<KnownRateLimits, "resetsAt">;
  /** Has what was not told to any turn before. */
  readonly news: Pick<AppServerNews, "take">;
  readonly clock: Clock;
  readonly log: Log;
}

const RESUME_DEADLINE_MS = 30_000;
const TURN_START_DEADLINE_MS = 60_000;
const INTERRUPT_AGAIN_MS = 100;

export class TurnRun {
  readonly turn: LiveTurn;
  readonly #settings: TurnRunSettings;
  readonly #questions: TurnQuestions;
  readonly #started = Promise.withResolvers<string>();
  readonly #usage = new UsageMeter();
  /** Items whose end was reported, by their ids. */
  readonly #ended = new Set<string>();
  #turnId: string | undefined;
  #tellsContext = false;
  #reviews = false;
  #innerTurnId: string | undefined;
  /** Names our input, so that its turn is found where nobody has told which one it is. */
  readonly #inputId = crypto.randomUUID();
  #release: Release | undefined;
  /** Somebody here ends the turn: its person, or the end of the program. */
  #stopped = false;
  /** Why Codex is about to end the turn by itself. */
  #denials: TurnFailure | undefined;

  /** @param turnId of a turn that runs already; absent = {@link start} begins it */
  constructor(settings: TurnRunSettings, turnId?: string) {
    this.#settings = settings;
    this.turn = settings.turn;
    this.#questions = new TurnQuestions(settings.log);
    const letGo = (): void => this.#letGo();
    this.turn.over.addEventListener("abort", letGo, { once: true });
    if (turnId !== undefined) this.#begun(turnId);
  }

  get #connection(): AppServerConnection {
    return this.#settings.owner.connection;
  }

  /** Whether Codex has said which turn it is, so that it can be found again. */
  get begun(): boolean {
    return this.#turnId !== undefined;
  }

  /**
   * Follows the turn over another connection, after the former one broke: fetches what happened
   * meanwhile, its end included.
   * @returns `lost` when Codex does not know the turn, or did not finish it; `not-begun` when Codex
   * never got the input
   * @throws {CodexError} when the connection breaks again
   */
  async follow(connection: AppServerConnection): Promise<Reattachment["type"]> {
    const { owner, turn, ephemeral = false } = this.#settings;
    owner.moveTo(connection);
    // It went on while nobody saw it; what should become of it is asked.
    if (owner.activity.goal?.status === "active") await pauseActiveGoal(connection, owner.threadId);
    // The end of the turn, say, may come before what was read of it.
    this.#hold();
    const turns = await this.#read(connection);
    for (const item of turns?.flatMap(({ items }) => items) ?? []) owner.note(item);
    await owner.findAgents();
    if (turn.over.aborted) return "found";
    if (this.begun) this.#noteOthers(turns ?? []);
    const known = turns?.findLast((each) => this.#isOurs(each));
    if (known === undefined && !this.begun) {
      // A thread that has no turn yet is not on disk.
      return turns === undefined && ephemeral ? "lost" : "not-begun";
    }
    // An app-server that ended itself calls its turns interrupted when it is back.
    if (known === undefined || known.status === "interrupted") return "lost";
    if (!this.begun) this.#begun(known.id);
    turn.push({ type: "waited" });
    for (const item of known.items) this.#catchUp(item);
    if (known.status !== "inProgress") {
      turn.settle({ ...await this.#endOf(known), ...answerIn(known.items) });
    }
    this.#letGo();
    if (turn.stopping.aborted && !turn.over.aborted) await this.interrupt();
    return "found";
  }

  /** Meanwhile Codex may have begun another round of a goal. */
  #noteOthers(turns: readonly (WireTurn & { readonly items: readonly Item[] })[]): void {
    const { owner } = this.#settings;
    for (const each of turns) {
      if (each.status === "inProgress" && !this.#isOurs(each)) owner.found(each.id);
    }
  }

  /** Until Codex has said which turn it is, the one with our input, which may not be written yet. */
  #isOurs({ id, status, items }: WireTurn & { readonly items: readonly Item[] }): boolean {
    if (this.#turnId !== undefined) return id === this.#turnId;
    if (this.#settings.owner.knowsTurn(id)) return false;
    const inputs = items.flatMap((item) => item.type === "userMessage" ? [item.clientId] : []);
    return inputs.length === 0 ? status === "inProgress" : inputs.includes(this.#inputId);
  }

  /** Keeps back what Codex says of the thread, until it is known which turn is ours, or it is over. */
  #hold(): void {
    if (!this.turn.over.aborted) this.#release ??= this.#settings.owner.hold();
  }

  #letGo(known = this.begun): void {
    this.#release?.(known);
    this.#release = undefined;
  }

  /** Withdraws what is asked over a connection that broke: Codex asks it again over the next one. */
  disconnected(): void {
    this.#questions.withdraw();
  }

  /** Reports an item that ended while nobody listened. */
  #catchUp(item: Item): void {
    const isOpen = "status" in item && item.status === "in_progress";
    if (isOpen || this.#ended.has(item.id)) return;
    this.receive({ method: "item/completed", params: { item } });
  }

  /** @returns undefined when Codex refuses to tell */
  async #read(
    { ask }: AppServerConnection,
  ): Promise<Answers["thread/read"]["thread"]["turns"] | undefined> {
    const { threadId } = this.#settings.owner;
    try {
      await ask("thread/resume", { threadId, excludeTurns: true }, RESUME_DEADLINE_MS);
      const read = { threadId, includeTurns: true };
      return (await ask("thread/read", read, RESUME_DEADLINE_MS)).thread.turns;
    } catch (error) {
      if (error instanceof RpcError) return undefined;
      throw error;
    }
  }

  /**
   * Begins the turn. Its end arrives later, by `turn/completed`.
   * @throws {RpcError} when Codex refuses the turn
   * @throws {CodexError} when the process died or does not answer: the turn may be running
   */
  async start(input: TurnInput, effort: string | undefined): Promise<void> {
    await this.#ask("turn/start", {
      threadId: this.#settings.owner.threadId,
      clientUserMessageId: this.#inputId,
      input: [...textInput(input.text), ...imageInput(input.images ?? [])],
      ...(effort === undefined ? {} : { effort }),
      ...(input.outputSchema === undefined ? {} : { outputSchema: input.outputSchema }),
    });
  }

  /**
   * Begins a turn in which Codex summarizes the conversation.
   * @throws as {@link start} does
   */
  async compact(): Promise<void> {
    const { owner, clock } = this.#settings;
    const { threadId } = owner;
    const connection = this.#connection;
    this.#tellsContext = true;
    owner.prepare(this);
    this.#hold();
    // Only its beginning tells which turn it is.
    const begun = owner.nextTurn();
    try {
      await connection.request("thread/compact/start", { threadId }, TURN_START_DEADLINE_MS);
      const late = (): CodexError => new CodexError("unresponsive", "Codex did not begin to work");
      this.#begun(await withDeadline(begun, { clock, ms: TURN_START_DEADLINE_MS, late }));
      this.#letGo();
    } catch (error) {
      if (error instanceof RpcError) this.#letGo(true);
      throw error;
    }
  }

  /**
   * Begins a turn of Codex's own reviewer, which begins another one within it.
   * @throws as {@link start} does
   */
  async review(target: CodexReviewTarget): Promise<void> {
    this.#reviews = true;
    await this.#ask("review/start", { threadId: this.#settings.owner.threadId, target });
  }

  /**
   * Takes a turn that Codex's own reviewer begins within this one, and by whose id alone both are
   * interrupted.
   * @returns false where it is no part of this one
   */
  takesTurn(turnId: string): boolean {
    if (this.#reviews) this.#innerTurnId = turnId;
    return this.#reviews;
  }

  async #ask(method: "turn/start" | "review/start", params: object): Promise<void> {
    const { owner } = this.#settings;
    const connection = this.#connection;
    owner.prepare(this);
    this.#hold();
    try {
      const started = await connection.ask(method, params, TURN_START_DEADLINE_MS);
      this.#begun(started.turn.id);
      this.#letGo();
    } catch (error) {
      // Whatever Codex tells of another turn is true all the same.
      if (error instanceof RpcError) this.#letGo(true);
      throw error;
    }
  }

  #begun(turnId: string): void {
    const { owner, turn, news } = this.#settings;
    const { threadId } = owner;
    this.#turnId = turnId;
    turn.push({ type: "started", threadId, turnId });
    // Nobody reads a turn that is stopped from the beginning.
    if (!turn.stopping.aborted) { for (const each of news.take(threadId)) this.tell(each); }
    this.#started.resolve(turnId);
    owner.add(turnId, this);
  }

  /** @returns what to answer Codex */
  async answer(id: RequestId, request: ServerRequest): Promise<unknown> {
    const { owner: { threadId }, turn, log } = this.#settings;
    return await this.#questions.answer(id, request, {
      threadId,
      turnId: await this.#started.promise,
      ask: async (asked, withdrawn) => {
        const decision = await turn.ask(asked, withdrawn);
        this.#stopped ||= decision === "cancel";
        return decision;
      },
      askQuestion: (asked, withdrawn) => turn.askQuestion(asked, withdrawn),
      declined: (reason) => turn.push({ type: "declined", reason }),
      interrupt: () => {
        this.interrupt().catch((error) =>
          log.warn("codex.interrupt.failed", { error: describeError(error) })
        );
      },
    });
  }

  /**
   * Asks Codex to end the turn, again and again while it says that there is no such turn yet. Its
   * sub-agents go first: they would work on without it.
   */
  async interrupt(): Promise<void> {
    this.#stopped = true;
    const { owner, turn, clock } = this.#settings;
    const { threadId } = owner;
    const begun = await this.#started.promise;
    // Cannot reject; the end of the turn waits for it.
    void owner.interruptAgents();
    while (!turn.over.aborted) {
      try {
        const turnId = this.#innerTurnId ?? begun;
        await this.#connection.request("turn/interrupt", { threadId, turnId });
        return;
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
      }
      await pause(clock, INTERRUPT_AGAIN_MS, turn.over);
    }
  }

  async steer(text: string): Promise<void> {
    const { owner: { threadId }, turn, clock } = this.#settings;
    const connection = this.#connection;
    // A turn that Codex refuses never starts.
    const expectedTurnId = await abortable(this.#started.promise, turn.over).catch(() => undefined);
    if (turn.over.aborted) throw turnIsOver();
    const words = { threadId, expectedTurnId, text };
    await steerTurn(connection, words, { clock, over: turn.over });
  }

  /** Acts on what is more than an event; {@link turnEvents} knows every notification. */
  receive(notification: Notification): void {
    const { turn, log } = this.#settings;
    this.#questions.note(notification);
    switch (notification.method) {
      case "turn/completed":
        // Cannot reject: a failure to clean up is logged.
        void this.#finish(notification.params.turn);
        break;
      case "thread/tokenUsage/updated": {
        const { total, last } = notification.params.tokenUsage;
        turn.push({ type: "usage", usage: this.#usage.read(total, last) });
        if (this.#tellsContext) turn.push({ type: "context", tokens: last.totalTokens });
        break;
      }
      case "unreadable":
        log.warn("codex.notification.unreadable", {
          method: notification.name,
          error: notification.reason,
        });
        // Nothing else will come of it.
        if (notification.name === "turn/completed") turn.settle(this.#unknownEnd("unreadable"));
        break;
      case "unknown":
        log.debug("codex.notice.unknown", { method: notification.name });
        break;
      case "item/completed":
        this.#ended.add(notification.params.item.id);
    }
    for (const event of turnEvents(notification)) {
      // What somebody asked for is no news.
      const asked = this.#tellsContext && event.type === "news" && event.news.type === "compacted";
      const denials = denialsIn(event);
      // The end of the turn tells it.
      this.#denials ??= denials;
      if (!asked && denials === undefined) turn.push(event);
    }
  }

  async #endOf(ended: WireTurn): Promise<TurnEnd> {
    if (typeof ended.status === "object") return this.#unknownEnd(ended.status.unknown);
    if (ended.status === "interrupted") {
      if (this.#stopped) return { status: "interrupted" };
      if (ended.error === undefined && this.#denials !== undefined) {
        return { status: "failed", failure: this.#denials };
      }
    }
    return turnEnd(ended, await this.#limitResetsAt(ended));
  }

  /** An answer that has come counts, however the turn is said to have ended. */
  #unknownEnd(status: string): TurnEnd {
    const { turn } = this.#settings;
    if (turn.answer === "") return unknownEnd(status);
    this.tell({ type: "unknown-end", status });
    return { status: "completed" };
  }

  /** Tells that the machine could not be told to stop; what only reads for this run does no harm. */
  tellNotStopped(machine: string): void {
    if (this.#settings.ephemeral !== true) this.tell({ type: "not-stopped", machine });
  }

  /** Tells what a person has to know beside the work. */
  tell(news: CodexNews): void {
    this.#settings.turn.push({ type: "news", news });
  }

  /** Where Codex has not told it with the limits, its sentence does. */
  async #limitResetsAt({ error }: WireTurn): Promise<string | undefined> {
    const { limits, clock } = this.#settings;
    const now = clock.now();
    const known = limits.resetsAt(now);
    const sentence = error?.message ?? "";
    if (known !== undefined || !namesTimeOfDay(sentence)) {
      return known ?? resetTimeIn(sentence, now);
    }
    return resetTimeIn(sentence, now, await timeZoneOf(this.#connection));
  }

  /** Without cleaning up, the commands of an interrupted turn would run until the process ends. */
  async #finish(ended: WireTurn): Promise<void> {
    const { owner, turn, ephemeral = false } = this.#settings;
    const end = await this.#endOf(ended);
    const { connection } = owner;
    // Who stops the turn meanwhile interrupts them.
    while (turn.waitsForAgents && end.status === "completed" && owner.activity.agents.length > 0) {
      await owner.agentsEnded();
    }
    // What works on for a thread of one run only works for nobody. A denial may have ended the turn.
    if (ephemeral || ended.status === "interrupted") await owner.interruptAgents();
    if (ended.status === "interrupted") await owner.cleanUp(this.#turnId);
    const left = await owner.terminalsLeft();
    if (left.length > 0 && !ephemeral) turn.push({ type: "terminals.left", terminals: left });
    if (left.length > 0 && ephemeral) {
      await owner.cleanUp(this.#turnId);
      const commands = left.map(({ command }) => command).join(", ");
      turn.push({ type: "warning", message: `Ended together with the turn: ${commands}` });
    }
    const { failure } = end;
    turn.settle(
      failure === undefined ? end : { ...end, failure: there(failure, connection.machine) },
    );
  }
}

/** The last message of a turn that has ended. */
function answerIn(items: readonly Item[]): Pick<TurnEnd, "answer"> {
  const said = items.flatMap((item) =>
    item.type === "agentMessage" && item.delivery !== "async" ? [item] : []
  );
  const message = said.findLast(({ phase }) => phase !== "commentary") ?? said.at(-1);
  return message === undefined ? {} : { answer: message.text };
}
