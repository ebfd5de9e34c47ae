import assert from "node:assert/strict";
import { join } from "node:path";
import type { CodexSettings, ProgramSettings } from "../../../src/core/codex/codex_settings.ts";
import { CodexError } from "../../../src/core/errors.ts";
import { nativeProgram, packageOf } from "../../../src/integrations/codex/codex_program.ts";
import {
  chooseBackend,
  type CodexVersion,
  detectCodex,
  type DetectionSettings,
  parseVersion,
} from "../../../src/integrations/codex/detect.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { writeProgram } from "../../support/write_program.ts";

const APP_SERVER = ["app-server"];
const MCP = ["mcp-server"];

/** Settings for a `codex` in this folder. */
function settings(
  folder: string,
  { appServer, mcp }: { appServer?: ProgramSettings; mcp?: ProgramSettings } = {},
): CodexSettings {
  const command = join(folder, "codex");
  return {
    backend: "auto",
    command,
    appServer: appServer ?? { command, arguments: APP_SERVER },
    mcp: mcp ?? { command, arguments: MCP },
    mcpClientTimeoutMs: 1,
    turnTimeoutMs: 1,
    turnIdleTimeoutMs: 1,
    cancelGraceMs: 1,
    reconnectMs: 1,
    goals: "ask",
    environmentNames: [],
    status: { direct: true, detectProcess: false },
  };
}

function detection(log = new RecordingLog()): DetectionSettings {
  return { environment: { PATH: "/usr/bin:/bin" }, clock: createSystemClock(), log };
}

async function writeScript(path: string, script: string): Promise<void> {
  await writeProgram(path, `#!/bin/sh\n${script}\n`);
}

async function problemWith(given: CodexSettings): Promise<CodexError> {
  const error = await detectCodex(given, "auto", detection()).then(
    () => undefined,
    (reason) => reason,
  );
  assert.ok(error instanceof CodexError, `expected a CodexError, got ${error}`);
  return error;
}

Deno.test("detectCodex asks the program once and says what to start", async () => {
  await using folder = await temporaryFolder();
  const program = join(folder.path, "codex");
  const asked = join(folder.path, "asked");
  await writeScript(program, `echo "$@" >> ${asked}; echo "codex-cli 0.169.0"`);
  assert.deepEqual(await detectCodex(settings(folder.path), "auto", detection()), {
    kind: "app-server",
    reason: "Codex 0.169.0 has the app-server",
    program: { command: program, arguments: APP_SERVER },
    commandLine: `${program} app-server`,
    version: "0.169.0",
  });
  assert.equal(await Deno.readTextFile(asked), "--version\n");
});

Deno.test("detectCodex names the remedy when Codex is not installed", async () => {
  await using folder = await temporaryFolder();
  const error = await problemWith(settings(folder.path));
  assert.equal(error.kind, "not-installed");
  assert.match(error.remedy ?? "", /npm install -g @openai\/codex/);
});

Deno.test("detectCodex is not misled by another program of that name", async () => {
  await using folder = await temporaryFolder();
  for (
    const script of ["echo 0.2.3", "exit 0", "exit 1", "echo 0.2.3; echo oops >&2; exit 1", "yes"]
  ) {
    await writeScript(join(folder.path, "codex"), script);
    const error = await problemWith(settings(folder.path));
    assert.equal(error.kind, "wrong-program", script);
    assert.match(error.remedy ?? "", /@openai\/codex/);
  }
});

Deno.test("detectCodex says why a Codex does not run, and not that it is another program", async () => {
  await using folder = await temporaryFolder();
  const node = [
    "file:///lib/codex/bin/codex.js:91",
    "    throw new Error(",
    "",
    "Error: Missing optional dependency @openai/codex-linux-x64.",
    "    at findCodexExecutable (file:///lib/codex/bin/codex.js:91:11)",
    "Node.js v20.19.0",
  ].map((line) => `echo '${line}' >&2`).join("; ");
  for (
    const [script, said] of [
      ["echo 'env: node: No such file' >&2; exit 127", /exit code 127: env: node: No such file$/],
      [
        `${node}; exit 1`,
        /exit code 1: Error: Missing optional dependency @openai\/codex-linux-x64\.$/,
      ],
    ] as const
  ) {
    await writeScript(join(folder.path, "codex"), script);
    const error = await problemWith(settings(folder.path));
    assert.match(error.message, said);
    assert.equal(error.kind, "not-installed");
    assert.match(error.remedy ?? "", /@openai\/codex/);
  }
});

Deno.test("detectCodex refuses `npx -y codex` without running it", async () => {
  await using folder = await temporaryFolder();
  const npx = { command: join(folder.path, "npx"), arguments: ["-y", "codex", "mcp-server"] };
  const error = await problemWith(settings(folder.path, { appServer: npx }));
  assert.equal(error.kind, "wrong-program");
  assert.match(error.message, /is not OpenAI's/);
});

Deno.test("detectCodex takes the mcp server where only that one is installed", async () => {
  await using folder = await temporaryFolder();
  const log = new RecordingLog();
  const npx = join(folder.path, "npx");
  await writeScript(npx, 'echo "codex-cli 0.153.4"; [ "$3" = --version ]');
  const mcp = { command: npx, arguments: ["-y", "@openai/codex@0.153.4", "mcp-server"] };
  const found = await detectCodex(settings(folder.path, { mcp }), "auto", detection(log));
  assert.equal(found.kind, "mcp");
  assert.equal(found.commandLine, `${npx} -y @openai/codex@0.153.4 mcp-server`);
  assert.deepEqual(
    log.lines.filter(({ level }) => level === "warn").map(({ message }) => message),
    [
      "codex.package-runner",
    ],
  );
});

Deno.test("nativeProgram finds the program behind npm's script", async () => {
  await using folder = await temporaryFolder();
  const scope = join(folder.path, "lib", "node_modules", "@openai");
  const platform = `${Deno.build.os}-${Deno.build.arch === "aarch64" ? "arm64" : "x64"}`;
  const target = `${Deno.build.arch}-unknown-${Deno.build.os}-musl`;
  const native = join(scope, `codex-${platform}`, "vendor", target, "bin", "codex");
  await Deno.mkdir(join(native, ".."), { recursive: true });
  await Deno.mkdir(join(scope, "codex", "bin"), { recursive: true });
  await Deno.mkdir(join(folder.path, "bin"));
  await writeScript(native, "true");
  await writeScript(join(scope, "codex", "bin", "codex.js"), "true");
  const link = join(folder.path, "bin", "codex");
  await Deno.symlink(join(scope, "codex", "bin", "codex.js"), link);
  assert.equal(await nativeProgram(link, undefined), native);
  assert.equal(await nativeProgram("codex", `/nowhere:${join(folder.path, "bin")}`), native);
  await Deno.remove(native);
  assert.equal(await nativeProgram(link, undefined), link);
});

Deno.test("nativeProgram leaves alone what it does not know", async () => {
  assert.equal(await nativeProgram("codex", undefined), "codex");
  assert.equal(await nativeProgram("codex", "/nowhere"), "codex");
  assert.equal(await nativeProgram("/bin/sh", undefined), "/bin/sh");
});

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
