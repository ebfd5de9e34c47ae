/** Runs processes one after another on the same `state.db` and the same strict Bot API. */
import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import { createTelegramApi } from "../../../src/bot/api.ts";
import type { ReadPictures } from "../../../src/bot/outbox/named_pictures.ts";
import { Outbox } from "../../../src/bot/outbox/outbox.ts";
import type { OutboxStore } from "../../../src/bot/outbox/outbox_journal.ts";
import { type BotApiServer, startBotApiServer } from "../../../src/demo/bot_api/server.ts";
import type { ChatHandle } from "../../../src/demo/bot_api/world_view.ts";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { OutboxTable } from "../../../src/integrations/state/outbox_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { UnhurriedClock } from "../../fakes/unhurried_clock.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

const TOKEN = "7000000001:secret-of-the-test";
/** An address where nothing listens. */
const NOWHERE = "http://127.0.0.1:65535";
/** A pace for which nothing waits, so that only the order is tested. */
const QUICK = { burst: 10_000, gapMs: 1, refreshMs: 1 };

export interface Process {
  readonly outbox: Outbox;
  /** Resolves when a call certainly had no effect, and the next one waits; rejects if one had. */
  readonly turnedAway: Promise<void>;
  /** Ends it at once, so that it neither sends nor writes any more. */
  crash(): Promise<void>;
}

export interface Stage {
  readonly server: BotApiServer;
  readonly chat: ChatHandle;
  /** Starts a process, which goes on with what the earlier ones left. */
  start(network?: "connected" | "unplugged", readPictures?: ReadPictures): Process;
  /** Lists the texts in the chat, in order. */
  texts(chat?: ChatHandle): string[];
  /** Lists the keys that the next process would find, with their uncertain calls. */
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
  // The database would be synced beside the work, perhaps still when a test ends: its time stands.
  const still = new FakeClock();
  const open = (): OutboxTable =>
    new OutboxTable(databases.use(new StateDatabase({ path, clock: still, log })), clock);
  const start: Stage["start"] = (network = "connected", readPictures) => {
    const store = new MortalStore(open());
    const outbox = new Outbox({
      api: clock.watchCalls(
        createTelegramApi(
          { botToken: TOKEN, apiRoot: network === "connected" ? server.url : NOWHERE },
          fetch,
        ),
      ),
      clock,
      log: new RecordingLog(),
      store,
      redact: (text) => text,
      ...(readPictures === undefined ? {} : { readPictures }),
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

/** Fails for a process that has died. */
class MortalStore implements OutboxStore {
  alive = true;
  readonly turnedAway = Promise.withResolvers<void>();
  readonly #table: OutboxTable;

  constructor(table: OutboxTable) {
    this.#table = table;
    // Not every test waits for it.
    this.turnedAway.promise.catch(() => {});
  }

  put(entry: Parameters<OutboxTable["put"]>[0]): boolean {
    return !this.alive || this.#table.put(entry);
  }

  uncertain(key: string, calls: number): void {
    if (this.alive) this.#table.uncertain(key, calls);
    if (calls === 0) this.turnedAway.resolve();
  }

  done(key: string, messageId?: number): void {
    if (this.alive) this.#table.done(key, messageId);
    this.turnedAway.reject(new Error(`${key} was sent, or given up on, and not turned away`));
  }

  replace(key: string, message: string): void {
    if (this.alive) this.#table.replace(key, message);
  }

  moved(from: number, to: number): void {
    if (this.alive) this.#table.moved(from, to);
  }

  unsent(): ReturnType<OutboxTable["unsent"]> {
    return this.#table.unsent();
  }
}
