import assert from "node:assert/strict";
import { passProxiesOnLoopback } from "../../src/cli/system_process.ts";

for (
  const [written, expected] of [
    [{}, "localhost,127.0.0.1,::1"],
    [{ NO_PROXY: "example.com" }, "example.com,localhost,127.0.0.1,::1"],
    [{ NO_PROXY: " ", no_proxy: ".local" }, ".local,localhost,127.0.0.1,::1"],
  ] as const
) {
  Deno.test(`this computer joins what needs no proxy: ${JSON.stringify(written)}`, () => {
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
