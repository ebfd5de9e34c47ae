import assert from "node:assert/strict";
import type { Check } from "../../src/core/checks/check.ts";
import { renderConfigError } from "../../src/config/errors.ts";
import { ConfigError } from "../../src/config/errors.ts";
import { parseConfig } from "../../src/config/load.ts";
import { environmentOf } from "./environments.ts";

async function checksOf(text: string, name = "default"): Promise<readonly Check[] | undefined> {
  const { profiles } = await parse(text);
  return profiles.all.get(name)?.checks;
}

const parse = (text: string): ReturnType<typeof parseConfig> =>
  parseConfig(`[telegram]\nallowed_users = [1]\n${text}`, {
    path: "/tmp/conf.toml",
    environment: environmentOf("/home/ada"),
  });

async function problemsOf(text: string): Promise<string> {
  try {
    await parse(text);
  } catch (error) {
    if (error instanceof ConfigError) return renderConfigError(error);
    throw error;
  }
  throw new Error("There is no problem");
}

Deno.test("checks are commands, or tables with what is to be known of them", async () => {
  const checks = await checksOf(`
[codex]
checks = ["deno test", { name = "lint", command = "deno lint", timeout = 300 }, "npm test"]
`);
  assert.deepEqual(checks, [
    { name: "test", command: "deno test", timeoutMs: 600_000 },
    { name: "lint", command: "deno lint", timeoutMs: 300_000 },
    { name: "test-2", command: "npm test", timeoutMs: 600_000 },
  ]);
});

Deno.test("a profile's own checks take the place of those of [codex], also where it has none", async () => {
  const text = `
[codex]
checks = ["deno test"]
[profiles.default]
[profiles.rust]
checks = ["cargo test"]
[profiles.notes]
checks = []
`;
  const commands = async (name: string): Promise<string[] | undefined> =>
    (await checksOf(text, name))?.map(({ command }) => command);
  assert.deepEqual(await commands("default"), ["deno test"]);
  assert.deepEqual(await commands("rust"), ["cargo test"]);
  assert.equal(await commands("notes"), undefined);
});

Deno.test("a wrong check is named with its place and what it must be", async () => {
  const said = {
    'checks = "deno test"': /codex\.checks must be a list in square brackets/,
    'checks = ["  "]': /codex\.checks\[0\]\.command must be a command in quotes/,
    "checks = [3]": /codex\.checks\[0\] must be a command such as "npm test", or \{ name/,
    'checks = ["a", { name = "a b", command = "x" }]':
      /checks\[1\]\.name must be at most 40 letters/,
    'checks = [{ name = "a" }]': /checks\[0\]\.command must be a command in quotes/,
    'checks = [{ command = "a", timeout = 0 }]':
      /checks\[0\]\.timeout must be a number of seconds from 1 to 86400, found 0/,
    'checks = [{ command = "a", timout = 5 }]': /checks\.0\.timout is not a known key/,
    'checks = [{ name = "a", command = "x" }, { name = "A", command = "y" }]':
      /codex\.checks must be a list of checks with different names \("A" is there twice\)/,
  };
  for (const [written, fits] of Object.entries(said)) {
    assert.match(await problemsOf(`[codex]\n${written}`), fits, written);
  }
});
