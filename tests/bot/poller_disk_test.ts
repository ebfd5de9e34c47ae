/** Tests the poller with the real inbox table, on a disk that is full or damages the database. */
import assert from "node:assert/strict";
import { StateDatabase } from "../../src/integrations/state/database.ts";
import { InboxTable } from "../../src/integrations/state/inbox_table.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { smallDisk, smallDiskTest, testInNamespace } from "../support/small_disk.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { ConfirmingTelegram, idOf, PollingProcess, update } from "./polling.ts";

await testInNamespace(import.meta.url);

interface Place extends AsyncDisposable {
  readonly path: string;
  readonly database: StateDatabase;
  readonly telegram: ConfirmingTelegram;
  readonly clock: FakeClock;
  readonly process: PollingProcess;
}

/** Odd updates are commands that need no disk. */
function pollingIn(folder: string): Place {
  const clock = new FakeClock();
  const path = `${folder}/state.db`;
  const database = new StateDatabase({ path, clock, log: new RecordingLog() });
  const telegram = new ConfirmingTelegram();
  const process = new PollingProcess(telegram, new InboxTable(database, clock), clock, {
    handleWithoutDisk: (raw) => Promise.resolve(idOf(raw) % 2 === 1 ? "handled" : "refused"),
  });
  return {
    path,
    database,
    telegram,
    clock,
    process,
    [Symbol.asyncDispose]: async () => {
      await process.stop();
      database[Symbol.dispose]();
    },
  };
}

smallDiskTest(
  "Poller on a full disk serves people, confirms nothing, and goes on once there is room",
  async () => {
    await using disk = await smallDisk();
    await using place = pollingIn(disk.path);
    const { telegram, clock, process, database } = place;
    telegram.send(update(1));
    await clock.advance(1_000);
    await disk.fill();
    telegram.send(update(2), update(3), update(4));
    await clock.advance(300_000);
    assert.deepEqual([process.handled, process.served], [[1], [2, 3, 4]]);
    assert.equal(telegram.pending.length, 3);
    await disk.free();
    await clock.advance(5_000);
    assert.deepEqual([process.handled, telegram.pending], [[1, 2, 4], []]);
    assert.equal(database.get("SELECT 1 FROM inbox WHERE done = 0"), undefined);
  },
);

// The database may still be synced beside the work when it is closed; nobody has to wait for that.
const unwaited = { sanitizeOps: false, sanitizeResources: false };

Deno.test("Poller goes on with a new database when the old one is damaged", unwaited, async () => {
  await using folder = await temporaryFolder();
  await using place = pollingIn(folder.path);
  const { telegram, clock, process, database, path } = place;
  telegram.send(update(1));
  await clock.advance(1_000);
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  database.run("PRAGMA shrink_memory");
  await Deno.writeFile(path, new Uint8Array(200_000).fill(0xa5));
  telegram.send(update(2), update(3), update(4));
  await clock.advance(60_000);
  assert.deepEqual([process.handled, telegram.pending], [[1, 2, 4], []]);
  assert.match(database.takeSetAside() ?? "", /^set-aside\/state\.db\.damaged-/);
});
