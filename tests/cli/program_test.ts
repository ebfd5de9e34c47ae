import assert from "node:assert/strict";
import { EXIT_CODE_MEANINGS, EXIT_CODES } from "../../src/supervisor/exit_codes.ts";
import { commandLine, type CommandLineEnd } from "../support/command_line.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { noTerminal, TerminalSession } from "../support/terminal_session.ts";

/** Each of the commands of the program, as a person types it. */
const COMMANDS = ["run", "init", "chat", "demo", "doctor", "permissions", "service", "trace"];

/** For command lines that end before they touch a file. */
function atOnce(...args: readonly string[]): Promise<CommandLineEnd> {
  return commandLine(args, { home: "/nowhere" });
}

for (
  const [args, problem] of [
    [["--verbos"], "Unexpected option or subcommand: --verbos. Did you mean --verbose?"],
    [["--config", "x"], "Unexpected option or subcommand: --config. Did you mean --conf?"],
    [["-v"], "Unexpected option or subcommand: -v."],
    [["--conf"], "--conf requires PATH."],
    [["--conf", "--verbose"], "--conf: expected the path of a file, such as ./file"],
    [["--conf="], "--conf: expected the path of a file, such as ./file"],
    [["--conf", "a", "--conf", "b"], "--conf cannot be used multiple times."],
    [["--verbose=yes"], "Flag --verbose does not accept a value, but got: yes."],
    [["start"], "Unexpected option or subcommand: start."],
    [["--", "x"], "Unexpected option or subcommand: x."],
    [["permision"], "Unexpected option or subcommand: permision. Did you mean permissions?"],
    [["permissions", "--verbose"], "permissions and --verbose cannot be used together."],
    [["trace"], "trace needs one of list, show, tail or report"],
    [["trace", "lst"], "Unexpected option or subcommand: lst. Did you mean list?"],
    [["trace", "list", "--jsn"], "Unexpected option or subcommand: --jsn. Did you mean --json?"],
    [
      ["trace", "list", "-n", "99999999999999999999"],
      "-n/--limit: expected a number from 1 to 10000",
    ],
    [["trace", "list", "-n", "1e3"], "-n/--limit: expected a number from 1 to 10000"],
    [["trace", "tail", "-n", "-1"], "-n/--lines: expected a number from 0 to 100000"],
    [["demo", "--port", "65536"], "--port: expected a number from 0 to 65535"],
    [["trace", "show", " "], "RUN: expected a run's id, its first characters, or last"],
    [["trace", "--json"], "Unexpected option or subcommand: --json."],
    [["service", "instal"], "Unexpected option or subcommand: instal. Did you mean install?"],
    [
      ["chat", "--mode", "plan", "do it", "--nwe"],
      "Unexpected option or subcommand: --nwe. Did you mean --new?",
    ],
    [["--hlep"], "Unexpected option or subcommand: --hlep. Did you mean --help?"],
    [["doctor", "--hepl"], "Unexpected option or subcommand: --hepl. Did you mean --help?"],
    [["service"], "service needs one of print, install, uninstall or status"],
    [["completion"], "Missing shell name for completion."],
  ] as const
) {
  Deno.test(`the command line refuses [${args.join(" ")}]`, async () => {
    assert.deepEqual(await atOnce(...args), {
      code: EXIT_CODES.usage,
      output: "",
      errors: `codex-orchestrator: ${problem} (see --help)\n`,
    });
  });
}

Deno.test("a usage error repeats at most 400 characters of what was typed", async () => {
  const { code, errors } = await atOnce("x".repeat(100_000));
  assert.equal(code, EXIT_CODES.usage);
  assert.ok(errors.length < 500 && errors.includes("--help"), `${errors.length} characters`);
});

for (const option of ["--version", "-V"]) {
  Deno.test(`${option} prints name and version`, async () => {
    const { code, output } = await atOnce(option);
    assert.deepEqual([code, output], [0, "codex-orchestrator 0.0.0\n"]);
  });
}

Deno.test("--help names every command, the usual options and every exit code", async () => {
  for (const args of [["--help"], ["-h"], ["help"]]) {
    const { code, output } = await atOnce(...args);
    assert.equal(code, 0);
    assert.doesNotMatch(output, /\n[a-z]+\n|.{81}/, "an example is broken");
    for (const command of COMMANDS) assert.match(output, new RegExp(`^ {2}${command} `, "m"));
    for (const option of ["--conf PATH", "--verbose", "-V, --version", "-h, --help"]) {
      assert.ok(output.includes(option), option);
    }
    for (const [exitCode, meaning] of EXIT_CODE_MEANINGS) {
      assert.match(output, new RegExp(`^ {2}${exitCode} +${meaning}$`, "m"));
    }
  }
});

Deno.test("each exit code has one meaning and a line in the help", () => {
  const explained = EXIT_CODE_MEANINGS.map(([code]) => code);
  assert.deepEqual(explained.toSorted((a, b) => a - b), Object.values(EXIT_CODES));
});

for (const command of COMMANDS) {
  Deno.test(`${command} --help says what it does, with an example, in 80 columns`, async () => {
    const { code, output } = await atOnce(...command.split(" "), "--help");
    assert.equal(code, 0);
    assert.match(output, new RegExp(`^Usage: codex-orchestrator ${command}\\b`, "m"));
    assert.match(output, new RegExp(`^Examples:\n(?: .*\n)*? {2}codex-orchestrator.* ?`, "m"));
    assert.deepEqual(output.split("\n").filter((line) => line.length > 80), []);
    assert.deepEqual(await atOnce("help", ...command.split(" ")), { code, output, errors: "" });
  });
}

Deno.test("help is shown in the narrowest terminal, too", async () => {
  for (const command of ["", ...COMMANDS]) {
    for (const columns of [1, 20, 25, 31]) {
      const words = [...command.split(" "), "--help"].filter((word) => word !== "");
      const { code, output } = await commandLine(words, { home: "/x", terminal: { columns } });
      assert.equal(code, 0, `${command} in ${columns} columns`);
      assert.match(output, /Usage/);
    }
  }
});

Deno.test("colours are used in terminals only, and not with NO_COLOR or TERM=dumb", async () => {
  const colored = await commandLine(["--help"], { home: "/x", terminal: { colors: true } });
  assert.ok(colored.output.includes("\x1b["));
  assert.ok(!(await atOnce("--help")).output.includes("\x1b["));
});

for (const shell of ["bash", "zsh", "fish", "nu", "pwsh"]) {
  Deno.test(`completion ${shell} prints a script, and completes commands and options`, async () => {
    const script = await atOnce("completion", shell);
    assert.equal(script.code, 0);
    assert.match(script.output, /codex-orchestrator/);
    const command = await atOnce("completion", shell, "permi");
    assert.match(command.output, /permissions/);
    const option = await atOnce("completion", shell, "run", "--verb");
    assert.match(option.output, /--verbose/);
  });
}

Deno.test("bash takes the completion script", async () => {
  const { output } = await atOnce("completion", "bash");
  const bash = new Deno.Command("bash", { args: ["-n"], stdin: "piped", stderr: "piped" }).spawn();
  const writer = bash.stdin.getWriter();
  await writer.write(new TextEncoder().encode(output));
  await writer.close();
  const { success, stderr } = await bash.output();
  assert.ok(success, new TextDecoder().decode(stderr));
});

const ESCAPE = "\x1b";

Deno.test({
  name: "help is coloured at a terminal, and not with NO_COLOR or TERM=dumb",
  ignore: noTerminal() !== undefined,
  async fn(): Promise<void> {
    await using home = await temporaryFolder();
    const printed = async (variables: Readonly<Record<string, string>>): Promise<string> => {
      const options = { home: home.path, arguments: ["--help"], variables, measured: false };
      await using terminal = new TerminalSession(options, home.path);
      assert.equal(await terminal.ended(), 0, terminal.screen);
      return terminal.screen;
    };
    const plain = [{ NO_COLOR: "1" }, { TERM: "dumb" }];
    const [colored, ...texts] = await Promise.all([{}, ...plain].map(printed));
    assert.ok(colored?.includes(ESCAPE));
    for (const text of texts) {
      assert.match(text, /^Usage: /m);
      assert.ok(!text.includes(ESCAPE), text);
    }
  },
});
