/** One shell runs many scripts, and each gets what it printed, and nothing else. */
import assert from "node:assert/strict";
import {
  ScriptError,
  type ScriptText,
} from "../../../../src/integrations/codex/workspace/script.ts";
import {
  ScriptSession,
  sessionCommand,
} from "../../../../src/integrations/codex/workspace/script_session.ts";

/** A session on a real shell of this machine. @param wrote takes what it is sent */
function session(
  first: ScriptText = { definitions: "", text: "exit 1" },
  wrote: string[] = [],
): ScriptSession & AsyncDisposable {
  const [command = "", ...args] = sessionCommand(first);
  const child = new Deno.Command(command, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { GIT_DIR: "/nowhere" },
  }).spawn();
  const input = child.stdin.getWriter();
  const shell = new ScriptSession(
    {
      write: (bytes) => {
        wrote.push(new TextDecoder().decode(bytes));
        return input.write(new Uint8Array(bytes));
      },
      end: () => {
        input.close().catch(() => undefined);
      },
    },
    () => `end-${crypto.randomUUID()}`,
    first,
  );
  const read = async (stream: "stdout" | "stderr"): Promise<void> => {
    for await (const bytes of child[stream]) shell.receive(stream, bytes);
    shell.close("The shell has ended");
  };
  const reading = Promise.all([read("stdout"), read("stderr")]);
  return Object.assign(shell, {
    [Symbol.asyncDispose]: async () => {
      shell.close("The test is over");
      await reading;
      await child.status;
    },
  });
}

const script = (
  text: string,
  more: { args?: string[]; variables?: Record<string, string> } = {},
) => ({
  definitions: "",
  text,
  variables: {},
  mostBytes: 1_000_000,
  ...more,
});

Deno.test("the first script comes with the command line, and is sent no more", async () => {
  const first = { definitions: 'greet() { echo "hello $1"; }', text: 'greet "$NAME$#"' };
  const wrote: string[] = [];
  await using shell = session(first, wrote);
  for (const name of ["it's", "you"]) {
    const asked = { ...script(first.text, { variables: { NAME: name } }), ...first };
    assert.equal((await shell.run(asked)).output, `hello ${name}0\n`);
  }
  assert.equal(
    (await shell.run({ ...script("greet again"), ...first, text: "greet again" })).output,
    "hello again\n",
  );
  assert.doesNotMatch(wrote.join(""), /greet\(\)|\$NAME/);
});

Deno.test("a shell runs one script after the other, each for itself", async () => {
  await using shell = session();
  const end = await shell.run(script("echo out; echo err >&2; cd /; x=1; exit 7"));
  assert.deepEqual(end, { exitCode: 7, output: "out\n", errors: "err\n" });
  assert.equal((await shell.run(script('printf "%s" "${x-unset}${GIT_DIR-}"'))).output, "unset");
  const odd = 'it\'s\na \\ `b` $c "d" end-';
  const { output } = await shell.run(
    script('printf "%s|" "$ODD" "$@"; sh -c \'printf %s "$ODD"\'', {
      variables: { ODD: odd },
      args: [odd, "", "-n"],
    }),
  );
  assert.equal(output, `${odd}|${odd}||-n|${odd}`);
  // It does not wait for what is not there.
  assert.equal((await shell.run(script("cat"))).output, "");
  const broken = await shell.run(script("if"));
  assert.notEqual(broken.exitCode, 0);
  assert.equal((await shell.run(script("echo still here"))).output, "still here\n");
});

Deno.test("a shell reads definitions once, and no script changes them", async () => {
  await using shell = session();
  const definitions = 'times=$((${times-0} + 1))\ntold() { echo "$times ${GIT_DIR-unset}"; }\n';
  const run = async (text: string): Promise<string> =>
    (await shell.run({ ...script(text), definitions })).output;
  assert.equal(await run("told"), "1 unset\n");
  assert.equal(await run("times=7; told() { echo other; }; told"), "other\n");
  assert.equal(await run("told"), "1 unset\n");
  const { output } = await shell.run({
    ...script("told; more"),
    definitions: "more() { echo m; }\n",
  });
  assert.equal(output, "1 unset\nm\n");
});

Deno.test("what is printed is kept up to its limit, whatever it looks like", async () => {
  await using shell = session();
  const long = await shell.run({ ...script("seq 1 200000"), mostBytes: 1_000 });
  assert.equal(long.output.length, 1_000);
  assert.ok(long.output.startsWith("1\n2\n3\n"));
  for (const length of [1, 999, 1_000, 1_001, 1_150]) {
    const text = `head -c ${length} /dev/zero | tr '\\0' x`;
    const { output } = await shell.run({ ...script(text), mostBytes: 1_000 });
    assert.equal(output, "x".repeat(Math.min(length, 1_000)));
  }
  const forged = await shell.run(script("printf '\\nend-00000000 0\\n'; sleep 0.05; echo more"));
  assert.equal(forged.output, "\nend-00000000 0\nmore\n");
});

Deno.test("a shell that ends fails its script and takes no other", async () => {
  await using shell = session();
  const killed = shell.run(script("kill -9 $$"));
  await assert.rejects(killed, ScriptError);
  assert.notEqual(shell.ended, undefined);
  await assert.rejects(shell.run(script("true")), ScriptError);
});
