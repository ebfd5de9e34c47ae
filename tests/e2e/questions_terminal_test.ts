/** The same questions in the terminal, for a person and as JSON: with a real Codex and a real server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { NEWEST } from "../support/codex_versions.ts";
import type { Step } from "../support/responses_api.ts";
import { addToolServer } from "../support/tool_server_config.ts";
import { TerminalStage } from "./terminal_stage.ts";
import { TextLineStream } from "./text_line_stream.ts";

const CTRL_D = "\x04";
const COLOR = {
  id: "color",
  header: "Color",
  question: "Which color?",
  options: [{ label: "Red", description: "as it was" }, { label: "Blue", description: "new" }],
};
const ASK: Step = { tool: "request_user_input", arguments: { questions: [COLOR] } };
const RENAME: Step = { tool: "rename", namespace: "mcp__desk", arguments: { title: "One" } };
const BOOK: Step = { tool: "book", namespace: "mcp__desk", arguments: {} };

async function withTools(body: (stage: TerminalStage) => Promise<void>): Promise<void> {
  await using stage = await TerminalStage.set(NEWEST);
  await addToolServer(join(stage.home, "codex-home"), "default_mode_request_user_input = true");
  stage.model.script({
    when: ({ lastUserText }) => lastUserText === "do it",
    steps: [RENAME, ASK, BOOK, { message: "all done" }],
  });
  await body(stage);
}

function outputs(stage: TerminalStage): string {
  return stage.model.requests.at(-1)?.toolOutputs.join("\n").replaceAll("\\", "") ?? "";
}

Deno.test("at a terminal: what Codex asks while it works on stays on the screen", async () => {
  await using stage = await TerminalStage.set(NEWEST);
  const config = join(stage.home, "codex-home", "config.toml");
  const text = await Deno.readTextFile(config);
  // Codex offers the tool for it to its newer models only.
  await Deno.writeTextFile(config, text.replace(/^model = .*$/m, 'model = "gpt-6-sol"'));
  const questions = [{ title: "Which database?", options: ["Postgres", "SQLite"] }];
  stage.model.script({
    when: ({ lastUserText }) => lastUserText === "go",
    steps: [
      { tool: "request_user_input_async", arguments: { questions } },
      { message: "I went on." },
    ],
  });
  const single = await stage.run(["--mode", "single", "go"]);
  assert.match(single.errors, /Which database\?\n\n• Postgres\n• SQLite\n\n/);
  assert.doesNotMatch(single.errors, /steer/);
  assert.match(single.output, /^I went on\.$/m);
  const chat = stage.show(["--mode", "single"], { NO_COLOR: "1" });
  await chat.sees(/single mode[\s\S]*\n›$/);
  await chat.type("go\r");
  await chat.sees(/Which database\?[\s\S]*To answer, type \/steer[\s\S]*I went on\.[\s\S]*\n›$/);
  await chat.type(CTRL_D);
  assert.equal(await chat.ended(), 0);
});

Deno.test("at a terminal: a tool, a question and a form are answered by typed lines", () =>
  withTools(async (stage) => {
    const chat = stage.show(["--mode", "single"], { NO_COLOR: "1" });
    await chat.sees(/single mode[\s\S]*\n›$/);
    await chat.type("do it\r");
    const tool = await chat.sees(/1-4 and Enter ›$/);
    assert.match(
      tool,
      /\? Codex wants to use a tool\n {2}Server: desk\n {2}Tool: rename\n {2}Renames a card on the board\n {2}title: One\n/,
    );
    assert.match(tool, /1 Allow once · 2 Allow for this session · 3 Always allow · 4 Deny/);
    await chat.type("1\r");
    const question = await chat.sees(/Your answer ›$/);
    assert.match(
      question,
      /\? Codex has a question\n {2}Color\n {2}Which color\?\n {2}1 Red – as it was\n {2}2 Blue/,
    );
    await chat.type("2\r");
    await chat.sees(/fill in a form · 1 of 4[\s\S]*Your answer ›$/);
    await chat.type("nobody\r");
    await chat.sees(/Not taken: that is no e-mail address\.[\s\S]*Your answer ›$/);
    await chat.type("a@b.c\r");
    await chat.sees(/2 of 4[\s\S]*Your answer ›$/);
    await chat.type(":skip\r");
    await chat.sees(/3 of 4[\s\S]*Your answer ›$/);
    await chat.type("2\r");
    await chat.sees(/4 of 4[\s\S]*Your answer ›$/);
    await chat.type("medium\r");
    await chat.sees(/1\. E-mail: a@b\.c\n[\s\S]*4\. size: Medium\n[\s\S]*1-2 and Enter ›$/);
    await chat.type("1\r");
    await chat.sees(/✓ Answered: desk: Which room[\s\S]*all done[\s\S]*\n›$/);
    assert.match(outputs(stage), /rename done[\s\S]*"answers":\["Blue"\][\s\S]*"seats":2/);
    await chat.type(CTRL_D);
    assert.equal(await chat.ended(), 0);
  }));

Deno.test("as JSON: the questions are events, lines answer them, and without lines they are declined", () =>
  withTools(async (stage) => {
    const child = stage.begin(["--json", "--mode", "single", "do it"]);
    const keys = child.stdin.getWriter();
    const write = (line: string): Promise<void> =>
      keys.write(new TextEncoder().encode(`${line}\n`));
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
      new TextLineStream(),
    );
    const errors = new Response(child.stderr).text();
    const asked: string[] = [];
    // Typed before anything was asked: no answer to what comes later.
    await write("1");
    for await (const line of lines) {
      const { event } = JSON.parse(line);
      const { type = "", request } = event ?? {};
      if (type !== "approval.requested" && type !== "question.requested") continue;
      asked.push(request.kind);
      if (request.kind === "tool") await write("4");
      if (request.kind === "input") await write("red");
      // The end of the input: nobody answers any more.
      if (request.kind === "form") await keys.close();
    }
    assert.equal((await child.status).code, 0, await errors);
    assert.deepEqual(asked, ["tool", "input", "form"]);
    assert.match(
      outputs(stage),
      /user rejected[\s\S]*"answers":\["Red"\][\s\S]*"action":"decline"/,
    );
  }));
