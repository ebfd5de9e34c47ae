import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { CodexError } from "../../src/core/errors.ts";
import { approvalOf } from "../../src/integrations/codex/app_server/approvals.ts";
import { Peer } from "../../src/integrations/codex/app_server/json_rpc.ts";
import { turnEnd, turnEvents } from "../../src/integrations/codex/app_server/turn_events.ts";
import {
  readNotification,
  readServerRequest,
} from "../../src/integrations/codex/app_server/protocol.ts";
import { readJsonLines } from "../../src/integrations/codex/json_lines.ts";
import {
  approvalRequest,
  elicitation,
  eventNotice,
  turnEvents as mcpTurnEvents,
} from "../../src/integrations/codex/mcp/protocol.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { APP_SERVER_MESSAGES, MCP_MESSAGES } from "./codex_messages.ts";
import { fuzz, index } from "./fuzz.ts";
import { type Damage, damaged, damages } from "./json_damage.ts";
import { damagedBytes, type TextDamage, textDamages } from "./text_damage.ts";

const MOST_BYTES = 5_000;
const NEWLINE = 10;

interface Lines {
  readonly samples: readonly number[];
  readonly damages: readonly TextDamage[];
  /** The places at which the stream is cut. */
  readonly pieces: readonly number[];
}

const lines: fc.Arbitrary<Lines> = fc.record({
  samples: fc.array(index(APP_SERVER_MESSAGES.length), { maxLength: 6 }),
  damages: textDamages,
  pieces: fc.array(fc.nat({ max: 3_000 }), { minLength: 1, maxLength: 8 }),
});

function bytesOf({ samples, damages }: Lines): Uint8Array<ArrayBuffer> {
  const text = samples.map((sample) => JSON.stringify(APP_SERVER_MESSAGES[sample]) + "\n").join("");
  return damagedBytes(text, damages);
}

function inPieces(bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = 1 + (sizes[turn % sizes.length] ?? 0);
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return ReadableStream.from(parts);
}

fuzz("readJsonLines gives each good line and skips each bad one", lines, async (one) => {
  const bytes = bytesOf(one);
  let skipped = 0;
  const values = await Array.fromAsync(readJsonLines(inPieces(bytes, one.pieces), {
    mostBytes: MOST_BYTES,
    onSkipped: () => skipped++,
    signal: new AbortController().signal,
  }));
  const expected = linesIn(bytes);
  assert.deepEqual(values, expected.flatMap((line) => "value" in line ? [line.value] : []));
  assert.equal(skipped, expected.filter((line) => !("value" in line)).length);
});

/** Does the same in the plainest way. */
function linesIn(bytes: Uint8Array): ({ readonly value: unknown } | { readonly bad: true })[] {
  const found: ({ readonly value: unknown } | { readonly bad: true })[] = [];
  for (let start = 0, end = 0; (end = bytes.indexOf(NEWLINE, start)) >= 0; start = end + 1) {
    const line = bytes.subarray(start, end);
    const text = new TextDecoder().decode(line).trim();
    if (line.length > MOST_BYTES) found.push({ bad: true });
    else if (text !== "") found.push(parsed(text));
  }
  return found;
}

function parsed(text: string): { readonly value: unknown } | { readonly bad: true } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // A bad line is one of the two outcomes.
    return { bad: true };
  }
}

fuzz("Peer still hears the answer after any damaged lines", lines, async (one) => {
  const toPeer = new TransformStream<Uint8Array, Uint8Array>();
  const writer = toPeer.writable.getWriter();
  const peer = new Peer({
    input: new WritableStream(),
    output: toPeer.readable,
    clock: new FakeClock(),
    log: new RecordingLog(),
    onNotification: (method, params) => void turnEvents(readNotification(method, params)),
    onRequest: ({ id, method, params }) =>
      Promise.resolve(approvalOf(id, readServerRequest(method, params), CONTEXT)),
  });
  const answer = peer.request("ping", {});
  // Damage may have made the answer that is waited for here; that one is over then.
  void answer.catch(() => undefined);
  const garbage = bytesOf(one);
  const good = new TextEncoder().encode('\n{"id":2,"result":"heard"}\n');
  const second = peer.request("ping", {});
  for await (const part of inPieces(garbage, one.pieces)) await writer.write(part);
  await writer.write(good);
  const outcome = await second.catch((error) => error);
  assert.ok(outcome === "heard" || garbage.includes(0x32), String(outcome));
  await peer.close(new CodexError("exited", "the test is over"));
  await writer.close().catch(() => undefined);
});

const CONTEXT = { threadId: "thread", turnId: "turn", changesOf: () => undefined };

interface OneMessage {
  readonly sample: number;
  readonly damages: readonly Damage[];
}

function oneOf(samples: readonly unknown[]): fc.Arbitrary<OneMessage> {
  return fc.record({ sample: index(samples.length), damages });
}

const methodAndParams = z.object({ method: z.string(), params: z.unknown() });

fuzz("every notification and server request of app-server is read", oneOf(APP_SERVER_MESSAGES), ({
  sample,
  damages,
}) => {
  const message = methodAndParams.safeParse(damaged(APP_SERVER_MESSAGES[sample], damages));
  if (!message.success) return;
  const { method, params } = message.data;
  // None of them throws: what cannot be read has a member of its own.
  const notification = readNotification(method, params);
  turnEvents(notification);
  if (notification.method === "turn/completed") turnEnd(notification.params.turn);
  approvalOf(1, readServerRequest(method, params), CONTEXT);
});

fuzz("mcpTurnEvents() reads or refuses every message", oneOf(MCP_MESSAGES), ({
  sample,
  damages,
}) => {
  const message = methodAndParams.safeParse(damaged(MCP_MESSAGES[sample], damages));
  if (!message.success) return;
  const notice = eventNotice.safeParse(message.data.params);
  if (notice.success) takenOrRefused(() => mcpTurnEvents(notice.data.msg));
  const asked = elicitation.safeParse(message.data.params);
  if (asked.success) takenOrRefused(() => approvalRequest("id", asked.data, undefined));
});

/** Accepts a refusal by schema, which callers handle; nobody would handle anything else. */
function takenOrRefused(take: () => unknown): void {
  try {
    take();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
  }
}
