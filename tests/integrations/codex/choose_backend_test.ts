import assert from "node:assert/strict";
import { CodexError } from "../../../src/core/errors.ts";
import {
  chooseBackend,
  type CodexVersion,
  parseVersion,
} from "../../../src/integrations/codex/detect.ts";
import { packageOf } from "../../../src/integrations/codex/codex_program.ts";

function version(text: string): CodexVersion {
  const parsed = parseVersion(`codex-cli ${text}\n`);
  assert.ok(parsed !== undefined);
  return parsed;
}

function kindOf(choose: () => unknown): string {
  try {
    choose();
  } catch (error) {
    assert.ok(error instanceof CodexError);
    assert.ok(error.remedy !== undefined, "the error says what to do");
    return error.kind;
  }
  return "no error";
}

Deno.test("parseVersion reads what Codex prints and nothing else", () => {
  assert.deepEqual(version("0.169.0").numbers, [0, 169, 0]);
  assert.equal(version("0.170.0-alpha.1").text, "0.170.0-alpha.1");
  assert.equal(parseVersion("warning: old terminal\ncodex-cli 0.153.4\n")?.text, "0.153.4");
  for (const other of ["", "0.2.3", "codex 0.2.3", "v20.11.0", "codex-cli"]) {
    assert.equal(parseVersion(other), undefined, other);
  }
});

Deno.test("chooseBackend takes the app-server wherever Codex has it", () => {
  assert.equal(chooseBackend("auto", version("0.169.0")).kind, "app-server");
  assert.equal(chooseBackend("auto", version("0.140.0")).kind, "app-server");
  assert.equal(chooseBackend("auto", version("0.139.9")).kind, "mcp");
  assert.equal(chooseBackend("auto", version("1.0.0")).kind, "app-server");
  assert.equal(chooseBackend("auto", version("0.0.0")).kind, "app-server");
});

Deno.test("chooseBackend follows the configuration where this Codex can", () => {
  assert.equal(chooseBackend("mcp", version("0.153.4")).kind, "mcp");
  assert.equal(chooseBackend("app-server", version("0.153.4")).kind, "app-server");
  assert.equal(kindOf(() => chooseBackend("mcp", version("0.154.0"))), "no-subcommand");
  assert.equal(kindOf(() => chooseBackend("app-server", version("0.139.0"))), "too-old");
});

Deno.test("chooseBackend refuses a Codex that is too old for everything", () => {
  assert.equal(kindOf(() => chooseBackend("auto", version("0.20.0"))), "too-old");
  assert.equal(kindOf(() => chooseBackend("mcp", version("0.20.0"))), "too-old");
});

Deno.test("packageOf finds the package behind a package runner", () => {
  const cases: [string, string[], string | undefined][] = [
    ["codex", ["app-server"], undefined],
    ["npx", ["-y", "@openai/codex@0.153.4", "mcp-server"], "@openai/codex@0.153.4"],
    ["/usr/bin/npx", ["--yes", "--package=@openai/codex", "codex"], "@openai/codex"],
    ["npx.cmd", ["-p", "@openai/codex", "codex", "app-server"], "@openai/codex"],
    ["npm", ["exec", "-y", "@openai/codex"], "@openai/codex"],
    ["npm", ["run", "codex"], undefined],
  ];
  for (const [command, words, expected] of cases) {
    assert.equal(packageOf({ command, arguments: words }), expected);
  }
});

Deno.test("packageOf refuses the npm package that is called codex and is not OpenAI's", () => {
  const words = [["-y", "codex", "mcp-server"], ["codex@latest", "app-server"], ["-p", "codex"]];
  for (const given of words) {
    assert.equal(kindOf(() => packageOf({ command: "npx", arguments: given })), "wrong-program");
  }
});
