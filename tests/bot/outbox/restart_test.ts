/** Tests the outbox over kills and restarts, on a real database and a strict Bot API. */
import assert from "node:assert/strict";
import { deliverMarkdown } from "../../../src/bot/outbox/answer.ts";
import { plainText } from "../../../src/bot/render/formatted_text.ts";
import { onStage } from "./process.ts";

const NOTE = "🔁 You may have this already:";

Deno.test("Outbox sends without a mark after a crash before the call", () =>
  onStage(async ({ server, chat, start, texts, left }) => {
    server.faults.add({ kind: "html502" });
    const first = start();
    void first.outbox.send({ chatId: chat.id, content: plainText("hello"), key: "a" }, "final");
    await first.turnedAway;
    await first.crash();
    server.faults.clear();
    assert.deepEqual([texts(), left()], [[], [["a", 0]]]);
    const second = start();
    await second.outbox.idle();
    assert.deepEqual([texts(), left()], [["hello"], []]);
    await second.outbox.close(0);
  }));

Deno.test("Outbox repeats a call with a mark after a crash before its answer", () =>
  onStage(async ({ server, chat, start, texts, left }) => {
    const bold = { text: "hello", entities: [{ type: "bold", offset: 0, length: 5 }] } as const;
    server.faults.add({ kind: "delay", method: "sendMessage", delayMs: 60_000, times: 1 });
    const first = start();
    void first.outbox.send(
      { chatId: chat.id, content: bold, key: "a", repeatNote: NOTE },
      "final",
    );
    await server.world.waitFor(() => server.calls().length > 0 || undefined);
    await first.crash();
    assert.deepEqual(left(), [["a", 1]]);
    const second = start();
    await second.outbox.idle();
    assert.equal(texts().at(-1), `${NOTE}\nhello`);
    const entities = server.world.botMessages(chat).at(-1)?.entities ?? [];
    assert.deepEqual(entities.map(({ offset, length }) => [offset, length]), [
      [NOTE.length + 1, 5],
    ]);
    assert.deepEqual(left(), []);
    await second.outbox.close(0);
  }));

Deno.test("Outbox marks the repeat of a message whose answer was lost on the way", () =>
  onStage(async ({ server, chat, start, texts, left }) => {
    server.faults.add({ kind: "drop-after", method: "sendMessage", times: 1 });
    server.faults.add({ kind: "drop-after", method: "sendDocument", times: 1 });
    const { outbox } = start();
    const place = { chatId: chat.id, repeatNote: NOTE };
    await outbox.send({ ...place, content: plainText("hello"), key: "a" }, "final");
    const bytes = new TextEncoder().encode("file");
    await outbox.sendDocument({ ...place, fileName: "a.md", bytes, key: "b" }, "final");
    assert.deepEqual(texts(), ["hello", `${NOTE}\nhello`, "", NOTE]);
    assert.deepEqual(left(), []);
    await outbox.close(0);
  }));

Deno.test("Outbox sends a key once over many crashes, and parts in their order", () =>
  onStage(async ({ server, chat, start, texts, left }) => {
    const paragraphs = ["a", "b", "c"].map((letter) => letter.repeat(3000));
    const answer = (outbox: Parameters<typeof deliverMarkdown>[0]): Promise<unknown> =>
      deliverMarkdown(outbox, { chatId: chat.id }, paragraphs.join("\n\n"), "final", {
        key: "answer:1",
        repeatNote: NOTE,
      });
    for (let life = 0; life < 3; life++) {
      server.faults.add({ kind: "html502" });
      const process = start();
      void answer(process.outbox);
      await process.turnedAway;
      await process.crash();
      server.faults.clear();
    }
    assert.deepEqual(left().map(([key]) => key), ["answer:1:1", "answer:1:2", "answer:1:3"]);
    const last = start();
    void answer(last.outbox);
    await last.outbox.idle();
    assert.deepEqual(texts(), paragraphs);
    await last.outbox.close(0);
    const after = start();
    await answer(after.outbox);
    assert.equal(texts().length, 3);
    await after.outbox.close(0);
  }));

Deno.test("Outbox.close() leaves what the grace was too short for, and the next process sends it", () =>
  onStage(async ({ server, chat, start, texts, left }) => {
    server.faults.add({ kind: "blackhole", method: "sendMessage", times: 1 });
    const first = start();
    for (const key of ["a", "b", "c"]) {
      void first.outbox.send({ chatId: chat.id, content: plainText(key), key }, "final");
    }
    await first.outbox.close(500);
    assert.deepEqual(left(), [["a", 1], ["b", 0], ["c", 0]]);
    const second = start();
    await second.outbox.idle();
    assert.deepEqual(texts().slice(-3), ["🔁\na", "b", "c"]);
    await second.outbox.close(0);
  }));

Deno.test("Outbox.restore() sends a thousand messages in their order", () =>
  onStage(async ({ chat, start, texts, left }) => {
    const first = start("unplugged");
    const expected = Array.from({ length: 1000 }, (_, number) => `part ${number}`);
    const send = (key: string): void => {
      void first.outbox.send({ chatId: chat.id, content: plainText(key), key }, "final");
    };
    // The others only now: on a slow disk they would outlast the deadline of the first call.
    for (const key of expected.slice(0, 1)) send(key);
    await first.turnedAway;
    for (const key of expected.slice(1)) send(key);
    await first.crash();
    assert.equal(left().length, 1000);
    const second = start();
    await second.outbox.idle();
    assert.deepEqual(texts(), expected);
    assert.deepEqual(left(), []);
    await second.outbox.close(0);
  }));

Deno.test("Outbox follows a group that became a supergroup while the program was off", () =>
  onStage(async ({ server, start, texts, left }) => {
    const group = server.world.createGroup({ kind: "group" });
    server.faults.add({ kind: "html502" });
    const first = start();
    for (const key of ["a", "b"]) {
      void first.outbox.send({ chatId: group.id, content: plainText(key), key }, "final");
    }
    await first.turnedAway;
    await first.crash();
    server.faults.clear();
    const supergroup = server.world.migrate(group, server.world.createPerson());
    const second = start();
    void second.outbox.send({ chatId: supergroup.id, content: plainText("c"), key: "c" }, "final");
    await second.outbox.idle();
    assert.deepEqual(texts(supergroup).toSorted(), ["a", "b", "c"]);
    assert.deepEqual(left(), []);
    await second.outbox.close(0);
  }));
