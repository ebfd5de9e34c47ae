/**
 * Owns a root thread and all that hangs on it: the turn that was asked for, turns that Codex begins
 * by itself, sub-agents, and the questions of any of them.
 */
import type { TurnOptions } from "../../../core/codex/codex.ts";
import type { CodexNews } from "../../../core/codex/news.ts";
import type { PersonHandlers } from "../../../core/codex/question.ts";
import {
  type BegunTurn,
  isAlive,
  type Stopped,
  type ThreadActivity,
  type ThreadGoal,
  type ThreadWatcher,
  type Unowned,
} from "../../../core/codex/thread_activity.ts";
import { describeError, ThreadBusyError } from "../../../core/errors.ts";
import type { BackendSettings } from "../backend_parts.ts";
import { LiveTurn, type TurnControl } from "../live_turn.ts";
import type { BackgroundTerminal } from "../../../core/codex/background_terminals.ts";
import { type CommandStarts, endTerminalsOf, terminalsLeft } from "./background_terminals.ts";
import type { AppServerConnection, ThreadListener } from "./connection.ts";
import { goalOf } from "./goal_requests.ts";
import type { RequestId } from "./json_rpc.ts";
import { type AppServerNews, newsOf } from "./news.ts";
import type { Address, Notification, ServerRequest } from "./protocol.ts";
import type { Item } from "./protocol_shapes.ts";
import type { KnownRateLimits } from "./queries.ts";
import { endCommands, pauseGoal, type Stopping } from "./stopping.ts";
import { SubAgents, type SubAgentsHost } from "./sub_agents.ts";
import type { RunningTurns } from "./thread.ts";
import { declined, subjectOf } from "./turn_questions.ts";
import { TurnRun } from "./turn_run.ts";

/** What an owner needs of its backend. */
export interface OwnerHost {
  readonly settings: Pick<BackendSettings, "limits" | "clock" | "log">;
  readonly turns: RunningTurns;
  readonly starts: CommandStarts;
  readonly limits: Pick<KnownRateLimits, "resetsAt">;
  readonly news: Pick<AppServerNews, "take">;
  restart(connection: AppServerConnection, reason: string): Promise<void>;
  /** Told of what was declined or stopped because nobody works on it. */
  unowned(what: Unowned): void;
  /** Finds the owner by this thread, too, from now on. */
  adopted(threadId: string, owner: ThreadOwner): void;
}

interface Message {
  readonly notification: Notification;
  readonly address: Address;
}

/** Ends a hold. @param known false = which turns the messages are of was never found out */
export type Release = (known: boolean) => void;

const MOST_OVER = 50;
const MOST_UNTOLD = 50;

export class ThreadOwner implements ThreadListener {
  readonly threadId: string;
  readonly #host: OwnerHost;
  /** Open turns of the root thread, by their ids. */
  readonly #turns = new Map<string, TurnRun>();
  /** Turns of the root thread that have ended, the newest last, bounded. */
  readonly #over = new Set<string>();
  readonly #agents: SubAgents;
  /** Stop listening, by thread. */
  readonly #listening = new Map<string, () => void>();
  /** What arrives while it is being found out which turn is whose, or what happened in it before. */
  #held: Message[] = [];
  #holds = 0;
  /** Resolves when nothing is held back; never rejects. */
  #released = Promise.withResolvers<void>();
  /** Of a turn that is about to begin without a name. */
  #awaited: PromiseWithResolvers<string> | undefined;
  /** Turns of Codex's own that nobody follows, until they have ended. */
  readonly #unfollowed = new Set<Promise<unknown>>();
  #connection: AppServerConnection;
  #watcher: ThreadWatcher | undefined;
  #goal: ThreadGoal | undefined;
  /** The turn has come upon a goal at work that nobody follows. */
  #foundGoal = false;
  /** What Codex told while no turn was open, for the next one. */
  #untold: CodexNews[] = [];
  /** Ask the person whom the last turn asked, for what outlives it. */
  #handlers: PersonHandlers | undefined;

  constructor(host: OwnerHost, threadId: string, connection: AppServerConnection) {
    this.#host = host;
    this.threadId = threadId;
    this.#connection = connection;
    this.#agents = new SubAgents(this.#agentsHost());
    this.#released.resolve();
  }

  /** The present one: the connection to another machine may be made anew. */
  get connection(): AppServerConnection {
    return this.#connection;
  }

  /** Nobody would miss it: nothing is alive or watched. */
  get idle(): boolean {
    return this.#watcher === undefined && !isAlive(this.activity);
  }

  get activity(): ThreadActivity {
    return {
      turn: this.#turns.size > 0,
      ...(this.#goal === undefined ? {} : { goal: this.#goal }),
      agents: this.#agents.activity,
    };
  }

  /** Resolves when the sub-agents at work now have ended; never rejects. */
  agentsEnded(): Promise<void> {
    return this.#agents.ended();
  }

  /** Whether this turn is, or was lately, one of the root thread. */
  knowsTurn(turnId: string): boolean {
    return this.#turns.has(turnId) || this.#over.has(turnId);
  }

  /** Hands a turn that Codex began by itself to whoever follows it, unless it is known. */
  found(turnId: string): void {
    if (!this.knowsTurn(turnId)) this.#begin(turnId);
  }

  watch(watcher: ThreadWatcher | undefined): void {
    this.#watcher = watcher;
  }

  /** Ends that, unless somebody else watches it by now. */
  unwatch(watcher: ThreadWatcher): void {
    if (this.#watcher === watcher) this.#watcher = undefined;
  }

  /** Goes on over another connection, which tells anew what is open. */
  moveTo(connection: AppServerConnection): void {
    if (connection !== this.#connection) this.#dropHeldTurns();
    this.#connection = connection;
    for (const threadId of this.threads) this.#listenTo(threadId);
  }

  /** Withdraws what sub-agents asked over a connection that broke. */
  disconnected(): void {
    this.#agents.disconnected();
  }

  /** Gets to know sub-agents by an item that was read. */
  note(item: Item): void {
    this.#agents.note(item);
  }

  /**
   * Listens to the sub-agents over the present connection, and finds out what became of them.
   * @throws {CodexError} when the connection breaks again
   */
  async findAgents(): Promise<void> {
    await this.#agents.find();
  }

  /** Gives up sub-agents that cannot be found again. */
  loseAgents(): void {
    this.#agents.lose();
  }

  /** Lets go of all its threads. */
  release(): void {
    this.loseAgents();
    for (const stop of this.#listening.values()) stop();
  }

  /** Makes ready for a turn that is about to be asked for. */
  prepare(run: TurnRun): void {
    this.#handlers = run.turn.handlers;
    this.#agents.allow();
  }

  /** Holds back what arrives for the root thread, until each hold is released. */
  hold(): Release {
    if (this.#holds++ === 0) this.#released = Promise.withResolvers();
    let holding = true;
    return (known) => {
      if (!holding) return;
      holding = false;
      if (!known) this.#dropHeldTurns();
      if (--this.#holds > 0) return;
      const held = this.#held;
      this.#held = [];
      for (const { notification, address } of held) this.receive(notification, address);
      this.#released.resolve();
    };
  }

  /** Keeps what was held back of the thread itself, such as its goal. */
  #dropHeldTurns(): void {
    this.#held = this.#held.filter(({ address }) => address.turnId === undefined);
  }

  /** Hands the turn its messages from now on. */
  add(turnId: string, run: TurnRun): void {
    // Words to a thread at work are added to its turn, whose id is the answer then.
    this.#turns.get(turnId)?.turn.settle({ status: "interrupted" });
    this.#turns.set(turnId, run);
    this.#foundGoal = false;
    run.turn.over.addEventListener("abort", () => this.#forget(turnId, run), { once: true });
    if (run.turn.over.aborted) return this.#forget(turnId, run);
    if (run.turn.stopping.aborted) return;
    for (const news of this.#untold) run.tell(news);
    this.#untold = [];
  }

  /** Resolves with the id of the next turn that begins. */
  nextTurn(): Promise<string> {
    this.#awaited = Promise.withResolvers<string>();
    return this.#awaited.promise;
  }

  /** Waits until turns have ended that nobody follows: a new one would be mixed into them. */
  async quiet(): Promise<void> {
    await Promise.all(this.#unfollowed);
  }

  receive(notification: Notification, address: Address): void {
    const agent = this.#agents.byThread(address.threadId);
    if (agent === undefined && notification.method === "turn/started") {
      this.#awaited?.resolve(notification.params.turn.id);
    }
    if (agent !== undefined) this.#agents.receive(agent, notification);
    else if (this.#holds > 0) this.#held.push({ notification, address });
    else this.#take(notification, address);
  }

  async answer(id: RequestId, request: ServerRequest, address: Address): Promise<unknown> {
    const agent = this.#agents.byThread(address.threadId);
    if (agent !== undefined) return await this.#agents.answer(agent, id, request, address);
    const connection = this.#connection;
    await this.#released.promise;
    // Codex asks it again over the connection of today.
    if (connection !== this.#connection) return declined(id, request);
    const { turnId } = address;
    // Its beginning was told to nobody here.
    if (turnId !== undefined && !this.knowsTurn(turnId)) this.#begin(turnId);
    const run = turnId === undefined ? this.#openRun() : this.#turns.get(turnId);
    if (run !== undefined) return await run.answer(id, request);
    this.#host.unowned({ kind: "question", ...this.#where(), ...subjectOf(request) });
    return declined(id, request);
  }

  /** Knows the thread as a sub-agent of this one. */
  adopt(threadId: string): void {
    this.#agents.adopt(threadId);
  }

  /** Interrupts the sub-agents at work and ends their commands. Never rejects. */
  async stopAgents(): Promise<Stopped> {
    return await this.#agents.stopAndTell();
  }

  /** The same, once at a time. Never rejects. */
  async interruptAgents(): Promise<void> {
    await this.#agents.stop();
  }

  /**
   * Ends the commands that a turn and its sub-agents left running, and none of earlier turns. Never
   * rejects.
   */
  async cleanUp(turnId: string | undefined): Promise<void> {
    await this.#agents.stopped();
    const { starts } = this.#host;
    await Promise.all([
      endTerminalsOf({ ...this.#stopping, threadId: this.threadId, turnId, starts }),
      ...this.#agents.threads.map((id) => endCommands(this.#stopping, id)),
    ]);
  }

  /** What goes on without a turn that has ended. Never rejects. */
  async terminalsLeft(): Promise<readonly BackgroundTerminal[]> {
    const { starts } = this.#host;
    return await terminalsLeft({ ...this.#stopping, threads: this.threads, starts });
  }

  #listenTo(threadId: string): void {
    this.#listening.get(threadId)?.();
    this.#listening.set(threadId, this.#connection.listen(threadId, this));
  }

  #take(notification: Notification, { turnId }: Address): void {
    switch (notification.method) {
      case "thread/goal/updated":
        return this.#goalChanged(notification.params.goal);
      case "thread/goal/cleared":
        return this.#goalChanged(undefined);
      case "turn/started":
        if (this.#openRun()?.takesTurn(notification.params.turn.id) === true) {
          this.#over.add(notification.params.turn.id);
        }
        return this.found(notification.params.turn.id);
      case "item/started":
      case "item/completed":
        this.#agents.note(notification.params.item);
    }
    const runs = turnId === undefined ? [...this.#turns.values()] : [this.#turns.get(turnId)];
    const open = runs.filter((run) => run !== undefined);
    for (const run of open) run.receive(notification);
    const news = open.length === 0 ? newsOf(notification) : undefined;
    if (news !== undefined) this.#untold = [...this.#untold, news].slice(-MOST_UNTOLD);
  }

  /**
   * Pauses a goal that nobody follows, such as one that the model sets in a turn that was asked for:
   * Codex would begin further turns as soon as that one ends.
   */
  #goalChanged(goal: ThreadGoal | undefined): void {
    const known = goal === undefined ? undefined : goalOf(this.threadId, goal);
    this.#goal = goal;
    if (goal?.status === "active" && this.#watcher === undefined) {
      this.#foundGoal = true;
      void this.#pauseGoal();
    }
    // One that a person has paused is told once more when its thread is loaded.
    if (this.#foundGoal || this.#watcher !== undefined) {
      const event = known === undefined ? {} : { goal: known };
      for (const { turn } of this.#turns.values()) turn.push({ type: "goal", ...event });
    }
    this.#watched(() => this.#watcher?.goalChanged(goal));
  }

  /** Hands a turn that Codex began by itself to whoever follows it, or interrupts it. */
  #begin(turnId: string): void {
    const { threadId } = this;
    let decided = false;
    const decide = (): void => {
      if (decided) throw new ThreadBusyError();
      decided = true;
    };
    const follow: BegunTurn["follow"] = (options) => {
      decide();
      this.#handlers = options;
      return this.#follow(turnId, options);
    };
    this.#watched(() => this.#watcher?.turnBegun({ threadId, turnId, follow }));
    if (decided) return;
    decide();
    const nobody: TurnOptions = {
      signal: AbortSignal.abort(),
      approve: () => Promise.resolve("decline"),
    };
    const { result } = this.#follow(turnId, nobody);
    this.#unfollowed.add(result);
    // Neither can reject.
    void result.then(() => this.#unfollowed.delete(result));
    void this.#pauseGoal();
    this.#host.unowned({ kind: "turn", ...this.#where(), ...this.#objective() });
  }

  #follow(turnId: string, options: TurnOptions): LiveTurn {
    const { settings, turns, news, limits: rateLimits } = this.#host;
    const { clock, limits, log } = settings;
    const control: TurnControl = {
      interrupt: () => run.interrupt(),
      escalate: (reason) => this.#host.restart(this.#connection, reason),
      steer: (text) => run.steer(text),
    };
    this.#agents.allow();
    const turn = new LiveTurn({ clock, limits, options, control, threadId: this.threadId });
    const run = new TurnRun({ owner: this, turn, limits: rateLimits, news, clock, log }, turnId);
    const { signal: { aborted: unfollowed } } = options;
    turns.add({
      thread: { id: this.threadId },
      turn,
      connection: this.#connection,
      run,
      unfollowed,
    });
    return turn;
  }

  #forget(turnId: string, run: TurnRun): void {
    if (this.#turns.get(turnId) === run) this.#turns.delete(turnId);
    this.#over.add(turnId);
    const [oldest] = this.#over;
    if (this.#over.size > MOST_OVER && oldest !== undefined) this.#over.delete(oldest);
  }

  #openRun(): TurnRun | undefined {
    return [...this.#turns.values()].at(-1);
  }

  async #pauseGoal(): Promise<void> {
    if (this.#goal?.status === "active") await pauseGoal(this.#stopping, this.threadId);
  }

  /** The root thread and those of its sub-agents. */
  get threads(): readonly string[] {
    return [this.threadId, ...this.#agents.threads];
  }

  get #stopping(): Stopping {
    return { ...this.#host.settings, connection: this.#connection };
  }

  /** Has the present state, whenever it is asked. */
  #agentsHost(): SubAgentsHost {
    const stopping = (): Stopping => this.#stopping;
    const openTurn = (): LiveTurn | undefined => this.#openRun()?.turn;
    const handlers = (): PersonHandlers | undefined => this.#handlers;
    return {
      get stopping() {
        return stopping();
      },
      get openTurn() {
        return openTurn();
      },
      get handlers() {
        return handlers();
      },
      listenTo: (threadId) => {
        this.#listenTo(threadId);
        this.#host.adopted(threadId, this);
      },
      unowned: (what) => this.#host.unowned({ ...this.#where(), ...what }),
    };
  }

  #watched(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      const { threadId } = this;
      this.#host.settings.log.error("codex.watcher.failed", {
        thread: threadId,
        error: describeError(error),
      });
    }
  }

  #where(): Pick<Unowned, "threadId" | "machine"> {
    const { machine } = this.#connection;
    return { threadId: this.threadId, ...(machine === undefined ? {} : { machine }) };
  }

  #objective(): Pick<Unowned, "subject"> {
    return this.#goal === undefined ? {} : { subject: this.#goal.objective };
  }
}
