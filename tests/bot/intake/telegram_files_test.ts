import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import assert from "node:assert/strict";
import { GrammyError } from "grammy";
import { type Fetch, TelegramFiles } from "../../../src/bot/intake/telegram_files.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";

const FILE = { fileId: "abc", kind: "file", name: "a.txt" } as const;
const TOKEN = "7000000001:AAbbCC";

interface Setting {
  readonly fetch?: Fetch;
  readonly path?: string;
  readonly size?: number;
  readonly refusal?: { readonly code: number; readonly description: string };
}

interface Fetching {
  readonly clock: FakeClock;
  readonly addresses: string[];
  readonly bytes: Promise<Uint8Array>;
  readonly stop: AbortController;
}

function fetching({ fetch, path = "documents/file_1.txt", size, refusal }: Setting): Fetching {
  const clock = new FakeClock();
  const stop = new AbortController();
  const addresses: string[] = [];
  const files = new TelegramFiles({
    retryMs: USUAL_PACE.retryMs,
    api: {
      getFile: (fileId) => {
        if (refusal === undefined) {
          const known = size === undefined ? {} : { file_size: size };
          return Promise.resolve({
            file_id: fileId,
            file_unique_id: "u",
            file_path: path,
            ...known,
          });
        }
        const answer = { ok: false, error_code: refusal.code, description: refusal.description };
        return Promise.reject(
          new GrammyError("refused", { ...answer, ok: false }, "getFile", {}),
        );
      },
    },
    apiRoot: "https://api.example",
    botToken: TOKEN,
    clock,
    fetch: (address, signal) => {
      addresses.push(address);
      return fetch?.(address, signal) ?? Promise.resolve(new Response("text"));
    },
  });
  return { clock, addresses, stop, bytes: files.fetch(FILE, stop.signal) };
}

function kind(expected: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error && "kind" in error, String(error));
    assert.equal(error.kind, expected);
    assert.ok(!error.message.includes(TOKEN), error.message);
    return true;
  };
}

Deno.test("TelegramFiles.fetch() returns the bytes", async () => {
  const { bytes, addresses } = fetching({});
  assert.deepEqual(await bytes, new TextEncoder().encode("text"));
  assert.deepEqual(addresses, [`https://api.example/file/bot${TOKEN}/documents/file_1.txt`]);
});

Deno.test("TelegramFiles.fetch() retries five times, and never tells the address", async () => {
  const { bytes, addresses, clock } = fetching({
    fetch: (address) => Promise.reject(new TypeError(`error sending request for ${address}`)),
  });
  const failed = assert.rejects(bytes, kind("unreachable"));
  await clock.advance(30_000);
  await failed;
  assert.equal(addresses.length, 6);
});

const NOT_FOUND = '{"ok":false,"error_code":404,"description":"Not Found"}';

for (
  const [status, body, expected, calls] of [
    [404, NOT_FOUND, "refused", 1],
    [404, "no", "unreachable", 6],
    [403, '{"message":"Forbidden"}', "unreachable", 6],
    [502, NOT_FOUND, "unreachable", 6],
    [503, "", "unreachable", 6],
  ] as const
) {
  Deno.test(`TelegramFiles.fetch() takes ${status} "${body}" for ${expected}`, async () => {
    const fetch: Fetch = () => Promise.resolve(new Response(body, { status }));
    const { bytes, addresses, clock } = fetching({ fetch });
    const failed = assert.rejects(bytes, kind(expected));
    await clock.advance(30_000);
    await failed;
    assert.equal(addresses.length, calls);
  });
}

Deno.test("TelegramFiles.fetch() fetches again what is not the file", async () => {
  const answers = ["<html>502 Bad Gateway</html>", "", "te", "text"];
  const { bytes, addresses, clock } = fetching({
    size: 4,
    fetch: () => Promise.resolve(new Response(answers.shift())),
  });
  await clock.advance(30_000);
  assert.deepEqual(await bytes, new TextEncoder().encode("text"));
  assert.equal(addresses.length, 4);
});

Deno.test("TelegramFiles.fetch() ends a download that never ends", async () => {
  const part = new Uint8Array(1024 * 1024);
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(part) });
  const { bytes } = fetching({ fetch: () => Promise.resolve(new Response(endless)) });
  await assert.rejects(bytes, kind("too-big"));
});

Deno.test("TelegramFiles.fetch() ends a download that falls silent", async () => {
  const { bytes, clock, addresses } = fetching({
    fetch: (_address, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(new Error("aborted")))
      ),
  });
  const failed = assert.rejects(bytes, kind("unreachable"));
  await clock.advance(155_000);
  await failed;
  assert.equal(addresses.length, 6);
});

Deno.test("TelegramFiles.fetch() ends with its signal", async () => {
  const { bytes, clock, stop } = fetching({
    fetch: (_address, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(new Error("aborted")))
      ),
  });
  await clock.advance(10);
  stop.abort();
  await assert.rejects(bytes, /abort/i);
});

Deno.test("TelegramFiles.fetch() refuses a path that leads elsewhere", async () => {
  for (
    const [path, expected] of [
      ["/var/lib/files/a", "local"],
      ["C:\\files\\a", "local"],
      ["//other.example/a", "local"],
      ["documents/../../getMe", "refused"],
      ["..", "refused"],
      ["documents/./a", "refused"],
      ["documents//a", "refused"],
      ["documents\\..\\a", "refused"],
      ["documents/\ud800", "refused"],
    ] as const
  ) {
    const { bytes, addresses } = fetching({ path });
    await assert.rejects(bytes, kind(expected));
    assert.deepEqual(addresses, []);
  }
});

Deno.test("TelegramFiles.fetch() fetches a file whatever the ending of its name is", async () => {
  for (
    const [path, address] of [
      ["documents/file_1.메모", "documents/file_1.%EB%A9%94%EB%AA%A8"],
      ["documents/file_2.c++", "documents/file_2.c%2B%2B"],
      ["documents/report (1)?.pdf", "documents/report%20(1)%3F.pdf"],
      ["documents/a..b%2e", "documents/a..b%252e"],
    ] as const
  ) {
    const { bytes, addresses } = fetching({ path });
    assert.equal(new TextDecoder().decode(await bytes), "text");
    assert.deepEqual(addresses, [`https://api.example/file/bot${TOKEN}/${address}`]);
  }
});

for (
  const [code, description, expected] of [
    [400, "Bad Request: file is too big", "too-big"],
    [400, "Bad Request: wrong file_id", "refused"],
  ] as const
) {
  Deno.test(`TelegramFiles.fetch() knows "${description}"`, async () => {
    const { bytes } = fetching({ refusal: { code, description } });
    await assert.rejects(bytes, kind(expected));
  });
}

Deno.test("TelegramFiles.fetch() makes no call for a file that is announced as too big", async () => {
  const api = { getFile: () => Promise.reject(new Error("asked")) };
  const files = new TelegramFiles({
    retryMs: USUAL_PACE.retryMs,
    api,
    apiRoot: "https://api.example",
    botToken: TOKEN,
    clock: new FakeClock(),
    fetch: () => Promise.reject(new Error("asked")),
  });
  const big = { ...FILE, size: 20 * 1024 * 1024 + 1 };
  await assert.rejects(files.fetch(big, new AbortController().signal), kind("too-big"));
});
