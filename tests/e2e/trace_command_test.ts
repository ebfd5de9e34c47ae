/** The commands of `trace` as a person runs them, each a process of its own, beside the bot at work. */
import assert from "node:assert/strict";
import { Stage } from "./stage.ts";

const REQUEST = "add a greeting, with approval";

Deno.test("trace: list, show, tail and report tell of the bot at work", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "echo" });
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const tail = stage.launch("trace", "tail", "--json", "--lines", "100");
  const request = stage.say(REQUEST);
  const question = await stage.world.waitForMessage(
    stage.chat,
    ({ buttons }) => buttons.flat().some(({ text }) => text === "Allow once"),
  );
  stage.world.press(stage.chat, question.id, "Allow once");
  await tail.logged(/"type":"approval".*"decided_by":"Ann","closed_by":"person"/);
  await stage.answered(request);
  await tail.logged(/"type":"request".*"status":"ok"/);
  assert.equal(await tail.stop("SIGINT"), 0);

  const list = stage.launch("trace", "list");
  const show = stage.launch("trace", "show", "last");
  const report = stage.launch("trace", "report", "last", "-o", "run.html");
  const ends = await Promise.all([list, show, report].map((program) => program.ended()));
  assert.deepEqual(ends, [0, 0, 0]);
  assert.match(list.log.join("\n"), / single +ok .*add a greeting, with approval$/m);
  assert.match(show.log.join("\n"), /Allowed by Ann, after/);
  const page = await Deno.readTextFile(`${stage.home}/run.html`);
  assert.match(page, /Allowed by Ann/);
});
