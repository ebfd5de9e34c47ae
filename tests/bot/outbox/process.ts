/** Processes that follow one another on one `state.db` and talk to one strict Bot API. */
import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import { Api } from "grammy";
import { Outbox } from "../../../src/bot/outbox/outbox.ts";
import type { OutboxStore } from "../../../src/bot/outbox/outbox_journal.ts";
import { type BotApiServer, startBotApiServer } from "../../../src/demo/bot_api/server.ts";
import type { ChatHandle } from "../../../src/demo/bot_api/world_view.ts";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { OutboxTable } from "../../../src/integrations/state/outbox_table.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { UnhurriedClock } from "../../fakes/unhurried_clock.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

const TOKEN = "7000000001:secret-of-the-test";
/** Nothing listens there. */
const NOWHERE = "http://127.0.0.1:65535";
/** Nothing waits for its pace, so that what is tested is the order alone. */
const QUICK = { burst: 10_000, gapMs: 1, refreshMs: 1 };

export interface Process {
  readonly outbox: Outbox;
  /** Resolves when a call has certainly had no effect, and the next one waits; rejects if one had. */
  readonly turnedAway: Promise<void>;
  /** Ends it at once: from here on it neither sends nor writes. */
  crash(): Promise<void>;
}

export interface Stage {
  readonly server: BotApiServer;
  readonly chat: ChatHandle;
  /** A new process, which has taken up what the ones before have left. */
  start(network?: "connected" | "unplugged"): Process;
  /** What is in the chat, in order. */
  texts(chat?: ChatHandle): string[];
  /** The keys that a next process would find, with their uncertain calls. */
  left(): (readonly [key: string, uncertain: number])[];
}

export async function onStage(test: (stage: Stage) => Promise<void>): Promise<void> {
  await using clock = new UnhurriedClock();
  await using folder = await temporaryFolder();
  await using server = await startBotApiServer({ token: TOKEN, clock });
  clock.watchServer(server);
  const path = `${folder.path}/state.db`;
  const log = new RecordingLog();
  const chat = server.world.privateChat(server.world.createPerson());
  using databases = new DisposableStack();
  const open = (): OutboxTable =>
    new OutboxTable(databases.use(new StateDatabase({ path, clock, log })), clock);
  const start: Stage["start"] = (network = "connected") => {
    const store = new MortalStore(open());
    const outbox = new Outbox({
      api: clock.watchCalls(
        new Api(TOKEN, { apiRoot: network === "connected" ? server.url : NOWHERE }),
      ),
      clock,
      log: new RecordingLog(),
      store,
      redact: (text) => text,
      pace: { ...USUAL_PACE, private: QUICK, group: QUICK },
    });
    outbox.restore();
    const crash = async (): Promise<void> => {
      store.alive = false;
      await outbox.close(0);
    };
    return { outbox, turnedAway: store.turnedAway.promise, crash };
  };
  await test({
    server,
    chat,
    start,
    texts: (where = chat) => server.world.botMessages(where).map(({ text }) => text ?? ""),
    left: () => open().unsent().map(({ key, uncertain }) => [key, uncertain] as const),
  });
}

/** A store that is out of reach for a process that has died. */
class MortalStore implements OutboxStore {
  alive = true;
  readonly turnedAway = Promise.withResolvers<void>();
  readonly #table: OutboxTable;

  constructor(table: OutboxTable) {
    this.#table = table;
    // Who does not wait for it need not hear that it will not come.
    this.turnedAway.promise.catch(() => {});
  }

  put(entry: Parameters<OutboxTable["put"]>[0]): boolean {
    return !this.alive || this.#table.put(entry);
  }

  uncertain(key: string, calls: number): void {
    if (this.alive) this.#table.uncertain(key, calls);
    if (calls === 0) this.turnedAway.resolve();
  }

  done(key: string): void {
    if (this.alive) this.#table.done(key);
    this.turnedAway.reject(new Error(`${key} was sent, or given up on, and not turned away`));
  }

  moved(from: number, to: number): void {
    if (this.alive) this.#table.moved(from, to);
  }

  unsent(): ReturnType<OutboxTable["unsent"]> {
    return this.#table.unsent();
  }
}
