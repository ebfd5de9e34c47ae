/** The sub-agents of a root thread, and theirs: who they are, what they ask, and how they are stopped. */
import type { ApprovalDecision, ApprovalRequest } from "../../../core/codex/approval.ts";
import type { TurnEvent } from "../../../core/codex/codex.ts";
import {
  declineNote,
  type DeclineReason,
  type PersonHandlers,
  type QuestionAnswer,
  type QuestionRequest,
} from "../../../core/codex/question.ts";
import {
  type AgentActivity,
  NOTHING_STOPPED,
  type Stopped,
  type SubAgent,
  type ThreadGoal,
  type Unowned,
} from "../../../core/codex/thread_activity.ts";
import { askPerson, askPersonQuestion } from "../ask_person.ts";
import type { LiveTurn } from "../live_turn.ts";
import { type RequestId, RpcError } from "./json_rpc.ts";
import type { Address, Notification, ServerRequest } from "./protocol.ts";
import type { Item } from "./protocol_shapes.ts";
import {
  endCommands,
  interruptTurn,
  pauseGoal,
  runningCommands,
  type Stopping,
} from "./stopping.ts";
import { nameOfPath, type SubAgentReport, SubAgentRun } from "./sub_agent_run.ts";

/** What sub-agents need of the owner of their root thread. */
export interface SubAgentsHost {
  /** With the present connection. */
  readonly stopping: Stopping;
  /** The turn for which they work; absent when it has ended before them. */
  readonly openTurn: LiveTurn | undefined;
  /** Ask the person whom the last turn asked. */
  readonly handlers: PersonHandlers | undefined;
  /** Takes the messages of this thread, too, from now on. */
  listenTo(threadId: string): void;
  unowned(what: Pick<Unowned, "kind" | "threadId" | "subject">): void;
}

const FIND_DEADLINE_MS = 30_000;
/** What was stopped longer ago is no answer to a question of now. */
const NEWS_MS = 10_000;
/** Calls of the model's tools that hand work to the threads which they name. */
const HANDING_OVER: ReadonlySet<string> = new Set(["spawnAgent", "resumeAgent", "sendInput"]);

export class SubAgents {
  readonly #host: SubAgentsHost;
  /** By their threads, oldest first. */
  readonly #runs = new Map<string, SubAgentRun>();
  /** Whom each works for, since it has begun its turn. */
  readonly #people = new Map<SubAgentRun, PersonHandlers | undefined>();
  /** Those with a goal of their own that Codex pursues by itself. */
  readonly #pursuing = new Set<SubAgentRun>();
  /** Their root turn was interrupted: whatever they begin now is interrupted, too. */
  #stopped = false;
  #stopping: Promise<unknown> = Promise.resolve();
  #stoppingAll: Promise<void> | undefined;
  /** What was stopped last, until somebody has asked. */
  #untold: (Stopped & { readonly at: number }) | undefined;

  constructor(host: SubAgentsHost) {
    this.#host = host;
  }

  /** Threads of all that were ever known. */
  get threads(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** Those at work. */
  get working(): readonly SubAgent[] {
    return this.#working().map(({ agent }) => agent);
  }

  get activity(): readonly AgentActivity[] {
    return this.#working().map(({ activity }) => activity);
  }

  byThread(threadId: string | undefined): SubAgentRun | undefined {
    return threadId === undefined ? undefined : this.#runs.get(threadId);
  }

  /** @param name absent where it is not known yet */
  adopt(threadId: string, name?: string): void {
    const known = this.#runs.get(threadId);
    if (known === undefined) {
      const agent = { threadId, name: name ?? `agent-${this.#runs.size + 1}` };
      this.#runs.set(threadId, new SubAgentRun(agent, this.#host.stopping));
      this.#host.listenTo(threadId);
    } else if (name !== undefined) known.rename(name);
  }

  /** Gets to know those whom an item names. */
  note(item: Item): void {
    if (item.type === "subAgentActivity") {
      this.adopt(item.agentThreadId, nameOfPath(item.agentPath));
    }
    if (item.type === "collabAgentToolCall" && HANDING_OVER.has(item.tool)) {
      for (const threadId of item.receiverThreadIds) this.adopt(threadId);
    }
  }

  receive(run: SubAgentRun, notification: Notification): void {
    if (notification.method === "item/started" || notification.method === "item/completed") {
      this.note(notification.params.item);
    }
    this.#report(run, run.receive(notification));
    switch (notification.method) {
      case "turn/started":
        if (this.#stopped) this.#stop([run]);
        else if (this.#pursuing.has(run)) this.#interrupt(run, notification.params.turn.id);
        break;
      case "thread/goal/updated":
        return this.#goalChanged(run, notification.params.goal);
      case "thread/goal/cleared":
        return this.#goalChanged(run);
    }
  }

  /** @returns what to answer Codex */
  async answer(
    run: SubAgentRun,
    id: RequestId,
    request: ServerRequest,
    { turnId = run.turnId ?? "" }: Address,
  ): Promise<unknown> {
    // Its beginning was told to nobody here.
    this.#report(run, run.begin(turnId));
    const { agent: { threadId, name: agent } } = run;
    return await run.questions.answer(id, request, {
      threadId,
      turnId,
      agent,
      ask: (asked, withdrawn) => this.#ask(asked, withdrawn),
      askQuestion: (asked, withdrawn) => this.#askQuestion(asked, withdrawn),
      declined: (reason) => this.#declined(threadId, reason),
      interrupt: () => this.#stop([run]),
    });
  }

  /** Lets those that begin now work: a new root turn has begun. */
  allow(): void {
    this.#stopped = false;
    this.#untold = undefined;
  }

  /**
   * Interrupts those at work, and whatever they begin from now on, and ends their commands; once at a
   * time. Never rejects.
   */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#stoppingAll ??= this.#stopAll().finally(() => this.#stoppingAll = undefined);
  }

  /** The same. @returns what was stopped, also with an interrupted turn, unless it was told before */
  async stopAndTell(): Promise<Stopped> {
    await this.stop();
    const untold = this.#untold;
    this.#untold = undefined;
    const { clock } = this.#host.stopping;
    const isNews = untold !== undefined && clock.monotonic() - untold.at < NEWS_MS;
    return isNews ? untold : NOTHING_STOPPED;
  }

  async #stopAll(): Promise<void> {
    const { stopping } = this.#host;
    const { working: agents, threads } = this;
    const listed = Promise.all(threads.map((id) => runningCommands(stopping, id)));
    this.#stop(this.#working());
    await this.#stopping;
    await Promise.all(threads.map((id) => endCommands(stopping, id)));
    const commands = (await listed).flat();
    if (agents.length + commands.length === 0) return;
    this.#untold = { agents, commands, at: stopping.clock.monotonic() };
  }

  /** Resolves when those at work now have ended; never rejects. */
  async ended(): Promise<void> {
    await Promise.all(this.#working().map(({ over }) => ended(over)));
  }

  /** Resolves when all that were stopped have ended. Never rejects. */
  async stopped(): Promise<void> {
    await Promise.all([this.#stoppingAll, this.#stopping]);
  }

  /**
   * Finds out over a new connection what became of them, and listens to them again.
   * @throws {CodexError} when the connection breaks, too
   */
  async find(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => this.#find(run)));
  }

  /** Gives those up that were at work: nobody knows what becomes of them. */
  lose(): void {
    for (const run of this.#working()) this.#report(run, run.end("lost"));
  }

  /** Withdraws what they asked over a connection that broke. */
  disconnected(): void {
    for (const run of this.#runs.values()) run.questions.withdraw();
  }

  /**
   * Tells the turn at work. How one ended that works for an earlier request is told to the person who
   * made that.
   */
  #report(run: SubAgentRun, reports: readonly SubAgentReport[]): void {
    const { openTurn, handlers } = this.#host;
    const { agent, changedFiles } = run;
    for (const report of reports) {
      if (report.type === "started") this.#people.set(run, handlers);
      const people = this.#people.get(run);
      const isLeft = openTurn === undefined || people?.agentEnded !== handlers?.agentEnded;
      for (const event of agentEvents(agent, report, isLeft)) openTurn?.push(event);
      if (isLeft && report.type === "ended") {
        const { type: _ended, ...end } = report;
        people?.agentEnded?.({ agent, changedFiles, ...end });
      }
    }
  }

  async #find(run: SubAgentRun): Promise<void> {
    const { ask } = this.#host.stopping.connection;
    const { threadId } = run;
    try {
      await ask("thread/resume", { threadId, excludeTurns: true }, FIND_DEADLINE_MS);
      const read = { threadId, includeTurns: true };
      const { thread } = await ask("thread/read", read, FIND_DEADLINE_MS);
      this.#report(run, run.catchUp(thread.turns));
      if (this.#stopped && run.turnId !== undefined) this.#stop([run]);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#report(run, run.end("lost"));
    }
  }

  #working(): SubAgentRun[] {
    return [...this.#runs.values()].filter(({ turnId }) => turnId !== undefined);
  }

  #stop(runs: readonly SubAgentRun[]): void {
    this.#stopping = Promise.all([this.#stopping, ...runs.map((run) => this.#stopOne(run))]);
  }

  /** Lets what it left running in its task go on. */
  #interrupt({ threadId, over }: SubAgentRun, turnId: string): void {
    // Cannot reject.
    void interruptTurn(this.#host.stopping, { threadId, turnId }, over);
  }

  async #stopOne({ threadId, turnId, over }: SubAgentRun): Promise<void> {
    const { stopping } = this.#host;
    if (turnId !== undefined) await interruptTurn(stopping, { threadId, turnId }, over);
    await endCommands(stopping, threadId);
  }

  /**
   * Notes a goal of its own. Codex would begin one turn of it after another, which nobody follows: it
   * is paused, and where Codex takes no such word for a sub-agent, those turns are interrupted, which
   * pauses it, too.
   */
  #goalChanged(run: SubAgentRun, goal?: ThreadGoal): void {
    if (goal?.status !== "active") this.#pursuing.delete(run);
    else if (!this.#pursuing.has(run)) {
      this.#pursuing.add(run);
      const { agent: { threadId, name } } = run;
      const { objective } = goal;
      const { openTurn, stopping } = this.#host;
      // Cannot reject.
      void pauseGoal(stopping, threadId);
      if (openTurn === undefined) {
        this.#host.unowned({ kind: "turn", threadId, subject: objective });
      } else openTurn.push({ type: "news", news: { type: "agent.goal", name, objective } });
    }
  }

  /** Asks through the turn that is open, or whom the last turn asked. Never rejects. */
  async #ask(request: ApprovalRequest, withdrawn: AbortSignal): Promise<ApprovalDecision> {
    const { openTurn, handlers } = this.#host;
    if (openTurn !== undefined) return await openTurn.askForAgent(request, withdrawn);
    if (handlers !== undefined) {
      return (await askPerson(handlers.approve, request, withdrawn)).decision;
    }
    const { threadId } = request;
    const command = request.kind === "command" ? request.command : undefined;
    const subject = command === undefined ? {} : { subject: command };
    this.#host.unowned({ kind: "question", threadId, ...subject });
    return "decline";
  }

  /** The same for a question. */
  async #askQuestion(request: QuestionRequest, withdrawn: AbortSignal): Promise<QuestionAnswer> {
    const { openTurn, handlers } = this.#host;
    if (openTurn !== undefined) return await openTurn.askQuestionForAgent(request, withdrawn);
    if (handlers !== undefined) {
      return (await askPersonQuestion(handlers.answer, request, withdrawn)).answer;
    }
    this.#host.unowned({ kind: "question", threadId: request.threadId });
    return { type: "cancel" };
  }

  /** Tells what was declined: in the turn for which they work, or to the owner of the program. */
  #declined(threadId: string, reason: DeclineReason): void {
    const { openTurn } = this.#host;
    if (openTurn !== undefined) openTurn.push({ type: "declined", reason });
    else this.#host.unowned({ kind: "question", threadId, subject: declineNote(reason) });
  }
}

/** @param isLeft why it failed is told elsewhere */
function agentEvents(
  agent: SubAgent,
  report: SubAgentReport,
  isLeft: boolean,
): readonly TurnEvent[] {
  switch (report.type) {
    case "started":
      return [{ type: "agent.started", agent }];
    case "event":
      return [{ type: "agent.event", agent, event: report.event }];
    case "ended": {
      const { status, reason } = report;
      const ended = { type: "agent.ended", agent, status } as const;
      if (reason === undefined || isLeft) return [ended];
      return [{ type: "news", news: { type: "agent.failed", name: agent.name, reason } }, ended];
    }
  }
}

function ended(over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (over.aborted) resolve();
    else over.addEventListener("abort", () => resolve(), { once: true });
  });
}
