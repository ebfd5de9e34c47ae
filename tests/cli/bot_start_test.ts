import assert from "node:assert/strict";
import { parseSync } from "@optique/core/parser";
import fc from "fast-check";
import { botStart } from "../../src/cli/commands/bot_start.ts";
import { commandLine } from "../../src/cli/commands/table.ts";
import type { Launch } from "../../src/cli/launch/wanted.ts";
import { processOf } from "../support/command_line.ts";

const WORDS = [
  ...["run", "--verbose", "--conf", "--env-file", "--conf=a", "--env-file=b=c", "--conf=", "a"],
  ...["-", "--", "--help", "--version", "-V", "--verbose=yes", "chat", "", " ", "--conf= "],
];

/** What the parser of all commands would launch. */
async function launched(words: readonly string[]): Promise<Launch | undefined> {
  const understood = parseSync(commandLine, words);
  if (!understood.success) return undefined;
  const { process } = processOf(words, { home: "/nowhere" });
  const wanted = Promise.withResolvers<Launch>();
  await understood.value({
    ...process,
    launch: (launch) => {
      wanted.resolve(launch);
      return Promise.resolve(0);
    },
  });
  return await wanted.promise;
}

Deno.test("botStart() understands a start as the parser of all commands does, or not at all", async () => {
  let understood = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...WORDS), { maxLength: 5 }), async (words) => {
      const options = botStart(words);
      if (options === undefined) return;
      understood++;
      const whole = words.length === 0 ? ["run"] : words;
      assert.deepEqual({ type: "bot", ...options }, await launched(whole));
    }),
    { numRuns: 2_000 },
  );
  assert.ok(understood > 50, `${understood} of them start the bot`);
});

Deno.test("botStart() understands what services and people write", () => {
  const none = { conf: undefined, envFile: undefined, verbose: false };
  assert.deepEqual(botStart([]), none);
  assert.deepEqual(botStart(["run"]), none);
  assert.deepEqual(botStart(["run", "--conf", "/a b", "--verbose"]), {
    ...none,
    conf: "/a b",
    verbose: true,
  });
  assert.deepEqual(botStart(["--env-file=.env"]), { ...none, envFile: ".env" });
  for (const words of [["chat"], ["--help"], ["run", "run"], ["--conf"], ["--verbos"]]) {
    assert.equal(botStart(words), undefined, words.join(" "));
  }
});
