import assert from "node:assert/strict";
import { typedLines } from "../../src/cli/system_process.ts";

Deno.test("typing ends with the signal, which is no error", async () => {
  const stop = new AbortController();
  const taken: string[] = [];
  for await (const line of typedLines(typing("first\nsecond"), stop.signal)) {
    taken.push(line);
    setTimeout(() => stop.abort());
  }
  assert.equal(taken[0], "first");
});

/** A terminal at which nobody types anything more. */
function typing(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
  });
}
