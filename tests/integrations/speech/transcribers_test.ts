import assert from "node:assert/strict";
import {
  createTranscriber,
  type VoiceSettings,
} from "../../../src/integrations/speech/transcribers.ts";
import type { Transcriber } from "../../../src/core/chat/transcriber.ts";

const NEVER = new AbortController().signal;
const ENVIRONMENT = { PATH: Deno.env.get("PATH") ?? "" };
const RECORDING = {
  path: "/nowhere/voice.ogg",
  name: "voice.ogg",
  bytes: new TextEncoder().encode("sound"),
};

function transcriber(
  settings: Partial<VoiceSettings>,
  fetch: typeof globalThis.fetch = () => Promise.reject(new Error("not expected")),
): Transcriber {
  const made = createTranscriber(
    { model: "whisper-1", timeoutMs: 20_000, ...settings },
    { environment: ENVIRONMENT, fetch },
  );
  assert.ok(made);
  return made;
}

Deno.test("createTranscriber() makes nothing where nothing is configured", () => {
  const settings = { model: "whisper-1", timeoutMs: 1_000 };
  assert.equal(createTranscriber(settings, { environment: {}, fetch }), undefined);
});

Deno.test("a program is handed the file where {file} stands, or at the end", async () => {
  for (const command of [["echo", "heard", "{file}"], ["echo", "heard"]]) {
    const words = await transcriber({ command }).transcribe(RECORDING, NEVER);
    assert.equal(words, "heard /nowhere/voice.ogg");
  }
});

Deno.test("a program that is not there, fails or takes too long says so", async () => {
  const fails = async (command: string[], reason: RegExp, timeoutMs = 20_000): Promise<void> => {
    await assert.rejects(
      transcriber({ command, timeoutMs }).transcribe(RECORDING, NEVER),
      (error) => error instanceof Error && reason.test(error.message),
    );
  };
  await fails(["/nowhere/hear"], /\(no-program\): \/nowhere\/hear$/);
  await fails(["sh", "-c", "echo a >&2; echo bad file >&2; exit 2"], /code 2: bad file/);
  await fails(["sh", "-c", "exec sleep 30"], /\(slow\): 0\.2 s$/, 200);
  await fails(["sh", "-c", "sleep 3 & wait"], /\(slow\): 0\.2 s$/, 200);
});

Deno.test("an endpoint gets file, model and key, and its words come back", async () => {
  const seen: unknown[] = [];
  const endpoint = "https://voice.example.org/v1/audio/transcriptions";
  const answer = transcriber({ endpoint, apiKey: "k", model: "m" }, async (address, init) => {
    const form = await new Response(init?.body).formData();
    const headers = new Headers(init?.headers);
    const file = form.get("file");
    seen.push(address, headers.get("authorization"), form.get("model"));
    seen.push(file instanceof File ? [file.name, await file.text()] : file);
    return Response.json({ text: " hello " });
  });
  assert.equal(await answer.transcribe(RECORDING, NEVER), "hello");
  assert.deepEqual(seen, [endpoint, "Bearer k", "m", ["voice.ogg", "sound"]]);
});

Deno.test("an endpoint that refuses, answers oddly or is gone says so, without its key", async () => {
  const endpoint = "https://voice.example.org/t";
  const answers: readonly (readonly [typeof globalThis.fetch, RegExp])[] = [
    [
      () => Promise.resolve(new Response("key k1 is wrong", { status: 401 })),
      /\(refused\): voice\.example\.org \(HTTP 401\)$/,
    ],
    [() => Promise.resolve(new Response("<html>")), /\(no-words\): voice\.example\.org$/],
    [() => Promise.reject(new TypeError("refused k1")), /\(unreachable\): voice\.example\.org$/],
  ];
  for (const [fetch, reason] of answers) {
    await assert.rejects(
      transcriber({ endpoint, apiKey: "k1" }, fetch).transcribe(RECORDING, NEVER),
      (error) => error instanceof Error && reason.test(error.message) && !/k1/.test(error.message),
    );
  }
});
