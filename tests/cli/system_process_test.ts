import assert from "node:assert/strict";
import { passProxiesOnLoopback } from "../../src/cli/system_process.ts";
import { typedLines } from "../../src/cli/typed_lines.ts";

for (
  const [written, expected] of [
    [{}, "localhost,127.0.0.1,::1"],
    [{ NO_PROXY: "example.com" }, "example.com,localhost,127.0.0.1,::1"],
    [{ NO_PROXY: " ", no_proxy: ".local" }, ".local,localhost,127.0.0.1,::1"],
  ] as const
) {
  Deno.test(`connections to this computer use no proxy, besides: ${JSON.stringify(written)}`, () => {
    const variables = new Map<string, string>(Object.entries(written));
    passProxiesOnLoopback(accessTo(variables));
    assert.deepEqual([variables.get("NO_PROXY"), variables.get("no_proxy")], [expected, expected]);
  });
}

function accessTo(variables: Map<string, string>): Pick<Deno.Env, "get" | "set"> {
  return {
    get: (name) => variables.get(name),
    set: (name, value) => void variables.set(name, value),
  };
}

Deno.test("typed lines end with the signal, without an error", async () => {
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
