/** Tests that no crash parts an answer from its pictures, and that a picture that is left out is told. */
import assert from "node:assert/strict";
import { deliverMarkdown } from "../../../src/bot/outbox/answer.ts";
import { NOTHING_READ, type ReadPictures } from "../../../src/bot/outbox/named_pictures.ts";
import type { Outbox } from "../../../src/bot/outbox/outbox.ts";
import type { AlbumPicture } from "../../../src/bot/outbox/outgoing.ts";
import { plainText } from "../../../src/bot/render/formatted_text.ts";
import { namedPictures, pictureReader, unreadNotes } from "../../../src/bot/presenter/pictures.ts";
import type { FileRefusal } from "../../../src/core/codex/trouble.ts";
import { CodexError } from "../../../src/core/errors.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { onStage } from "./process.ts";

const FOLDER = { workingDirectory: "/work" };
const TEXTS = textsFor("en");

/** The beginning of a PNG: all that anybody reads here. */
function png(): Uint8Array<ArrayBuffer> {
  const picture = new Uint8Array(64);
  picture.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(picture.buffer);
  view.setUint32(16, 64);
  view.setUint32(20, 48);
  return picture;
}

const readAll: ReadPictures = (named) =>
  Promise.resolve({
    ...NOTHING_READ,
    pictures: named.map(({ path }): AlbumPicture => ({ fileName: path, bytes: png() })),
  });
const readLater: ReadPictures = () => new Promise(() => {});

function picturesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `shots/${index + 1}.png`);
}

/** Hands an answer and its pictures over, as a display does. */
function deliver(
  { outbox }: { readonly outbox: Outbox },
  chatId: number,
  paths: string[],
  run = "r",
): void {
  const markdown = paths.map((path) => `![](${path})`).join("\n");
  const options = { key: `answer:${run}` };
  void deliverMarkdown(outbox, { chatId }, `Look:\n\n${markdown}`, "final", options);
  const named = namedPictures({ markdown, reported: [], profile: FOLDER }, TEXTS);
  const unread = unreadNotes(FOLDER, TEXTS, "thread");
  void outbox.sendNamedPictures({ chatId, key: `picture:${run}`, ...named, unread }, "final");
}

for (
  const [moment, read] of [
    ["before a picture is read", readLater],
    ["while a picture is sent", readAll],
  ] as const
) {
  Deno.test(`pictures follow their answer once, with a kill (-9) ${moment}`, () =>
    onStage(async ({ server, chat, start, left }) => {
      server.faults.add({ kind: "blackhole", method: "sendMediaGroup" });
      const first = start("connected", read);
      deliver(first, chat.id, picturesOf(2));
      await server.world.waitForMessage(chat, /^Look:/);
      if (read === readAll) {
        await server.world.waitFor(() => server.calls().at(-1)?.method === "sendMediaGroup");
      } else await first.outbox.idle();
      await first.crash();
      server.faults.clear();
      assert.equal(left().length, 1);
      const second = start("connected", readAll);
      await server.world.waitFor(() => server.world.botMessages(chat).length === 3);
      await second.outbox.idle();
      const seen = server.world.botMessages(chat).map(({ text, photo }) => photo?.name ?? text);
      assert.match(seen[0] ?? "", /^Look:/);
      assert.deepEqual(seen.slice(1), ["shots/1.png", "shots/2.png"]);
      assert.deepEqual(left(), []);
      // The run is shown once more by a process that does not know that it was.
      deliver(second, chat.id, picturesOf(2));
      await second.outbox.idle();
      assert.equal(server.world.botMessages(chat).length, 3);
      await second.outbox.close(0);
    }));
}

Deno.test("a reader that throws costs the pictures alone, and is logged", () =>
  onStage(async ({ server, chat, start, left }) => {
    const process = start("connected", () => Promise.reject(new Error("torn")));
    deliver(process, chat.id, picturesOf(1));
    await process.outbox.idle();
    assert.deepEqual(server.world.botMessages(chat).map(({ text }) => text), [
      "Look:\n\nshots/1.png",
    ]);
    assert.deepEqual(left(), []);
    await process.outbox.close(0);
  }));

Deno.test("pictures beyond the tenth are told, with what sends them, after those that are sent", () =>
  onStage(async ({ server, chat, start }) => {
    const process = start("connected", readAll);
    deliver(process, chat.id, picturesOf(12));
    await server.world.waitForMessage(chat, /not sent/);
    await process.outbox.idle();
    const seen = server.world.botMessages(chat);
    assert.equal(seen.filter(({ photo }) => photo !== undefined).length, 10);
    assert.equal(
      seen.at(-1)?.text,
      "ℹ️ 2 more pictures are named in the answer and not sent (10 at most). Get them one by one:\n" +
        "/file shots/11.png\n/file shots/12.png",
    );
    // A touch copies the whole command.
    assert.deepEqual(seen.at(-1)?.entities.map(({ type }) => type), ["code", "code"]);
    await process.outbox.close(0);
  }));

Deno.test("namedPictures() leaves out those that /file fetches, and names the others", () => {
  const markdown = picturesOf(31).map((path) => `![](${path})`).join(" ");
  const reported = [{ path: "/codex/made.png", made: true }, {
    path: "/home/seen.png",
    made: false,
  }];
  const { pictures, note } = namedPictures({ markdown, reported, profile: FOLDER }, textsFor("ko"));
  assert.deepEqual(pictures[0], {
    folder: "/codex",
    path: "made.png",
    caption: "",
    made: true,
  });
  assert.equal(pictures.length, 10);
  assert.match(note?.text ?? "", /22장은 보내지 않았습니다/);
  assert.match(note?.text ?? "", /\n\/file shots\/10\.png\n[\s\S]*\n… \+2$/);
  const few = namedPictures({ markdown: "![a](a.png)", reported: [], profile: FOLDER }, TEXTS);
  assert.deepEqual(few, { pictures: [{ folder: "/work", path: "a.png", caption: "a" }] });
});

Deno.test("pictures that cannot be fetched now are told with what fetches each, also after a kill (-9)", () =>
  onStage(async ({ server, chat, start, left }) => {
    const first = start("connected", readLater);
    deliver(first, chat.id, picturesOf(2));
    await server.world.waitForMessage(chat, /^Look:/);
    await first.crash();
    const second = start(
      "connected",
      (named) => Promise.resolve({ ...NOTHING_READ, later: named }),
    );
    await server.world.waitForMessage(chat, /could be fetched/);
    await second.outbox.idle();
    assert.equal(
      server.world.botMessages(chat).at(-1)?.text,
      "ℹ️ Not all pictures of the answer could be fetched. Try again one by one:\n" +
        "/file shots/1.png\n/file shots/2.png",
    );
    assert.deepEqual(left(), []);
    await second.outbox.close(0);
  }));

Deno.test("a Codex that reads no files says so once in a conversation, with the way out", () =>
  onStage(async ({ server, chat, start }) => {
    const process = start("connected", () => Promise.resolve({ ...NOTHING_READ, never: true }));
    deliver(process, chat.id, picturesOf(2));
    deliver(process, chat.id, picturesOf(1), "r2");
    await process.outbox.idle();
    const said = server.world.botMessages(chat).map(({ text }) => text);
    assert.equal(said.length, 3);
    const told = said.filter((text) => text.includes("can't be sent"));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /backend = "app-server"/);
    await process.outbox.close(0);
  }));

Deno.test("pictureReader() tells of a picture that Codex made, whatever has become of it", async () => {
  const read = pictureReader((_place, path) => {
    throw new CodexError("request", "It is not there", {
      trouble: { kind: "file-refused", why: "missing", path },
    });
  });
  const named = { folder: "/codex", path: "gone.png", caption: "" };
  const made = { ...named, made: true } as const;
  assert.deepEqual((await read([named, made])).later, [made]);
});

Deno.test("pictureReader() leaves out what is no picture there, and tells apart what may come later", async () => {
  const asked: unknown[] = [];
  const why = new Map<string, FileRefusal>([
    ["gone.png", "missing"],
    ["link.png", "link"],
    ["big.png", "too-large"],
    ["far.png", "slow"],
  ]);
  const read = pictureReader((place, path) => {
    asked.push([place, path]);
    const refusal = why.get(path);
    if (refusal !== undefined) {
      throw new CodexError("request", "It is not handed out", {
        trouble: { kind: "file-refused", why: refusal, path },
      });
    }
    if (path === "cut.png") {
      throw new CodexError("unreachable", "The machine is gone", {
        trouble: { kind: "unreachable", machine: "box" },
      });
    }
    return Promise.resolve({ name: path, bytes: path === "none.png" ? new Uint8Array() : png() });
  });
  const named = [...why.keys(), "cut.png", "none.png", "a.png"].map((path) => ({
    machine: "box",
    folder: "/work",
    path,
    caption: path === "a.png" ? "the page" : "",
  }));
  const { pictures, later, never } = await read(named);
  assert.deepEqual(pictures, [
    { fileName: "a.png", bytes: png(), caption: plainText("the page") },
  ]);
  assert.deepEqual(later.map(({ path }) => path), ["big.png", "far.png", "cut.png"]);
  assert.equal(never, false);
  assert.deepEqual(asked[0], [{ workingDirectory: "/work", machine: "box" }, "gone.png"]);
});

Deno.test("pictureReader() asks a Codex that reads no files once", async () => {
  let asked = 0;
  const read = pictureReader(() => {
    asked++;
    throw new CodexError("unsupported", "It reads no files", {
      trouble: { kind: "unsupported", wish: "file", elsewhere: true },
    });
  });
  const named = ["a.png", "b.png"].map((path) => ({ folder: "/work", path, caption: "" }));
  assert.deepEqual(await read(named), { pictures: [], later: [], never: true });
  assert.equal(asked, 1);
});
