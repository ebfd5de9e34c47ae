/** Tests that pictures arrive as photos where Telegram takes them, and as files otherwise. */
import assert from "node:assert/strict";
import { isPhoto, pictureSize } from "../../../src/bot/outbox/picture_size.ts";
import { plainText } from "../../../src/bot/render/formatted_text.ts";
import { onStage } from "./process.ts";

/** The beginning of a PNG of that size: all that anybody reads here. */
function png(width: number, height: number, bytes = 64): Uint8Array<ArrayBuffer> {
  const picture = new Uint8Array(bytes);
  picture.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(picture.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return picture;
}

const jpeg = Uint8Array.fromHex("ffd8ffe00004aabbffc20011080010002003");
const webp = Uint8Array.fromHex(
  "52494646000000005745425056503858" + "0".repeat(16) + "3f00001f0000",
);

Deno.test("pictureSize() reads PNG, JPEG and WebP, and nothing else", () => {
  assert.deepEqual(pictureSize(png(640, 480)), { width: 640, height: 480 });
  assert.deepEqual(pictureSize(jpeg), { width: 32, height: 16 });
  assert.deepEqual(pictureSize(webp), { width: 64, height: 32 });
  assert.equal(pictureSize(new TextEncoder().encode("<svg>")), undefined);
  assert.equal(pictureSize(jpeg.slice(0, 12)), undefined);
  assert.equal(pictureSize(new Uint8Array()), undefined);
});

Deno.test("isPhoto() keeps Telegram's limits for photos", () => {
  assert.equal(isPhoto(png(5000, 5000)), true);
  assert.equal(isPhoto(png(5001, 5000)), false);
  assert.equal(isPhoto(png(2000, 100)), true);
  assert.equal(isPhoto(png(2001, 100)), false);
  assert.equal(isPhoto(png(0, 0)), false);
  assert.equal(isPhoto(png(10, 10, 10 * 1024 * 1024 + 1)), false);
});

Deno.test("Outbox sends pictures as photos, and as files what is no photo", () =>
  onStage(async ({ server, chat, start }) => {
    const { outbox } = start();
    const caption = plainText("a shot");
    const send = (fileName: string, bytes: Uint8Array): Promise<unknown> =>
      outbox.sendPicture({ chatId: chat.id, fileName, bytes, caption }, "final");
    await send("a.png", png(640, 480));
    await send("long.png", png(9000, 100));
    await send("a.svg", new TextEncoder().encode("<svg/>"));
    const seen = server.world.botMessages(chat).map(({ photo, document, text }) => [
      photo?.name ?? "",
      document?.name ?? "",
      text,
    ]);
    assert.deepEqual(seen, [
      ["a.png", "", "a shot"],
      ["", "long.png", "a shot"],
      ["", "a.svg", "a shot"],
    ]);
    await outbox.close(0);
  }));

Deno.test("Outbox sends a picture as a file that Telegram refuses as a photo", () =>
  onStage(async ({ server, chat, start }) => {
    server.faults.add({ kind: "status", method: "sendPhoto", status: 400, times: 1 });
    const { outbox } = start();
    const bytes = png(640, 480);
    await outbox.sendPicture({ chatId: chat.id, fileName: "a.png", bytes }, "final");
    assert.equal(server.world.botMessages(chat)[0]?.document?.name, "a.png");
    await outbox.close(0);
  }));

const ALBUM = [
  { fileName: "a.png", bytes: png(640, 480), caption: plainText("one") },
  { fileName: "b.png", bytes: png(100, 200, 80) },
];

Deno.test("Outbox sends photos together, and again as they were after a crash", () =>
  onStage(async ({ server, chat, start, left }) => {
    server.faults.add({ kind: "html502" });
    const first = start();
    void first.outbox.sendAlbum({ chatId: chat.id, pictures: ALBUM, key: "p" }, "final");
    await first.turnedAway;
    await first.crash();
    server.faults.clear();
    assert.deepEqual(left(), [["p", 0]]);
    const second = start();
    await second.outbox.idle();
    const seen = server.world.botMessages(chat);
    assert.deepEqual(seen.map(({ photo, text }) => [photo?.name, photo?.bytes.length, text]), [
      ["a.png", 64, "one"],
      ["b.png", 80, ""],
    ]);
    assert.equal(server.calls().at(-1)?.method, "sendMediaGroup");
    await second.outbox.close(0);
  }));

Deno.test("Outbox sends photos one by one that Telegram refuses together", () =>
  onStage(async ({ server, chat, start }) => {
    server.faults.add({ kind: "status", method: "sendMediaGroup", status: 400, times: 1 });
    const { outbox } = start();
    await outbox.sendAlbum({ chatId: chat.id, pictures: ALBUM }, "final");
    assert.deepEqual(server.world.botMessages(chat).map(({ photo }) => photo?.name), [
      "a.png",
      "b.png",
    ]);
    await outbox.close(0);
  }));

Deno.test("Outbox sends a picture with a key after a crash, byte by byte", () =>
  onStage(async ({ server, chat, start, left }) => {
    server.faults.add({ kind: "html502" });
    const first = start();
    const bytes = png(640, 480);
    void first.outbox.sendPicture({ chatId: chat.id, fileName: "a.png", bytes, key: "p" }, "final");
    await first.turnedAway;
    await first.crash();
    server.faults.clear();
    assert.deepEqual(left(), [["p", 0]]);
    const second = start();
    await second.outbox.idle();
    assert.deepEqual(server.world.botMessages(chat)[0]?.photo?.bytes, bytes);
    await second.outbox.close(0);
  }));
