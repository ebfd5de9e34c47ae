import assert from "node:assert/strict";
import { OutboxTable } from "../../../src/integrations/state/outbox_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { withDatabase } from "./reopened.ts";

const ENTRY = { key: "a", chatId: 7, message: "{}" };

Deno.test("OutboxTable gives back after a restart what is not done, in order, with its file and calls", () =>
  withDatabase((open) => {
    const clock = new FakeClock();
    const createdAt = clock.now();
    const table = new OutboxTable(open(), clock);
    const file = new Uint8Array([1, 2, 3]);
    table.put(ENTRY);
    table.put({ ...ENTRY, key: "b", chatId: -100, file });
    table.put({ ...ENTRY, key: "c" });
    table.uncertain("b", 2);
    table.done("c");
    assert.deepEqual(new OutboxTable(open(), new FakeClock()).unsent(), [
      { key: "a", chatId: 7, message: "{}", uncertain: 0, createdAt },
      { key: "b", chatId: -100, message: "{}", uncertain: 2, createdAt, file },
    ]);
  }));

Deno.test("OutboxTable knows a key again, sent or not, and keeps no content of what was sent", () =>
  withDatabase((open) => {
    const database = open();
    const table = new OutboxTable(database, new FakeClock());
    assert.equal(table.put({ ...ENTRY, file: new Uint8Array(9) }), true);
    assert.equal(table.put({ ...ENTRY, message: "other" }), false);
    assert.equal(table.unsent()[0]?.message, "{}");
    table.done("a");
    assert.equal(table.put(ENTRY), false);
    const { message, file } = database.get("SELECT message, file FROM outbox") ?? {};
    assert.deepEqual([message, file], ["", null]);
  }));

Deno.test("OutboxTable.uncertain() is taken back when a call certainly had no effect", () =>
  withDatabase((open) => {
    const table = new OutboxTable(open(), new FakeClock());
    table.put(ENTRY);
    table.uncertain("a", 1);
    table.uncertain("a", 0);
    assert.equal(table.unsent()[0]?.uncertain, 0);
  }));

Deno.test("OutboxTable passes over notes on keys that it does not know", () =>
  withDatabase((open) => {
    const table = new OutboxTable(open(), new FakeClock());
    table.put(ENTRY);
    table.uncertain("x", 1);
    table.done("x");
    const [entry, ...rest] = table.unsent();
    assert.deepEqual([entry?.key, entry?.uncertain, rest], ["a", 0, []]);
  }));

Deno.test("OutboxTable.moved() leads what waits for a chat to the one that it became", () =>
  withDatabase((open) => {
    const database = open();
    const table = new OutboxTable(database, new FakeClock());
    for (const key of ["a", "b", "c"]) table.put({ ...ENTRY, key, chatId: -5 });
    table.put({ ...ENTRY, key: "d" });
    table.done("c");
    table.moved(-5, -1005);
    assert.deepEqual(table.unsent().map(({ chatId }) => chatId), [-1005, -1005, 7]);
  }));

Deno.test("OutboxTable.prune() forgets the oldest of what was sent, and nothing else", () =>
  withDatabase((open) => {
    const database = open();
    const table = new OutboxTable(database, new FakeClock());
    table.put(ENTRY);
    database.transaction(() => {
      for (let number = 0; number < 2_010; number++) {
        table.put({ ...ENTRY, key: `k${number}` });
        table.done(`k${number}`);
      }
    });
    table.prune();
    assert.equal(table.unsent().length, 1);
    assert.equal(database.get("SELECT count(*) AS n FROM outbox")?.n, 2_001);
    assert.equal(table.put({ ...ENTRY, key: "k2009" }), false);
  }));
