import assert from "node:assert/strict";
import { type Arguments, parseArguments } from "../../src/cli/arguments.ts";
import { HELP } from "../../src/cli/help.ts";
import { EXIT_CODES } from "../../src/supervisor/exit_codes.ts";

for (
  const [args, expected] of [
    [[], { kind: "run", verbose: false }],
    [["--verbose"], { kind: "run", verbose: true }],
    [["--conf", "a.toml"], { kind: "run", verbose: false, conf: "a.toml" }],
    [["--conf=-odd.toml"], { kind: "run", verbose: false, conf: "-odd.toml" }],
    [["--conf", "a", "--conf", "b"], { kind: "run", verbose: false, conf: "b" }],
    [["permissions"], { kind: "permissions" }],
    [["--conf", "a.toml", "permissions"], { kind: "permissions", conf: "a.toml" }],
    [["permissions", "--help"], { kind: "help", text: HELP }],
    [["--version"], { kind: "version" }],
    [["-V"], { kind: "version" }],
    [["--verbose", "-h", "-V"], { kind: "help", text: HELP }],
  ] as const satisfies readonly (readonly [readonly string[], Arguments])[]
) {
  Deno.test(`parseArguments understands [${args.join(" ")}]`, () => {
    assert.deepEqual(parseArguments(args), expected);
  });
}

for (
  const [args, problem] of [
    [["--verbos"], "unknown option --verbos, did you mean --verbose"],
    [["--config", "x"], "unknown option --config, did you mean --conf"],
    [["-v"], "unknown option -v"],
    [["--conf"], "--conf needs the path of a file, as in --conf ./conf.toml"],
    [["--conf", "--verbose"], "--conf needs the path of a file, as in --conf ./conf.toml"],
    [["--conf="], "--conf needs the path of a file, as in --conf ./conf.toml"],
    [["--verbose=yes"], "--verbose takes no value"],
    [["start"], 'unexpected argument "start"'],
    [["--", "x"], 'unexpected argument "x"'],
    [["permision"], 'unexpected argument "permision", did you mean permissions'],
    [["permissions", "permissions"], 'unexpected argument "permissions"'],
  ] as const
) {
  Deno.test(`parseArguments refuses [${args.join(" ")}]`, () => {
    assert.deepEqual(parseArguments(args), {
      kind: "usage-error",
      message: `codex-orchestrator: ${problem} (--help shows what there is)`,
      exitCode: 64,
    });
  });
}

Deno.test("HELP names every command, every option and every exit code", () => {
  for (const option of ["permissions", "--conf PATH", "--verbose", "-V, --version", "-h, --help"]) {
    assert.ok(HELP.includes(option), option);
  }
  for (const code of Object.values(EXIT_CODES)) {
    assert.match(HELP, new RegExp(`^ {2}${code} `, "m"));
  }
});
