/** What has to be on disk before something outside happens is committed so, and nothing else. */
import assert from "node:assert/strict";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { InboxTable } from "../../../src/integrations/state/inbox_table.ts";
import { OutboxTable } from "../../../src/integrations/state/outbox_table.ts";
import { RunTable } from "../../../src/integrations/state/run_table.ts";
import { SnapshotTable } from "../../../src/integrations/state/snapshot_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

/** Counts the commits that survive a power cut. */
class CountingDatabase extends StateDatabase {
  durable = 0;

  override durably<Result>(work: () => Result): Result {
    this.durable++;
    return super.durably(work);
  }
}

Deno.test("what something outside depends on is on disk first, and only that waits for the disk", async () => {
  await using folder = await temporaryFolder();
  const [clock, log] = [new FakeClock(), new RecordingLog()];
  using database = new CountingDatabase({ path: `${folder.path}/state.db`, clock, log });
  const during = (work: () => unknown): number => {
    const before = database.durable;
    work();
    return database.durable - before;
  };
  const inbox = new InboxTable(database, clock);
  const outbox = new OutboxTable(database, clock);
  const runs = new RunTable(database, log);
  const snapshots = new SnapshotTable(database, clock);

  // Telegram forgets an update once it is confirmed.
  assert.equal(during(() => inbox.store([{ updateId: 1, body: "{}", done: false }])), 1);
  assert.equal(during(() => inbox.done([1])), 0);
  // A call leaves what it did at Telegram.
  assert.equal(during(() => outbox.put({ key: "k", chatId: 1, message: "{}" })), 0);
  assert.equal(during(() => outbox.uncertain("k", 1)), 1);
  assert.equal(during(() => outbox.uncertain("k", 0)), 0);
  // A developer's turn and an undo change files.
  runs.create({
    id: "r1",
    session: { chatId: "1", userId: "1" },
    prompt: "do it",
    origin: { chatId: "1", messageId: 1, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  }, "telegram:1");
  assert.equal(during(() => runs.forRun("r1").open("plan 1", true)), 0);
  assert.equal(during(() => runs.forRun("r1").open("develop 1", false)), 1);
  assert.equal(during(() => snapshots.beginUndo("r1", "undo")), 1);
});
