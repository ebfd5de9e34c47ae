/** The parts of the journey that are about requests: their way through Codex, and their end. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "../../src/config/file_access.ts";
import { scriptRoles } from "../e2e/plan_script.ts";
import type { Stage } from "../e2e/stage.ts";
import { type Outcome, type Release, WORKS } from "../support/codex_versions.ts";
import type { Step } from "../support/responses_api.ts";
import { asks, single, TELLING_ALL } from "./part.ts";

const PLAN: Step = { message: '{"mode":"plan","reason":"several files"}' };
const CHANGES: Step = {
  message: '{"verdict":"needs_changes","summary":"Greet the world",' +
    '"findings":[{"severity":"major","file":"greeting.txt","message":"no world"}]}',
};
const APPROVED: Step = { message: '{"verdict":"approved","summary":"good","findings":[]}' };
const ADDED: Step = {
  patch: "*** Begin Patch\n*** Add File: greeting.txt\n+hello\n*** End Patch\n",
};
const EXTENDED: Step = {
  patch: "*** Begin Patch\n*** Update File: greeting.txt\n@@\n hello\n+world\n*** End Patch\n",
};

/** One red dot. */
const PNG = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  ),
  (character) => character.charCodeAt(0),
);

export async function* planRun(
  stage: Stage,
  { version, protocol }: Release,
): AsyncGenerator<Outcome, void> {
  const outside = join(stage.home, "made");
  scriptRoles(stage.model, {
    selector: [[PLAN]],
    planner: [[{ message: "Write it, then have it read." }]],
    developer: [
      [
        { command: `touch ${outside}`, escalated: "It lies outside" },
        ADDED,
        { message: "first candidate" },
      ],
      [EXTENDED, { message: "second candidate" }],
    ],
    reviewer: [[CHANGES], [APPROVED]],
  });
  const request = stage.say("write a greeting");
  const question = await stage.reply(request, /Codex wants to run a command/);
  for (const part of [`touch ${outside}`, "It lies outside"]) {
    assert.ok(question.text.includes(part), `${part} in\n${question.text}`);
  }
  const status = await stage.ask("/status", /^Status/);
  const named = `Codex: ${protocol} ${version}, ready`;
  assert.ok(status.text.includes(named), `${named} in\n${status.text}`);
  yield WORKS;

  assert.equal(await exists(outside), false, "nothing runs before it is allowed");
  stage.world.press(stage.chat, question.id, "Allow once");
  await stage.reply(request, /^second candidate$/);
  assert.equal(await exists(outside), true, "what was allowed has run");
  yield WORKS;

  const written = await Deno.readTextFile(join(stage.workspace, "greeting.txt"));
  assert.equal(written, "hello\nworld\n");
  const done = await stage.reply(request, /^✅ (?:Done|Approved)/);
  for (const part of ["1 file", "+2 −0"]) {
    assert.ok(done.text.includes(part), `${part} in\n${done.text}`);
  }
  yield WORKS;

  assert.match(done.text, /^✅ Approved in round 2 · /);
  yield WORKS;

  const diff = await stage.ask("/diff", /^Changes · 1 file · \+2 −0/);
  for (const part of ["greeting.txt", "+hello", "+world"]) {
    assert.ok(diff.text.includes(part), `${part} in\n${diff.text}`);
  }
  yield WORKS;

  // From here on the agents say again what they were asked.
  stage.model.script({
    when: () => true,
    steps: ({ lastUserText }) => [{ message: `ok: ${lastUserText}` }],
  });
}

export async function* steering(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  stage.model.script({ when: asks("paint it"), steps: [{ until, then: { message: "painted" } }] });
  const request = stage.say("paint it");
  await stage.model.received(asks("paint it"));
  await stage.reply(request, /Developing/);
  const steer = stage.say("/steer in green");
  const taken = (): boolean => stage.world.message(stage.chat, steer).reactions.includes("✍");
  const queued = (): boolean =>
    stage.world.botMessages(stage.chat).some(({ replyTo, text }) =>
      replyTo === steer && /takes nothing in while it works, so this is queued/.test(text)
    );
  await stage.world.waitFor(() => taken() || queued(), { what: "words taken or queued" });
  release();
  if (taken()) {
    const heard = await stage.model.received(asks("in green"));
    assert.ok(heard.userTexts.includes("paint it"), heard.userTexts.join("\n"));
    await stage.reply(request, /^ok: [\s\S]*in green$/);
    yield WORKS;
  } else {
    await stage.reply(request, /^painted$/);
    await stage.reply(steer, /^ok: [\s\S]*in green$/);
    yield "queued";
  }
}

export async function* picture(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const shown = { name: "dot.png", mimeType: "image/png", bytes: PNG };
  const request = stage.world.send(stage.chat, { text: "what is this?", photo: shown }).id;
  const heard = await stage.model.received(({ lastUserText }) =>
    lastUserText.includes("what is this?")
  );
  await stage.reply(request, /^ok: /);
  assert.ok(heard.lastUserText.includes(join(stage.stateFolder, "inbox")), heard.lastUserText);
  const [image] = heard.images;
  if (image !== undefined) assert.match(image, /^data:image\/png;base64,/);
  yield image === undefined ? "by path" : WORKS;
}

export async function* cancelling(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const never: Step = { until: new Promise(() => {}), then: { message: "never" } };
  stage.model.script({ when: asks("hang"), steps: [never] });
  const request = stage.say("hang");
  await stage.model.received(asks("hang"));
  const waiting = stage.say("after the stop");
  await stage.reply(waiting, /Queued · next/);
  await stage.ask("/cancel", /Stopping the current request/);
  await stage.reply(request, /^⏹ Stopped/);
  await stage.reply(waiting, /^ok: [\s\S]*after the stop$/);
  yield WORKS;
}

export async function* restart(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  await stage.ask("the word is plum", /^ok: [\s\S]*the word is plum$/);
  const { developer_thread_id: before } = await stage.session();
  await stage.restart(...TELLING_ALL);
  await stage.ask("which word?", /^ok: [\s\S]*which word\?$/);
  const { developer_thread_id: after } = await stage.session();
  const heard = stage.model.requests.at(-1)?.userTexts ?? [];
  assert.match(heard.join("\n"), /the word is plum[\s\S]*which word\?/);
  yield heard.at(-1) === "which word?" && before === after ? WORKS : "retold";
}
