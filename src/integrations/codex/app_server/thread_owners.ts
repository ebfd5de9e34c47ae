/**
 * Finds who owns what Codex says: by its thread, or by the thread from which that one came. What has
 * no owner is declined, and told.
 */
import type {
  CodexActivity,
  Stopped,
  ThreadActivity,
  Unowned,
} from "../../../core/codex/thread_activity.ts";
import { NO_ACTIVITY, NOTHING_STOPPED } from "../../../core/codex/thread_activity.ts";
import { waitAtMost } from "../../../core/deadline.ts";
import { describeError } from "../../../core/errors.ts";
import type { AppServerConnection, ThreadListener } from "./connection.ts";
import { type RequestId, RpcError } from "./json_rpc.ts";
import type { AppServerNews } from "./news.ts";
import type { Address, Notification, ServerRequest } from "./protocol.ts";
import { type OwnerHost, ThreadOwner } from "./thread_owner.ts";
import { declined, subjectOf } from "./turn_questions.ts";

export interface OwnersSettings extends Omit<OwnerHost, "adopted" | "unowned" | "news"> {
  readonly news: Pick<AppServerNews, "take" | "addEnded" | "denied">;
  /** Told once for each kind and thread. */
  readonly onUnowned?: ((what: Unowned) => void) | undefined;
}

const LOOK_UP_DEADLINE_MS = 5_000;
/** Sub-agents of sub-agents, and so on. */
const MOST_PARENTS = 10;
const END_GRACE_MS = 1_000;
const MOST_OWNERS = 200;
const MOST_TOLD = 1_000;
const MOST_KEPT = 500;

export class ThreadOwners implements CodexActivity {
  readonly #settings: OwnersSettings;
  readonly #host: OwnerHost;
  /** By root thread. */
  readonly #owners = new Map<string, ThreadOwner>();
  /** By any thread that hangs on theirs. */
  readonly #byThread = new Map<string, ThreadOwner>();
  /** What was told, by kind and thread. */
  readonly #told = new Set<string>();

  constructor(settings: OwnersSettings) {
    this.#settings = settings;
    this.#host = {
      ...settings,
      unowned: (what) => this.#unowned(what),
      adopted: (threadId, owner) => this.#byThread.set(threadId, owner),
    };
  }

  /** Takes what arrives over the connection for threads that nobody has listened to yet. */
  attach(connection: AppServerConnection): void {
    connection.listenToOthers(
      new Strangers(connection, {
        find: (threadId) => this.#byThread.get(threadId),
        findByTurn: (turnId) => [...this.#owners.values()].find((owner) => owner.knowsTurn(turnId)),
        unowned: (what) => this.#unowned(what),
        log: this.#settings.settings.log,
      }),
    );
  }

  /** The owner of a root thread that is loaded over this connection; makes one where there is none. */
  own(threadId: string, connection: AppServerConnection): ThreadOwner {
    const known = this.#owners.get(threadId);
    const owner = known ?? new ThreadOwner(this.#host, threadId, connection);
    this.#owners.set(threadId, owner);
    this.#byThread.set(threadId, owner);
    this.#dropIdle();
    if (known === undefined || known.connection !== connection) owner.moveTo(connection);
    return owner;
  }

  /** Forgets the owners of a process that has ended, and of all that ended with it. */
  drop(connection: AppServerConnection): void {
    for (const owner of this.#owners.values()) {
      if (owner.connection === connection) this.#drop(owner);
    }
  }

  /** Notes for each thread which of its commands end with the process. Never rejects. */
  async noteCommands(connection: AppServerConnection): Promise<void> {
    const { news } = this.#settings;
    const owners = [...this.#owners.values()].filter((owner) => owner.connection === connection);
    await Promise.all(owners.map(async (owner) => {
      const commands = (await owner.terminalsLeft()).map(({ command }) => command);
      if (commands.length > 0) news.addEnded(owner.threadId, commands);
    }));
  }

  /** Resolve when the sub-agents have ended that work over this connection now; none rejects. */
  agentsOn(connection: AppServerConnection): Promise<void>[] {
    return this.#withAgents(connection).map((owner) => owner.agentsEnded());
  }

  /** The owners of sub-agents that work over this connection without a turn. */
  withAgentsOnly(connection: AppServerConnection): readonly ThreadOwner[] {
    return this.#withAgents(connection).filter(({ activity }) => !activity.turn);
  }

  async settled(): Promise<void> {
    for (let owners = this.#withAgents(); owners.length > 0; owners = this.#withAgents()) {
      await Promise.all(owners.map((owner) => owner.agentsEnded()));
    }
  }

  async endAgents(): Promise<void> {
    const owners = this.#withAgents();
    const stopping = this.close();
    for (const owner of owners) owner.loseAgents();
    await stopping;
  }

  /** Stops all sub-agents. Never rejects. */
  async close(): Promise<void> {
    const { settings: { clock, log } } = this.#settings;
    const owners = this.#withAgents();
    const agents = owners.flatMap(({ activity }) => activity.agents);
    if (agents.length === 0) return;
    log.warn("codex.agents.stopping", { agents: agents.map(({ agent }) => agent.name) });
    await waitAtMost(clock, END_GRACE_MS, Promise.all(owners.map((owner) => owner.stopAgents())));
  }

  #withAgents(connection?: AppServerConnection): ThreadOwner[] {
    return [...this.#owners.values()].filter((owner) =>
      owner.activity.agents.length > 0 &&
      (connection === undefined || owner.connection === connection)
    );
  }

  alive(threadId: string): ThreadActivity {
    return this.#owners.get(threadId)?.activity ?? NO_ACTIVITY;
  }

  /** A root thread and those of its sub-agents. */
  threads(threadId: string): readonly string[] {
    return this.#owners.get(threadId)?.threads ?? [threadId];
  }

  async stopAgents(threadId: string): Promise<Stopped> {
    return await this.#owners.get(threadId)?.stopAgents() ?? NOTHING_STOPPED;
  }

  async allowDenied(threadId: string, reviewId: string): Promise<boolean> {
    const { news: { denied }, settings: { log } } = this.#settings;
    const action = denied.find(reviewId);
    const owner = action === undefined ? undefined : this.#byThread.get(action.threadId);
    if (action === undefined || owner?.threadId !== threadId) return false;
    try {
      await owner.connection.request("thread/approveGuardianDeniedAction", action);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      log.warn("codex.denied-action.not-allowed", { error: describeError(error) });
      return false;
    }
    denied.forget(reviewId);
    return true;
  }

  /** Threads of one run only are used no more when it is over. */
  #dropIdle(): void {
    if (this.#owners.size <= MOST_OWNERS) return;
    for (const owner of [...this.#owners.values()].slice(0, -1)) if (owner.idle) this.#drop(owner);
  }

  #drop(owner: ThreadOwner): void {
    owner.release();
    this.#owners.delete(owner.threadId);
    for (const [threadId, found] of this.#byThread) {
      if (found === owner) this.#byThread.delete(threadId);
    }
  }

  #unowned(what: Unowned): void {
    const { kind, threadId = "", subject } = what;
    const { settings: { log }, onUnowned } = this.#settings;
    log.warn("codex.unowned", { kind, thread: threadId, subject });
    const key = `${kind} ${threadId}`;
    if (this.#told.has(key) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(key);
    onUnowned?.(what);
  }
}

interface Family {
  find(threadId: string): ThreadOwner | undefined;
  findByTurn(turnId: string): ThreadOwner | undefined;
  unowned(what: Unowned): void;
  readonly log: OwnersSettings["settings"]["log"];
}

interface Kept {
  readonly notification: Notification;
  readonly address: Address;
}

/**
 * Takes the messages of threads that nobody listens to. Most are sub-agents whose first words come
 * before the word of them; of the others Codex is asked from which thread they came.
 */
class Strangers implements ThreadListener {
  readonly #connection: AppServerConnection;
  readonly #family: Family;
  /** Each thread that was looked up, or is: whose it is. */
  readonly #lookUps = new Map<string, Promise<ThreadOwner | undefined>>();
  #kept = 0;

  constructor(connection: AppServerConnection, family: Family) {
    this.#connection = connection;
    this.#family = family;
  }

  receive(notification: Notification, address: Address): void {
    const { threadId } = address;
    if (threadId === undefined || notification.method === "ignored") return;
    const owner = this.#parentOf(notification);
    if (owner !== undefined) {
      owner.adopt(threadId);
      return owner.receive(notification, address);
    }
    // A thread of our own may be told of before the answer that names it.
    if (notification.method === "thread/started" || this.#kept >= MOST_KEPT) return;
    // Cannot reject.
    void this.#deliverLater({ notification, address }, threadId);
  }

  async answer(id: RequestId, request: ServerRequest, address: Address): Promise<unknown> {
    const { threadId } = address;
    const owner = threadId === undefined ? undefined : await this.#lookUp(threadId);
    if (owner !== undefined) return await owner.answer(id, request, address);
    const { machine } = this.#connection;
    this.#family.unowned({
      kind: "question",
      ...(threadId === undefined ? {} : { threadId }),
      ...subjectOf(request),
      ...(machine === undefined ? {} : { machine }),
    });
    return declined(id, request);
  }

  /** Keeps what a thread says until it is known whose it is. */
  async #deliverLater({ notification, address }: Kept, threadId: string): Promise<void> {
    this.#kept++;
    const owner = await this.#lookUp(threadId);
    this.#kept--;
    // A thread of our own is known as soon as the answer has come that names it.
    (owner ?? this.#family.find(threadId))?.receive(notification, address);
  }

  /** Whose it is by what it says itself. */
  #parentOf(notification: Notification): ThreadOwner | undefined {
    switch (notification.method) {
      case "thread/started": {
        const { parentThreadId } = notification.params.thread;
        return parentThreadId === undefined ? undefined : this.#family.find(parentThreadId);
      }
      case "turn/started": {
        const { rootTurnId } = notification.params.turn;
        return rootTurnId === undefined ? undefined : this.#family.findByTurn(rootTurnId);
      }
      default:
        return undefined;
    }
  }

  #lookUp(threadId: string): Promise<ThreadOwner | undefined> {
    const known = this.#family.find(threadId);
    if (known !== undefined) return Promise.resolve(known);
    const before = this.#lookUps.get(threadId);
    if (before !== undefined) return before;
    const looking = this.#ownerOf(threadId).catch((error) => {
      const failure = { thread: threadId, error: describeError(error) };
      this.#family.log.info("codex.parent.unknown", failure);
      return undefined;
    });
    this.#lookUps.set(threadId, looking);
    return looking;
  }

  /** Asks Codex for its parents, until one of them is known. */
  async #ownerOf(threadId: string): Promise<ThreadOwner | undefined> {
    const line = [threadId];
    while (line.length <= MOST_PARENTS) {
      const read = { threadId: line.at(-1), includeTurns: false };
      const { thread } = await this.#connection.ask("thread/read", read, LOOK_UP_DEADLINE_MS);
      if (thread.parentThreadId === undefined) return undefined;
      const owner = this.#family.find(thread.parentThreadId);
      if (owner !== undefined) {
        // It may have been adopted meanwhile, under its own name.
        for (const child of line.toReversed()) owner.adopt(child);
        return owner;
      }
      line.push(thread.parentThreadId);
    }
    return undefined;
  }
}
