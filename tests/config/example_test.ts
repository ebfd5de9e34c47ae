import assert from "node:assert/strict";
import { TEMPLATE } from "../../src/config/example.ts";
import { parseConfig } from "../../src/config/load.ts";
import { knownKeys } from "../../src/config/read_settings.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { environmentOf } from "./environments.ts";

/** The template with every commented key and table set. */
const EVERYTHING_SET = TEMPLATE.replace(/^#(?=[a-z[])/gm, "");

Deno.test("conf.toml.example is generated from the declared keys (deno task config:example)", async () => {
  const committed = await Deno.readTextFile(new URL("../../conf.toml.example", import.meta.url));
  assert.equal(committed, TEMPLATE);
});

Deno.test("conf.toml.example loads as it is", async () => {
  await using home = await temporaryFolder();
  const config = await parseConfig(TEMPLATE, source(home.path));
  assert.equal(config.maxReviewRounds, 3);
  assert.deepEqual([...config.profiles.all.keys()], ["default"]);
});

Deno.test("conf.toml.example shows the real defaults in its commented keys", async () => {
  await using home = await temporaryFolder();
  await Deno.mkdir(`${home.path}/prompts`);
  await Deno.writeTextFile(`${home.path}/prompts/developer.md`, "Be brief.");
  const defaults = await parseConfig("", source(home.path));
  const set = await parseConfig(EVERYTHING_SET, source(home.path));

  assert.deepEqual(set.telegram, defaults.telegram);
  assert.equal(set.maxReviewRounds, defaults.maxReviewRounds);
  assert.deepEqual(set.codex, defaults.codex);
  assert.deepEqual(set.runs, defaults.runs);
  assert.deepEqual(set.traces, defaults.traces);
  assert.equal(set.profiles.default, defaults.profiles.default);
  assert.equal(set.profiles.all.get("build")?.machine, set.machines[0]?.name);
  const [profile, byDefault] = [set, defaults].map((config) => config.profiles.all.get("default"));
  assert.equal(profile?.sandbox, byDefault?.sandbox);
  assert.equal(profile?.approvalPolicy, byDefault?.approvalPolicy);
  assert.equal(profile?.agents.single.developer.systemPrompt, "Be brief.");
});

Deno.test("conf.toml.example shows every declared key", () => {
  for (const key of knownKeys()) {
    const name = key.split(".").at(-1) ?? key;
    assert.match(TEMPLATE, new RegExp(`(^#?${name} = |"${name}")`, "m"), key);
  }
});

Deno.test("knownKeys lists keys of nested tables and of named ones", () => {
  const keys = knownKeys();
  for (const key of ["telegram.polling.poll_timeout", "profiles.NAME.agents.plan.reviewer.model"]) {
    assert.ok(keys.includes(key), key);
  }
  assert.ok(keys.length > 100, `only ${keys.length} keys`);
});

function source(home: string): Parameters<typeof parseConfig>[1] {
  const variables = { TELEGRAM_BOT_TOKEN: "123456:test-token", BUILD_CODEX_TOKEN: "a".repeat(32) };
  return { path: `${home}/conf.toml`, environment: environmentOf(home, variables) };
}
