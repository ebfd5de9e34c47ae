/** Plans at the terminal: decided on by typed lines, and where nobody can decide. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { NEWEST } from "../support/codex_versions.ts";
import { isRole, scriptRoles } from "./plan_script.ts";
import { TerminalStage } from "./terminal_stage.ts";

const CTRL_D = "\x04";

function plan(goal: string): { message: string } {
  const steps = [{ title: "Write the file", files: ["a.txt"] }];
  const questions = [{ question: "Which color?", choices: ["Red", "Blue"] }];
  const asked = goal === "First" ? questions : [];
  const more = { checks: [], risks: [], questions: asked, changes_files: true };
  return { message: JSON.stringify({ goal, steps, ...more }) };
}

Deno.test("at the terminal a plan is agreed to or changed by typed lines; where nobody can, it is the answer", async () => {
  await using stage = await TerminalStage.set(NEWEST);
  scriptRoles(stage.model, {
    selector: [[{ message: '{"mode":"plan","reason":"several files"}' }]],
    planner: [[plan("First")], [plan("Second")], [plan("Third")]],
    developer: [[{ command: "echo made > a.txt" }, { message: "built" }]],
    reviewer: [[{
      message: '{"verdict":"approved","summary":"good","findings":[],"earlier":[]}',
    }]],
  });
  const chat = stage.show([], { NO_COLOR: "1" });
  await chat.sees(/plan mode[\s\S]*\n›$/);
  await chat.type("/plan ask\r");
  await chat.sees(/Plans wait for your Go\.[\s\S]*\n›$/);
  await chat.type("build it\r");
  await chat.sees(/Which color\?[\s\S]*Your answer ›$/);
  await chat.type("2\r");
  const first = await chat.sees(/Which color\? → Blue[\s\S]*1-3 and Enter ›$/);
  assert.match(first, /📋 Plan\n {2}First\n {2}1\. Write the file \(a\.txt\)/);
  assert.match(first, /\? Waiting for your Go\n {2}1 Go · 2 Change · 3 Cancel/);
  await chat.type("2\r");
  await chat.sees(/What should be different\?[\s\S]*Your answer ›$/);
  await chat.type("in green\r");
  await chat.sees(/📋 Plan 2\n {2}Second[\s\S]*1-3 and Enter ›$/);
  await chat.type("1\r");
  await chat.sees(/\nbuilt\n[\s\S]*\n›$/);
  await chat.type(CTRL_D);
  await chat.ended();
  const told = stage.model.requests.find(isRole("developer"))?.lastUserText ?? "";
  assert.match(told, /in green[\s\S]*Goal: Second/);

  await Deno.remove(join(stage.folder, "a.txt"));
  const alone = await stage.run(["build again"]);
  assert.equal(alone.code, 0, alone.errors);
  assert.match(alone.output, /^Goal: Third\n\nSteps:\n1\. Write the file \(a\.txt\)\n/);
  assert.match(alone.errors, /Nobody here can say Go \(plan_approval is "ask"\)/);
  await assert.rejects(Deno.stat(join(stage.folder, "a.txt")), Deno.errors.NotFound);
  const events = (await stage.run(["--json", "build again"])).output.trim().split("\n")
    .map((line) => JSON.parse(line));
  const [proposed] = events.filter(({ type }) => type === "plan.proposed");
  assert.deepEqual([proposed.revision, proposed.awaits, proposed.plan.goal], [1, "go", "Third"]);
});
