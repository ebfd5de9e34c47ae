/** What is printed is read no further, as behind `| head`, or cannot be written. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { environment, startArguments } from "./program.ts";

interface End {
  readonly code: number;
  readonly errors: string;
}

Deno.test("nobody reads: the work is done, nothing is complained about, and following ends", async () => {
  await using home = await temporaryFolder();
  const chat = await unread(home.path, "chat", "--echo", "hello");
  assert.equal(chat.code, 0, chat.errors);
  assert.match(chat.errors, /✓ Done · /);
  assert.deepEqual(await unread(home.path, "trace", "tail"), { code: 0, errors: "" });
  assert.deepEqual(await unread(home.path, "--help"), { code: 0, errors: "" });
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

Deno.test("the demo ends when nobody reads its chat any more", async () => {
  await using home = await temporaryFolder();
  const end = await unread(home.path, "demo", "--terminal", "hello");
  assert.deepEqual(end, { code: 0, errors: "" });
});

function unread(home: string, ...written: string[]): Promise<End> {
  return endOf(home, Deno.execPath(), started(home, ...written));
}

function started(home: string, ...written: string[]): string[] {
  return [...startArguments(home), ...written];
}

/** Its standard output is closed before it has begun. */
async function endOf(home: string, program: string, args: readonly string[]): Promise<End> {
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
  await child.stdout.cancel();
  const [errors, { code }] = await Promise.all([new Response(child.stderr).text(), child.status]);
  return { code, errors };
}
