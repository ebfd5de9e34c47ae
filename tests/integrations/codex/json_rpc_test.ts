/** Lines of JSON, and JSON-RPC over them. */
import assert from "node:assert/strict";
import { CodexError } from "../../../src/core/errors.ts";
import { Peer, RpcError } from "../../../src/integrations/codex/app_server/json_rpc.ts";
import { readJsonLines } from "../../../src/integrations/codex/json_lines.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

function bytes(...parts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts).pipeThrough(new TextEncoderStream());
}

async function linesOf(
  parts: string[],
): Promise<{ readonly values: unknown[]; readonly skipped: string[] }> {
  const skipped: string[] = [];
  const values = await Array.fromAsync(readJsonLines(bytes(...parts), {
    mostBytes: 20,
    onSkipped: (reason, length) => skipped.push(`${reason} ${length}`),
    signal: new AbortController().signal,
  }));
  return { values, skipped };
}

Deno.test("readJsonLines puts lines together from any pieces", async () => {
  const text = '{"a":1}\n{"b":"ü"}\r\n\n[2]\n';
  assert.deepEqual((await linesOf([...text])).values, [{ a: 1 }, { b: "ü" }, [2]]);
  assert.deepEqual((await linesOf([text])).values, [{ a: 1 }, { b: "ü" }, [2]]);
});

Deno.test("readJsonLines skips what is too long or no JSON, and goes on", async () => {
  const long = JSON.stringify("x".repeat(19));
  const { values, skipped } = await linesOf([
    `nonsense\n${long.slice(0, 9)}`,
    `${long.slice(9)}\n1\n`,
  ]);
  assert.deepEqual(values, [1]);
  assert.deepEqual(skipped, ["not JSON 8", "too long 21"]);
});

Deno.test("readJsonLines ends where something else prints without end, and not where there is JSON between", async () => {
  const noise = Array.from({ length: 150 }, () => "y\n").join("");
  const { values, skipped } = await linesOf([noise, "1\n", noise]);
  assert.deepEqual([values, skipped.length], [[1], 300]);
  for (const more of [noise, "\n".repeat(150)]) {
    await assert.rejects(linesOf([noise, more]), /200 lines in a row are no JSON/);
  }
});

Deno.test("Peer tells what waits for an answer that something else prints there", async () => {
  const peer = new Peer({
    input: new WritableStream(),
    output: ReadableStream.from(endless()).pipeThrough(new TextEncoderStream()),
    clock: new FakeClock(),
    log: new RecordingLog(),
    onNotification: () => {},
    onRequest: () => Promise.resolve({}),
  });
  await assert.rejects(peer.request("initialize", {}), {
    kind: "handshake",
    message: /prints something else: 200 lines/,
  });
  await peer.ended;
  await close(peer);
});

function* endless(): Generator<string> {
  for (;;) yield "y\n".repeat(1_000);
}

Deno.test("readJsonLines drops a last line without an end, and ends by its signal", async () => {
  assert.deepEqual((await linesOf(['1\n{"half":'])).values, [1]);
  const stop = new AbortController();
  const open = new ReadableStream<Uint8Array>();
  const settings = { mostBytes: 20, onSkipped: () => {}, signal: stop.signal };
  const reading = Array.fromAsync(readJsonLines(open, settings));
  stop.abort();
  assert.deepEqual(await reading, []);
});

interface Line {
  readonly peer: Peer;
  /** Ends the connection from the other side. */
  readonly end: () => Promise<void>;
  readonly clock: FakeClock;
  readonly sent: { id: number; method: string }[];
  receive(message: unknown): void;
}

function line(machine?: string): Line {
  const clock = new FakeClock();
  const sent: { id: number; method: string }[] = [];
  const toPeer = new TransformStream<Uint8Array, Uint8Array>();
  const writer = toPeer.writable.getWriter();
  const peer = new Peer({
    ...(machine === undefined ? {} : { machine }),
    input: new WritableStream({
      write: (line) => void sent.push(JSON.parse(new TextDecoder().decode(line))),
    }),
    output: toPeer.readable,
    clock,
    log: new RecordingLog(),
    onNotification: () => {},
    onRequest: () => Promise.resolve({}),
  });
  const receive = (message: unknown): void => {
    // The peer reads on as long as the test lasts.
    void writer.write(new TextEncoder().encode(JSON.stringify(message) + "\n"));
  };
  return { peer, clock, sent, receive, end: () => writer.close() };
}

async function close(peer: Peer): Promise<void> {
  await peer.close(new CodexError("exited", "the test is over"));
}

/** Resolves when streams have passed on what was written to them. */
function written(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("Peer matches answers to requests by id", async () => {
  const { peer, sent, receive } = line();
  const answers = Promise.all([peer.request("one", {}), peer.request("two", {})]);
  await settle();
  for (const { id, method } of sent.toReversed()) receive({ id, result: `answer to ${method}` });
  assert.deepEqual(await answers, ["answer to one", "answer to two"]);
  await close(peer);
});

Deno.test("Peer tells a connection that was lost from a Codex that has ended", async () => {
  for (
    const [machine, message, trouble] of [
      [undefined, "Codex has ended", { kind: "exited", said: "Codex has ended." }],
      ["wss://build", "The connection to Codex on wss://build was lost", {
        kind: "unreachable",
        machine: "wss://build",
      }],
    ] as const
  ) {
    const { peer, end } = line(machine);
    const asked = peer.request("model/list", {}).catch((error) => error);
    await end();
    const error = await asked;
    assert.ok(error instanceof CodexError);
    assert.deepEqual([error.kind, error.message, error.trouble], ["exited", message, trouble]);
    await close(peer);
  }
});

Deno.test("Peer gives a request up after its deadline", async () => {
  const { peer, clock } = line();
  const refused = assert.rejects(peer.request("slow", {}, 5_000), /did not answer slow within 5 s/);
  await clock.advance(5_000);
  await refused;
  await close(peer);
});

Deno.test("Peer asks again when Codex is overloaded, but not for ever", async () => {
  const { peer, clock, sent, receive } = line();
  const outcome = peer.request("busy", {}).catch((error) => error);
  for (let tries = 1; tries <= 6; tries++) {
    await settle();
    assert.equal(sent.length, tries);
    receive({ id: sent.at(-1)?.id, error: { code: -32001, message: "Server overloaded" } });
    await settle();
    await clock.advance(1_000);
  }
  const error = await outcome;
  assert.ok(error instanceof RpcError);
  assert.equal(error.code, -32001);
  await close(peer);
});

Deno.test("Peer has at most a hundred requests in flight", async () => {
  const { peer, sent, receive } = line();
  const all = Promise.all(Array.from({ length: 150 }, () => peer.request("ping", {})));
  await written();
  assert.equal(sent.length, 100);
  for (let answered = 0; answered < 150; answered++) {
    receive({ id: sent[answered]?.id, result: null });
    await settle();
  }
  assert.equal((await all).length, 150);
  await close(peer);
});

Deno.test("Peer.close rejects whatever waits, and what comes later", async () => {
  const { peer } = line();
  const waiting = assert.rejects(peer.request("ping", {}), /the test is over/);
  await settle();
  await close(peer);
  await waiting;
  await assert.rejects(peer.request("ping", {}), /the test is over/);
});

Deno.test("Peer reads on when one notification cannot be taken", async () => {
  const log = new RecordingLog();
  const lines = '{"method":"bad"}\n{"id":1,"result":"heard"}\n';
  const peer = new Peer({
    input: new WritableStream(),
    output: ReadableStream.from([lines]).pipeThrough(new TextEncoderStream()),
    clock: new FakeClock(),
    log,
    onNotification: () => {
      throw new TypeError("cannot take it");
    },
    onRequest: () => Promise.resolve({}),
  });
  assert.equal(await peer.request("ping", {}), "heard");
  assert.deepEqual(log.lines.map(({ message }) => message), ["codex.notification.failed"]);
  await peer.close(new CodexError("exited", "the test is over"));
});
