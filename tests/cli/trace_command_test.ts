import assert from "node:assert/strict";
import { z } from "zod";
import { EXIT_CODES } from "../../src/supervisor/exit_codes.ts";
import { commandLine, type CommandLineEnd } from "../support/command_line.ts";
import { modeOf, temporaryFolder } from "../support/temporary_folder.ts";
import { copyOfRun, FIRST_VERSION, writeDay } from "../traces/lines.ts";

const SECRET = "hush-hush-hush";

interface Home extends AsyncDisposable {
  readonly path: string;
  readonly traces: string;
  run(...args: string[]): Promise<CommandLineEnd>;
}

/** A home with the traces of some runs, of which `aa22` is the newest. */
async function home(): Promise<Home> {
  const folder = await temporaryFolder();
  const traces = `${folder.path}/.codex-orchestrator/traces`;
  await writeDay(traces, "2026-01-02", FIRST_VERSION);
  await writeDay(
    traces,
    "2026-03-01",
    copyOfRun({ id: "aa11", day: "2026-03-01", request: "첫째 요청\nmore" }),
  );
  await writeDay(
    traces,
    "2026-03-02",
    copyOfRun({ id: "aa22", day: "2026-03-02", request: `It is ${SECRET}` }),
  );
  const variables = { SOME_TOKEN: SECRET };
  return {
    path: folder.path,
    traces,
    run: (...args) => commandLine(["trace", ...args], { home: folder.path, variables }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const summaries = z.array(z.object({ id: z.string(), request: z.string() }));

for (const command of ["list", "show", "tail", "report"]) {
  Deno.test(`trace ${command} --help says what it does, with an example, in 80 columns`, async () => {
    const { code, output } = await commandLine(["trace", command, "--help"], { home: "/nowhere" });
    assert.equal(code, 0);
    assert.match(output, new RegExp(`^Examples:\n {2}codex-orchestrator trace ${command}`, "m"));
    assert.deepEqual(output.split("\n").filter((line) => line.length > 80), []);
  });
}

Deno.test("trace list lists runs, newest first, and chooses among them", async () => {
  await using at = await home();
  const ids = async (...args: string[]): Promise<string[]> => {
    const { code, output } = await at.run("list", "--json", ...args);
    assert.equal(code, 0);
    return summaries.parse(JSON.parse(output)).map(({ id }) => id);
  };
  assert.deepEqual(await ids(), ["aa22", "aa11", "old1"]);
  assert.deepEqual(await ids("--limit", "1"), ["aa22"]);
  assert.deepEqual(await ids("--day", "2026-03-01"), ["aa11"]);
  assert.deepEqual(await ids("--since", "2026-03-01"), ["aa22", "aa11"]);
  assert.deepEqual(await ids("--status", "error"), []);
  assert.deepEqual(await ids("--status", "ok", "-n", "2"), ["aa22", "aa11"]);
  const { output } = await at.run("list");
  assert.match(
    output,
    /^2026-03-01 \(UTC\)\naa11 .* plan +ok +1 min 30 s +1\.8k tok .*첫째 요청$/m,
  );
});

Deno.test("trace masks today's secrets, even in older traces", async () => {
  await using at = await home();
  for (
    const args of [["list"], ["list", "--json"], ["show", "aa22"], ["show", "aa22", "--json"], [
      "report",
      "aa22",
      "-o",
      "-",
    ]]
  ) {
    const { output } = await at.run(...args);
    assert.ok(output.includes("It is ***") && !output.includes(SECRET), args.join(" "));
  }
});

Deno.test("trace --json escapes control characters and keeps their value", async () => {
  await using at = await home();
  const request = "run \u202ecod.exe\u2066 \x9b2J \u{e0041} 한글 👩‍💻";
  await writeDay(
    at.traces,
    "2026-03-03",
    copyOfRun({ id: "aa33", day: "2026-03-03", request }),
  );
  const list = (await at.run("list", "--json", "-n", "1")).output;
  assert.deepEqual(summaries.parse(JSON.parse(list)).map((run) => run.request), [request]);
  const show = (await at.run("show", "aa33", "--json")).output;
  for (const output of [list, show]) {
    assert.ok(output.includes("\\u202ecod.exe\\u2066 \\u009b2J \\udb40\\udc41 한글"), output);
    assert.doesNotMatch(output, /[\u202e\u2066\x9b]|\p{Cf}/u);
  }
});

Deno.test("trace says what it skipped, and when there is nothing to show", async () => {
  await using at = await home();
  await Deno.writeTextFile(`${at.traces}/2026-03-02.jsonl`, '{"type":"sta', { append: true });
  const { errors } = await at.run("list");
  assert.equal(errors, "1 line of the trace skipped: 1 cut off by a crash.\n");
  await using empty = await temporaryFolder();
  const none = await commandLine(["trace", "list"], { home: empty.path });
  assert.equal(none.code, 0);
  assert.match(none.output, /^No runs in .*traces yet\. /);
  const chosen = await at.run("list", "--day", "2020-01-01");
  assert.match(chosen.output, /^No matching runs/);
});

Deno.test("trace show takes an id, its beginning or last, and says when none or several match", async () => {
  await using at = await home();
  for (const wanted of ["aa22", "aa2", "last"]) {
    assert.match((await at.run("show", wanted)).output, /^Run aa22 {2}Done /, wanted);
  }
  assert.deepEqual(await at.run("show", "zz"), {
    code: EXIT_CODES.noInput,
    output: "",
    errors: `codex-orchestrator: No run begins with "zz" in ${at.traces}. ` +
      "List the runs with: codex-orchestrator trace list\n",
  });
  const several = await at.run("show", "aa");
  assert.equal(several.code, EXIT_CODES.noInput);
  assert.match(
    several.errors,
    /^codex-orchestrator: 2 runs begin with "aa":\n {2}aa22 .* UTC\n {2}aa11 .*\nType more/,
  );
  await using empty = await temporaryFolder();
  const none = await commandLine(["trace", "show", "last"], { home: empty.path });
  assert.match(
    none.errors,
    /^codex-orchestrator: No runs in .* yet\. Send a request first$/m,
  );
});

Deno.test("trace report writes a private page, and only replaces one with --force", async () => {
  await using at = await home();
  const file = `${at.path}/codex-run-aa22.html`;
  assert.deepEqual(await at.run("report", "last"), { code: 0, output: `${file}\n`, errors: "" });
  assert.match(await Deno.readTextFile(file), /^<!doctype html>[\s\S]*<\/html>\n$/);
  assert.equal(await modeOf(file), 0o600);
  await Deno.writeTextFile(file, "mine");
  const refused = await at.run("report", "last");
  assert.deepEqual([refused.code, await Deno.readTextFile(file)], [
    EXIT_CODES.cannotCreate,
    "mine",
  ]);
  assert.match(refused.errors, /exists already\. Choose another file with -o, or .* --force$/m);
  assert.equal((await at.run("report", "last", "--force")).code, 0);
  assert.match(await Deno.readTextFile(file), /^<!doctype html>/);
  const nowhere = await at.run("report", "last", "-o", "none/x.html");
  assert.equal(nowhere.code, EXIT_CODES.cannotCreate);
});

Deno.test("trace tail prints records and events until it is stopped", async () => {
  await using at = await home();
  for (const json of [true, false]) {
    const stop = new AbortController();
    stop.abort();
    const args = ["trace", "tail", ...(json ? ["--json"] : [])];
    const { code, output } = await commandLine(args, { home: at.path, stop: stop.signal });
    assert.deepEqual([code, output], [0, ""]);
  }
});

Deno.test("an error contains no control characters", async () => {
  await using traced = await home();
  const { code, errors } = await traced.run(
    "report",
    "aa22",
    "-o",
    "/nowhere/\x1b]0;owned\x07page",
  );
  assert.equal(code, EXIT_CODES.cannotCreate);
  assert.match(errors, /Cannot write \/nowhere\/page: its folder does not exist\. /);
});

Deno.test("an error contains no secret", async () => {
  await using home = await temporaryFolder();
  const variables = { SOME_API_KEY: "hunter2hunter2" };
  const { errors } = await commandLine(["trace", "show", "hunter2hunter2"], {
    home: home.path,
    variables,
  });
  assert.match(errors, /No run begins with "\*\*\*"/);
  assert.doesNotMatch(errors, /hunter2/);
});
