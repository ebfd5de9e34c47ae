import assert from "node:assert/strict";
import type { UpdateStore } from "../../../src/bot/poller.ts";
import { InboxTable } from "../../../src/integrations/state/inbox_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MemoryUpdateStore } from "../../fakes/memory_update_store.ts";
import { withDatabase } from "./reopened.ts";

const A = { updateId: 1, body: "a", done: false };
const B = { updateId: 2, body: "b", done: false };
const C = { updateId: 3, body: "c", done: true };

/** What the poller relies on, of the table and of the fake that stands for it. */
const CONTRACT: Readonly<Record<string, (store: UpdateStore) => void>> = {
  "store() returns only the updates that are new, in order": (store) => {
    assert.deepEqual(store.store([B, A]), [2, 1]);
    assert.deepEqual(store.store([A, C]), [3]);
  },
  "store() keeps an update that is done already as a known one": (store) => {
    assert.deepEqual(store.store([A, C]), [1, 3]);
    assert.deepEqual(store.pending(), [{ updateId: 1, body: "a", attempts: 1 }]);
    assert.deepEqual(store.store([{ ...C, done: false }]), []);
  },
  "find() tells how far an update is": (store) => {
    store.store([A, B, C]);
    store.done([2]);
    assert.deepEqual([1, 2, 3, 4].map((id) => store.find(id)), ["open", "done", "done", undefined]);
  },
  "attempted() and spoiled() count": (store) => {
    store.store([A]);
    store.attempted(1);
    store.attempted(1);
    store.spoiled(1);
    assert.deepEqual(store.pending().map(({ attempts }) => attempts), [2]);
  },
  "what is not known is passed over": (store) => {
    for (const change of ["attempted", "spoiled"] as const) store[change](7);
    store.done([7]);
    assert.deepEqual(store.pending(), []);
  },
};

for (const [promise, test] of Object.entries(CONTRACT)) {
  Deno.test(`InboxTable: ${promise}`, () =>
    withDatabase((open) => test(new InboxTable(open(), new FakeClock()))));
  Deno.test(`MemoryUpdateStore: ${promise}`, () => test(new MemoryUpdateStore()));
}

Deno.test("InboxTable keeps what is not done across a restart, with its attempts", () =>
  withDatabase((open) => {
    const inbox = new InboxTable(open(), new FakeClock());
    inbox.store([A, B]);
    inbox.attempted(2);
    inbox.done([1]);
    const again = new InboxTable(open(), new FakeClock());
    assert.deepEqual(again.pending(), [{ updateId: 2, body: "b", attempts: 2 }]);
    assert.deepEqual(again.store([A]), []);
  }));

Deno.test("InboxTable.pending() gives what came first first, also when ids began anew", () =>
  withDatabase((open) => {
    const database = open();
    new InboxTable(database, new FakeClock("2026-01-01T00:00:00Z")).store([
      { updateId: 900, body: "old", done: false },
    ]);
    const inbox = new InboxTable(database, new FakeClock("2026-01-09T00:00:00Z"));
    inbox.store([B, A]);
    assert.deepEqual(inbox.pending().map(({ updateId }) => updateId), [900, 1, 2]);
  }));

Deno.test("InboxTable keeps no text of what is done", () =>
  withDatabase((open) => {
    const database = open();
    const inbox = new InboxTable(database, new FakeClock());
    inbox.store([A, C]);
    inbox.done([1]);
    assert.deepEqual(database.all("SELECT body FROM inbox").map(({ body }) => body), ["", ""]);
  }));

Deno.test("InboxTable.prune() forgets done updates only", () =>
  withDatabase((open) => {
    const database = open();
    const inbox = new InboxTable(database, new FakeClock());
    const done = Array.from({ length: 5_010 }, (_, index) => ({ ...C, updateId: index + 2 }));
    inbox.store([A, ...done]);
    inbox.prune();
    assert.equal(inbox.pending().length, 1);
    const count = Number(database.get("SELECT count(*) AS n FROM inbox")?.n);
    assert.ok(count >= 5_000 && count <= 5_001, `${count} are kept`);
  }));
