/** `deno task demo` on the command line: what it understands, and the chat in the terminal. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readDemoArguments, runDemoProgram } from "../../src/cli/demo/demo_program.ts";
import { openerFor } from "../../src/cli/demo/demo_chats.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";

const USUAL = {
  codex: false,
  terminal: false,
  messages: [],
  port: undefined,
  open: true,
  verbose: false,
};

Deno.test("the demo is a page, and with a message or --terminal the terminal", () => {
  const read = (...written: string[]): unknown => readDemoArguments(written);
  assert.deepEqual(read(), { kind: "demo", options: USUAL });
  assert.deepEqual(read("--port", "9000", "--no-open", "--codex"), {
    kind: "demo",
    options: { ...USUAL, port: 9000, open: false, codex: true },
  });
  assert.deepEqual(read("hello"), {
    kind: "demo",
    options: { ...USUAL, terminal: true, messages: ["hello"] },
  });
  assert.deepEqual(read("--terminal"), { kind: "demo", options: { ...USUAL, terminal: true } });
});

Deno.test("the demo says what it does not understand, and prints its usage", async () => {
  const refused = [
    ["--bogus", /^Unknown option '--bogus' \(see --help/],
    ["--no-opne", /Did you mean --no-open\? \(/],
    ["--port=x", /--port.*"x"/],
  ] as const;
  for (const [written, why] of refused) {
    const { code, errors } = await run(written);
    assert.equal(code, 64);
    assert.match(errors, why);
    assert.match(errors, /\(see --help\)\n$/);
  }
  const { code, output } = await run("--help");
  assert.equal(code, 0);
  assert.match(output, /127\.0\.0\.1:8766[\s\S]*--codex[\s\S]*--no-open/);
});

Deno.test("the demo answers in the terminal and leaves nothing behind", async () => {
  const { code, output, left } = await run("/status");
  assert.equal(code, 0);
  assert.match(output, /you\n {4}\/status/);
  assert.match(output, /bot\n[\s\S]*echo/i);
  assert.deepEqual(left, ["home"]);
});

Deno.test("the demo with --codex but without Codex says so, and gives canned answers", async () => {
  const { code, output } = await run("--codex", "/status");
  assert.equal(code, 0);
  assert.match(output, /npm install -g @openai\/codex/);
  assert.match(output, /bot\n[\s\S]*echo/i);
});

Deno.test("the page is served until it is stopped, on another port if the usual one is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const refused = await run("--no-open", "--port", String(port));
  assert.equal(refused.code, 75);
  assert.match(refused.errors, /taken by other programs\. Name a free one with --port N/);
  const stop = new AbortController();
  const { code, output } = await run("--no-open", "--port", "0", stop);
  assert.equal(code, 0);
  assert.match(
    output,
    /^Demo chat: http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/ · canned answers; [^\n]+ · Ctrl-C stops it\n$/,
  );
});

Deno.test("a browser is only opened on a desktop", () => {
  const url = "http://127.0.0.1:8766/";
  assert.deepEqual(openerFor("linux", { DISPLAY: ":0" }, url), {
    command: "xdg-open",
    args: [url],
  });
  assert.deepEqual(openerFor("darwin", {}, url), { command: "open", args: [url] });
  assert.equal(openerFor("windows", {}, url)?.command, "rundll32");
  assert.equal(openerFor("linux", {}, url), undefined);
  assert.equal(openerFor("darwin", { SSH_CONNECTION: "x" }, url), undefined);
  assert.equal(openerFor("linux", { DISPLAY: ":0", CI: "true" }, url), undefined);
});

/** With a controller among the arguments, the demo is stopped by it once it has said where it is. */
async function run(
  ...given: (string | AbortController)[]
): Promise<{
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** What there is at the end: the home, and nothing in it. */
  readonly left: readonly string[];
}> {
  const written = given.filter((each) => typeof each === "string");
  const stop = given.find((each) => each instanceof AbortController) ?? new AbortController();
  await using folder = await temporaryFolder();
  const home = join(folder.path, "home");
  await Deno.mkdir(home);
  let output = "";
  let errors = "";
  const code = await runDemoProgram(written, {
    variables: { HOME: home, PATH: "" },
    workingDirectory: home,
    version: "0",
    makeFolder: () => Deno.makeTempDir({ dir: folder.path }),
    stop: stop.signal,
    print: (text) => {
      output += text;
      if (text.includes("Ctrl-C")) stop.abort();
    },
    printError: (text) => void (errors += text),
    lines: () => noLines(),
  });
  return { code, output, errors, left: [...namesIn(folder.path), ...namesIn(home)] };
}

async function* noLines(): AsyncGenerator<string> {}
