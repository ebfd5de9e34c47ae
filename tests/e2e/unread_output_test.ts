/** What is printed is read no further, as behind `| head`, or cannot be written. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { until } from "../support/processes.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import { environment, startArguments } from "./program.ts";

interface End {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const NOTHING_SAID: End = { code: 0, output: "", errors: "" };

Deno.test("nobody reads: the work is done, nothing is complained about, and following ends", async () => {
  await using home = await temporaryFolder();
  const chat = await unread(home.path, "chat", "--echo", "hello");
  assert.equal(chat.code, 0, chat.errors);
  assert.match(chat.errors, /✓ Done · /);
  assert.deepEqual(await unread(home.path, "trace", "tail"), NOTHING_SAID);
  assert.deepEqual(await unread(home.path, "--help"), NOTHING_SAID);
});

Deno.test({
  name: "a full disk behind standard output is told in one line",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using home = await temporaryFolder();
    const full = ["-c", 'exec "$@" >/dev/full', "sh", Deno.execPath()];
    const { code, errors } = await endOf(home.path, "sh", [...full, ...started(home.path, "-h")]);
    assert.equal(code, 73);
    assert.match(errors, /^codex-orchestrator: Standard output cannot be written: No space.*\n$/);
  },
});

Deno.test({
  name:
    "a chat that cannot write its answer says so in one line, and one that cannot write the rest answers",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using home = await temporaryFolder();
    const words = started(home.path, "chat", "--mode", "single", "--echo", "hello");
    const to = async (redirection: string): Promise<End> => {
      const through = ["-c", `exec "$@" ${redirection}`, "sh", Deno.execPath(), ...words];
      return await endOf(home.path, "sh", through, { reads: true });
    };
    const full = await to(">/dev/full");
    assert.equal(full.code, 73, full.errors);
    assert.match(
      full.errors,
      /^codex-orchestrator: Standard output cannot be written: No space.*$/m,
    );
    assert.doesNotMatch(full.errors, /program\.fault|\n {4}at /);
    const json = words.toSpliced(-1, 0, "--json");
    const events = ["-c", 'exec "$@" >/dev/full', "sh", Deno.execPath(), ...json];
    assert.equal((await endOf(home.path, "sh", events)).code, 73);
    const mute = await to("2>/dev/full");
    assert.equal(mute.code, 0, mute.output);
    assert.equal(mute.output, "[ECHO]\n\nhello\n");
    const unknown = [
      "-c",
      'exec "$@" 2>/dev/full',
      "sh",
      Deno.execPath(),
      ...started(home.path, "x"),
    ];
    assert.equal((await endOf(home.path, "sh", unknown)).code, 64);
  },
});

Deno.test({
  name: "a chat whose terminal is gone ends with 73, and is no fault",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using home = await temporaryFolder();
    const words = [Deno.execPath(), ...started(home.path, "chat", "--echo")];
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const [code, errors] = [join(home.path, "code"), join(home.path, "errors")];
    const shell =
      `trap '' HUP; ${quoted} 2>${errors}; echo $? >${code}.part; mv ${code}.part ${code}`;
    const terminal = new Deno.Command("script", {
      args: ["-qefc", shell, "/dev/null"],
      cwd: home.path,
      clearEnv: true,
      env: {
        ...environment({ home: home.path, variables: {}, measured: false }),
        TERM: "xterm",
        SHELL: "/bin/sh",
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let shown = "";
    for await (const text of terminal.stdout.pipeThrough(new TextDecoderStream())) {
      shown += text;
      if (!shown.includes("/help")) continue;
      terminal.kill("SIGKILL");
      break;
    }
    await terminal.status;
    await terminal.stdin.close().catch(() => undefined);
    await until(() => namesIn(home.path).includes("code"));
    assert.equal(await Deno.readTextFile(code), "73\n");
    assert.match(await Deno.readTextFile(errors), /^codex-orchestrator: Standard output .*\n$/);
  },
});

Deno.test("the demo ends when nobody reads its chat any more", async () => {
  await using home = await temporaryFolder();
  const end = await unread(home.path, "demo", "--terminal", "hello");
  assert.deepEqual(end, NOTHING_SAID);
});

function unread(home: string, ...written: string[]): Promise<End> {
  return endOf(home, Deno.execPath(), started(home, ...written));
}

function started(home: string, ...written: string[]): string[] {
  return [...startArguments(home), ...written];
}

/** Its standard output is closed before it has begun, unless somebody reads it. */
async function endOf(
  home: string,
  program: string,
  args: readonly string[],
  { reads = false } = {},
): Promise<End> {
  const options = { home, variables: {}, measured: false };
  const child = new Deno.Command(program, {
    args: [...args],
    cwd: home,
    clearEnv: true,
    env: environment(options),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (!reads) await child.stdout.cancel();
  const [output, errors, { code }] = await Promise.all([
    reads ? new Response(child.stdout).text() : "",
    new Response(child.stderr).text(),
    child.status,
  ]);
  return { code, output, errors };
}
