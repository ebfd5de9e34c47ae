/** Finds and ends the commands that Codex leaves running when a turn is over. */
import type { Clock } from "../../../core/clock.ts";
import type {
  BackgroundTerminal,
  CodexTerminals,
} from "../../../core/codex/background_terminals.ts";
import { withDeadline } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import { bareCommandLine } from "../item_texts.ts";
import type { Answers, Ask } from "./answers.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";
import type { Notification } from "./protocol.ts";

/** Somebody waits in a chat, or for the end of a turn. */
const ANSWER_DEADLINE_MS = 2_000;
const CONNECT_DEADLINE_MS = 5_000;
/** Of older commands the start is forgotten. */
const MOST_COMMANDS = 2_000;

interface CommandStart {
  readonly threadId: string;
  readonly turnId: string | undefined;
  readonly startedAt: Date;
  ended: boolean;
}

/** Remembers when commands began, and in which turn: Codex tells neither of a terminal. */
export class CommandStarts {
  readonly #clock: Clock;
  readonly #starts = new Map<string, CommandStart>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  observe(threadId: string, turnId: string | undefined, notification: Notification): void {
    if (notification.method !== "item/started" && notification.method !== "item/completed") return;
    const { item } = notification.params;
    if (item.type !== "commandExecution") return;
    const known = this.#starts.get(item.id);
    if (notification.method === "item/completed") {
      // An interrupted turn may call a command ended that runs on.
      if (known !== undefined) known.ended = true;
    } else if (known === undefined) {
      this.#starts.set(item.id, { threadId, turnId, startedAt: this.#clock.now(), ended: false });
      const [oldest] = this.#starts.keys();
      if (this.#starts.size > MOST_COMMANDS && oldest !== undefined) this.#starts.delete(oldest);
    }
  }

  of(itemId: string): Readonly<CommandStart> | undefined {
    return this.#starts.get(itemId);
  }

  /** Whether a command of the thread has begun and not ended, as far as Codex has said. */
  open(threadId: string): boolean {
    return this.#starts.values().some((each) => each.threadId === threadId && !each.ended);
  }
}

interface ListedTerminal extends BackgroundTerminal {
  /** The item that began it; absent in older releases. */
  readonly itemId?: string;
}

/** @throws {RpcError} where the release cannot list them, or does not know the thread */
async function listTerminals(
  ask: Ask,
  threadId: string,
  starts: CommandStarts,
): Promise<ListedTerminal[]> {
  const listed: Answers["thread/backgroundTerminals/list"]["data"] = [];
  let cursor: string | undefined;
  do {
    const params = { threadId, ...(cursor === undefined ? {} : { cursor }) };
    const page = await ask("thread/backgroundTerminals/list", params, ANSWER_DEADLINE_MS);
    listed.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return listed.map(({ processId: id, command, cwd, itemId }) => {
    const startedAt = itemId === undefined ? undefined : starts.of(itemId)?.startedAt;
    return {
      id,
      threadId,
      command: bareCommandLine(command),
      workingDirectory: cwd,
      ...(itemId === undefined ? {} : { itemId }),
      ...(startedAt === undefined ? {} : { startedAt }),
    };
  }).sort((one, other) => (one.startedAt?.getTime() ?? 0) - (other.startedAt?.getTime() ?? 0));
}

interface TerminalsSettings {
  /** The running connection, or a new one to another machine; undefined where no Codex runs. */
  connection(): Promise<AppServerConnection | undefined>;
  /** The thread and those of its sub-agents. */
  readonly threads: (threadId: string) => readonly string[];
  readonly starts: CommandStarts;
  readonly clock: Clock;
}

export class AppServerTerminals implements CodexTerminals {
  readonly #settings: TerminalsSettings;

  constructor(settings: TerminalsSettings) {
    this.#settings = settings;
  }

  async list(threadId: string): Promise<readonly BackgroundTerminal[]> {
    const connection = await this.#connection();
    if (connection === undefined) return [];
    const { threads, starts } = this.#settings;
    return await listAll(connection.ask, threads(threadId), starts);
  }

  async stop(threadId: string, processId: string): Promise<boolean> {
    const connection = await this.#connection();
    if (connection === undefined) return false;
    return await terminate(connection.ask, threadId, processId);
  }

  async #connection(): Promise<AppServerConnection | undefined> {
    const { connection, clock } = this.#settings;
    return await withDeadline(connection(), {
      clock,
      ms: CONNECT_DEADLINE_MS,
      late: () => new CodexError("unresponsive", "Codex cannot be reached yet"),
    });
  }
}

async function terminate(ask: Ask, threadId: string, processId: string): Promise<boolean> {
  try {
    const params = { threadId, processId };
    const answer = await ask("thread/backgroundTerminals/terminate", params, ANSWER_DEADLINE_MS);
    return answer.terminated;
  } catch (error) {
    if (error instanceof RpcError) return false;
    throw error;
  }
}

interface TurnTerminals {
  readonly connection: AppServerConnection;
  readonly starts: CommandStarts;
  readonly log: Log;
}

/** The commands of the threads that go on without a turn; none where Codex cannot tell. */
export async function terminalsLeft(
  { connection, threads, starts, log }: TurnTerminals & { readonly threads: readonly string[] },
): Promise<readonly BackgroundTerminal[]> {
  const open = threads.filter((threadId) => starts.open(threadId));
  try {
    return await listAll(connection.ask, open, starts);
  } catch (error) {
    log.warn("codex.terminals.unknown", { error: describeError(error) });
    return [];
  }
}

/** Lists those of several threads; none of one that Codex does not know. */
async function listAll(
  ask: Ask,
  threads: readonly string[],
  starts: CommandStarts,
): Promise<BackgroundTerminal[]> {
  const listed = await Promise.all(
    threads.map((threadId) =>
      listTerminals(ask, threadId, starts).catch((error) => {
        // A release without them, or a thread that is not in its memory.
        if (error instanceof RpcError) return [];
        throw error;
      })
    ),
  );
  return listed.flat().map(({ itemId: _inside, ...terminal }) => terminal);
}

/** Ends the commands that a turn began, and none of earlier ones. Never rejects. */
export async function endTerminalsOf(
  { connection, threadId, turnId, starts, log }: TurnTerminals & {
    readonly threadId: string;
    readonly turnId: string | undefined;
  },
): Promise<void> {
  const { ask } = connection;
  try {
    const listed = await listTerminals(ask, threadId, starts);
    const own = listed.filter(({ itemId }) =>
      itemId === undefined || starts.of(itemId)?.turnId === turnId
    );
    await Promise.all(own.map(({ id }) => terminate(ask, threadId, id)));
  } catch (error) {
    // A release that cannot list them; it can end all.
    if (error instanceof RpcError) return await cleanTerminals(connection, threadId, log);
    log.warn("codex.clean.failed", { error: describeError(error) });
  }
}

async function cleanTerminals(
  connection: AppServerConnection,
  threadId: string,
  log: Log,
): Promise<void> {
  await connection.request("thread/backgroundTerminals/clean", { threadId }, ANSWER_DEADLINE_MS)
    .catch((error) => log.warn("codex.clean.failed", { error: describeError(error) }));
}
