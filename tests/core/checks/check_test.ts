/** Names of checks, a session's choice of them, and what is kept of their output. */
import assert from "node:assert/strict";
import {
  type Check,
  chosenChecks,
  nameOf,
  tailOf,
  uniqueName,
} from "../../../src/core/checks/check.ts";
import { OutputEnd, readableOutput } from "../../../src/core/checks/output.ts";

Deno.test("a check is named after what its command does", () => {
  const names = {
    "deno test": "test",
    "deno task check": "check",
    "deno lint --rules": "lint",
    "npm test": "test",
    "npm run lint": "lint",
    "npm run -s type-check": "type-check",
    "pnpm run build": "build",
    "yarn lint": "lint",
    "npx tsc --noEmit": "tsc",
    "pytest -q": "pytest",
    "python3 -m pytest tests": "pytest",
    "uv run pytest": "pytest",
    "cargo clippy -- -D warnings": "clippy",
    "go test ./...": "test",
    "go vet ./...": "vet",
    "make": "make",
    "make check": "check",
    "./gradlew test": "test",
    "mvn -q verify": "verify",
    "./scripts/verify.sh --fast": "verify",
    "CI=1 npm test": "test",
    "env A=1 npm test": "test",
    "/usr/bin/true": "true",
    "exit 1": "exit",
    "  ": "check",
  };
  const derived = Object.keys(names).map((command) => [command, nameOf(command)]);
  assert.deepEqual(Object.fromEntries(derived), names);
});

Deno.test("names of checks are unique in any case", () => {
  assert.equal(uniqueName("test", ["lint"]), "test");
  assert.equal(uniqueName("test", ["Test"]), "test-2");
  assert.equal(uniqueName("test", ["test", "TEST-2"]), "test-3");
});

const check = (name: string): Check => ({ name, command: name, timeoutMs: 1 });

Deno.test("a session's choice counts for the profile that it was made in", () => {
  const profile = { name: "work", checks: [check("test"), check("lint")] };
  const chosen = { profile: "work", added: [check("build")], off: ["LINT"] };
  const names = (checks: readonly Check[]): string[] => checks.map(({ name }) => name);
  assert.deepEqual(names(chosenChecks(profile, undefined)), ["test", "lint"]);
  assert.deepEqual(names(chosenChecks(profile, chosen)), ["test", "build"]);
  assert.deepEqual(names(chosenChecks({ ...profile, name: "other" }, chosen)), ["test", "lint"]);
  assert.deepEqual(names(chosenChecks({ name: "work" }, chosen)), ["build"]);
});

Deno.test("the tail of an output begins with a whole line", () => {
  assert.equal(tailOf("all\n"), "all");
  assert.equal(tailOf(`first\n${"x".repeat(10)}\nlast`, 8), "[…]\nlast");
  assert.equal(tailOf("x".repeat(20), 5), "[…]\nxxxxx");
});

Deno.test("colours, progress and controls are taken out of an output", () => {
  assert.equal(readableOutput("\u001b[31mred\u001b[0m\r\nnext\u0007"), "red\nnext");
  assert.equal(readableOutput("10%\r50%\r100%\ndone\r"), "100%\ndone");
  assert.equal(readableOutput("\u001b]8;;http://x\u0007link\u001b]8;;\u0007"), "link");
});

Deno.test("of a long output the end is kept, and a character is never halved", () => {
  const end = new OutputEnd(8);
  const bytes = new TextEncoder().encode("aaaa한글끝");
  for (let index = 0; index < bytes.length; index += 2) end.add(bytes.slice(index, index + 2));
  assert.equal(end.total, bytes.length);
  assert.match(end.text(), /글끝$/);
});
