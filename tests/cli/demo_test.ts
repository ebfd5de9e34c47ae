/** `codex-orchestrator demo` on the command line, and the job that it plays, with real files. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runDemo } from "../../src/cli/demo/run_demo.ts";
import { demoRights, openerFor } from "../../src/cli/launch/demo_launch.ts";
import { runProgram } from "../../src/cli/program.ts";
import { openDatabaseFile } from "../../src/integrations/state/database_file.ts";
import type { Launch } from "../../src/cli/launch/wanted.ts";
import { RunningDemo } from "../demo/running_demo.ts";
import { DENO_FLAGS } from "../../src/cli/system_process.ts";
import { commandLine, processOf } from "../support/command_line.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";

const USUAL = {
  type: "demo",
  codex: false,
  terminal: false,
  messages: [],
  port: undefined,
  open: true,
  paceMs: undefined,
  verbose: false,
};

Deno.test("the demo is a page, and with a message or --terminal the terminal", async () => {
  assert.deepEqual(await launched(), USUAL);
  assert.deepEqual(await launched("--port", "9000", "--no-open", "--codex", "--pace", "10"), {
    ...USUAL,
    port: 9000,
    open: false,
    codex: true,
    paceMs: 10,
  });
  assert.deepEqual(await launched("hello"), { ...USUAL, terminal: true, messages: ["hello"] });
  assert.deepEqual(await launched("--terminal"), { ...USUAL, terminal: true });
});

Deno.test("the demo says what it does not understand, and is listed in the help", async () => {
  await using home = await temporaryFolder();
  const refused = [["--no-opne", /Did you mean --no-open\?/], ["--port=x", /--port/]] as const;
  for (const [written, why] of refused) {
    const { code, errors } = await commandLine(["demo", written], { home: home.path });
    assert.equal(code, 64);
    assert.match(errors, why);
  }
  const { output } = await commandLine(["--help"], { home: home.path });
  assert.match(output, /\n {2}demo +Try it in the browser/);
});

Deno.test("a port that is taken is told in a line, and nothing is left behind", async () => {
  await using home = await temporaryFolder();
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = other.addr;
  const words = ["demo", "--no-open", "--port", String(port)];
  const { code, output, errors } = await run(words, { home: home.path, temporary: home.path });
  assert.equal(
    errors,
    `codex-orchestrator: Port ${port} is taken by other programs. Name a free one with --port N\n`,
  );
  assert.deepEqual([code, output, namesIn(home.path)], [75, "", []]);
});

Deno.test("where there is no temporary folder, that is told, and the database is not blamed", async () => {
  await using home = await temporaryFolder();
  const places = { home: home.path, temporary: join(home.path, "nowhere") };
  const told = /Cannot make a folder in the temporary folder \(TMPDIR\): it does not exist/;
  const demo = await run(["demo", "hello"], places);
  assert.deepEqual([demo.code, demo.output], [75, ""]);
  assert.match(demo.errors, told);
  assert.doesNotMatch(demo.errors, /internal error|\n {4}at /);
  const state = join(home.path, ".codex-orchestrator");
  await Deno.mkdir(state);
  openDatabaseFile(join(state, "state.db")).close();
  const { output } = await run(["doctor", "--offline", "--json"], places);
  const { checks } = JSON.parse(output);
  const database = checks.find(({ id }: { readonly id: string }) => id === "state.database");
  assert.equal(database.status, "fail");
  assert.match(database.summary, told);
});

interface Places {
  readonly home: string;
  readonly temporary: string;
}

async function run(
  words: readonly string[],
  { home, temporary }: Places,
): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> {
  const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...DENO_FLAGS, main, ...words],
    clearEnv: true,
    env: {
      HOME: home,
      PATH: Deno.env.get("PATH") ?? "",
      TMPDIR: temporary,
      DENO_DIR: denoFolder(),
    },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, output: text(stdout), errors: text(stderr) };
}

Deno.test("a browser is only opened on a desktop", () => {
  assert.deepEqual(openerFor("linux", { DISPLAY: ":0" }), ["xdg-open"]);
  assert.deepEqual(openerFor("darwin", {}), ["open"]);
  assert.equal(openerFor("windows", {})?.[0], "rundll32");
  assert.equal(openerFor("linux", {}), undefined);
  assert.equal(openerFor("darwin", { SSH_CONNECTION: "x" }), undefined);
  assert.equal(openerFor("linux", { DISPLAY: ":0", CI: "true" }), undefined);
});

Deno.test("the demo may use its folder, loopback, its shell and what opens a page, and no more", async () => {
  const place = {
    folder: "/tmp/demo",
    workingDirectory: "/home/ann/secrets",
    variables: {},
    version: "0",
    shell: "/bin/sh",
    git: true,
    opener: ["/usr/bin/xdg-open"],
  };
  const options = { ...USUAL, messages: [] };
  assert.deepEqual(await demoRights(place, options), {
    read: ["/tmp/demo"],
    write: ["/tmp/demo"],
    net: ["127.0.0.1"],
    run: ["/bin/sh", "/usr/bin/xdg-open"],
    env: false,
    sys: false,
    ffi: false,
    import: false,
  });
  const { shell: _shell, opener: _opener, ...bare } = place;
  assert.equal((await demoRights(bare, options)).run, false);
  // Where there is no Codex, the script plays.
  assert.deepEqual(
    (await demoRights(place, { ...options, codex: true })).run,
    place.opener.toSpliced(0, 0, "/bin/sh"),
  );
});

Deno.test("the job: plan, question, failing check, finding, approval, diff, undo, and a second message", async () => {
  await using folder = await temporaryFolder();
  const home = join(folder.path, "home");
  const temporary = join(folder.path, "tmp");
  for (const path of [home, temporary]) await Deno.mkdir(path);
  await using demo = await RunningDemo.start({ home, temporary });
  assert.match(
    demo.banner,
    /^Demo: http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/ · [^\n]+ · Ctrl-C stops it\n$/,
  );
  const project = join(temporary, namesIn(temporary)[0] ?? "", "tally");
  const read = (path: string): Promise<string> => Deno.readTextFile(join(project, path));

  await demo.act("send", {
    text: "Add a --json option to tally, so that our CI can read the counts",
  });
  const question = await demo.press("Yes, with a total");
  assert.match(question.text, /Should the object have the total/);
  await demo.act("send", { text: "What is in this folder?" });
  const approval = await demo.press("Allow once");
  assert.match(approval.text, /\.\.\/ci/);
  const answer = await demo.until(({ text }) => /Approved in round 2/.test(text));
  assert.match(answer.text, /2 checks · 4 files/);
  assert.deepEqual(answer.buttons.flat().map(({ text }) => text), ["Diff", "Undo", "Report"]);
  await demo.until(({ text, id }) => id > answer.id && /lib\/report\.sh/.test(text));

  assert.match(await read("tally"), /--json/);
  assert.match(await read("README.md"), /--json/);
  const ci = join(project, "../ci/tally");
  assert.match(await Deno.readTextFile(ci), /--json/);
  const pressed = await demo.press("Report");
  assert.equal(pressed.id, answer.id);
  const report = await demo.fetchFile(
    await demo.until(({ file }) => file?.name.endsWith(".html") === true),
  );
  for (
    const seen of [
      /reading docs\/guide\.md/,
      /README\.md does not mention --json/,
      /F1[^]*A file name with a quote makes invalid JSON/,
      /3 passed, 0 failed/,
    ]
  ) assert.match(report, seen);

  await demo.ask("/diff", /4 files · \+\d+/);
  await demo.act("send", { text: "/file tally" });
  const file = await demo.until(({ file }) => file?.name === "tally");
  assert.equal(await demo.fetchFile(file), await read("tally"));
  await demo.ask("/model", /Demo Fast/);
  await demo.ask("/checks", /tests\/docs\.sh/);
  await demo.ask("/review", /✅ Approved/);
  await demo.ask("/undo", /Taken back: 4 files/);
  assert.doesNotMatch(await read("tally"), /--json/);

  const offer = await demo.ask("what a nice day", /This demo plays one job/);
  assert.deepEqual(offer.buttons.flat().slice(1, 3).map(({ text }) => text), [
    "What is in this folder?",
    "How does tally count words?",
  ]);
  await demo.act("press", { messageId: offer.id, data: offer.buttons.flat()[2]?.data });
  await demo.until(({ text }) => /wc -w/.test(text));
  assert.equal(await demo.stop(), 0);
  assert.deepEqual(namesIn(temporary), [], "nothing is left behind");
});

Deno.test("the demo in Korean, stopped by /cancel all, and its suggestions as buttons", async () => {
  await using folder = await temporaryFolder();
  const start = { home: folder.path, temporary: folder.path };
  {
    const paced = ["--no-open", "--port", "0", "--pace", "60000"];
    await using slow = await RunningDemo.start({ ...start, arguments: paced, language: "ko" });
    await slow.act("send", { text: "tally에 --json 옵션을 추가해 주세요" });
    await slow.until(({ buttons }) => buttons.flat().some(({ text }) => text === "취소"));
    await slow.act("send", { text: "/cancel all" });
    await slow.until(({ text }) => /⏹/.test(text));
  }
  await using demo = await RunningDemo.start({ ...start, language: "ko" });
  await demo.act("send", { text: "안녕하세요" });
  await demo.press("이 폴더에 무엇이 있나요?");
  await demo.until(({ text }) => /단어를 세는 작은 셸 프로그램/.test(text));
});

/** The database may still be synced beside the work when it is closed; nobody has to wait for that. */
const UNWAITED = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "without git the demo says so, and the job is played all the same",
  UNWAITED,
  async () => {
    await using folder = await temporaryFolder();
    const output = await said(folder.path, "What is in this folder?", false);
    assert.match(output, /There is no git here: [^\n]+ Install git/);
    assert.match(output, /lib\/report\.sh/);
    await assert.rejects(Deno.stat(join(folder.path, "tally/.git")), Deno.errors.NotFound);
  },
);

Deno.test(
  "a message of the command line ends the demo at a question that nobody can answer",
  UNWAITED,
  async () => {
    await using folder = await temporaryFolder();
    const output = await said(folder.path, "Add a --json option to tally, with a test", true);
    assert.match(output, /Codex has a question/);
    assert.match(output, /Nobody can answer this here\. To answer: [^\n]* demo --terminal\n$/);
  },
);

Deno.test(
  "the first message of a Korean demo is answered in Korean, before the bot has its menu",
  UNWAITED,
  async () => {
    await using folder = await temporaryFolder();
    const output = await said(folder.path, "--json 옵션을 추가해 주세요", true, "ko_KR.UTF-8");
    assert.match(output, /Codex가 질문합니다\n[^?]*\p{Script=Hangul}/u);
    assert.doesNotMatch(output, /Should the object/);
  },
);

for (
  const [locale, suggestion] of [
    ["en_US.UTF-8", /\nType, for example: Add a --json option to tally[^\n]*\n\n$/],
    ["ko_KR.UTF-8", /\nType, for example: [^\n]*\p{Script=Hangul}[^\n]*\n\n$/u],
  ] as const
) {
  Deno.test(
    `a terminal that is the chat says what can be typed (${locale})`,
    UNWAITED,
    async () => {
      await using folder = await temporaryFolder();
      const output = await said(folder.path, undefined, true, locale);
      assert.match(
        output,
        /^Demo: this terminal is the chat · a scripted Codex [^\n]+Ctrl-D ends\n/,
      );
      assert.match(output, suggestion);
    },
  );
}

/** What the demo prints of a message of the command line, or without any. */
async function said(
  folder: string,
  message: string | undefined,
  git: boolean,
  LANG = "en_US.UTF-8",
): Promise<string> {
  const printed: string[] = [];
  await runDemo({
    folder,
    workingDirectory: folder,
    version: "0",
    git,
    shell: "/bin/sh",
    variables: { PATH: Deno.env.get("PATH") ?? "", LANG },
    stop: new AbortController().signal,
    print: (text) => void printed.push(text),
    lines: () => nothingTyped(),
  }, { ...USUAL, terminal: true, messages: message === undefined ? [] : [message], paceMs: 5 });
  return printed.join("");
}

async function* nothingTyped(): AsyncGenerator<string> {}

/** What the command line asks the launcher for. */
async function launched(...written: string[]): Promise<unknown> {
  const { process } = processOf(["demo", ...written], { home: "/home/ann" });
  const asked = Promise.withResolvers<Launch>();
  const code = await runProgram({
    ...process,
    launch: (wanted) => {
      asked.resolve(wanted);
      return Promise.resolve(0);
    },
  });
  assert.equal(code, 0);
  return await asked.promise;
}
