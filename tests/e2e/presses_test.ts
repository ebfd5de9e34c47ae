/** Buttons that make requests: pressed twice, and what is run again of such a request. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { NEWEST } from "../support/codex_versions.ts";
import type { ReceivedRequest } from "../support/responses_api.ts";
import { FINDING, isRole } from "./plan_script.ts";
import { singleModeTest } from "./single_mode.ts";
import type { Stage } from "./stage.ts";

const APP_SERVER = { backend: "app-server", codex: NEWEST } as const;

/** Presses before the first press can have changed anything, as a finger does that slips. */
async function pressTwice(stage: Stage, message: number, button: string): Promise<string[]> {
  const presses = [0, 1].map(() => stage.world.press(stage.chat, message, button));
  const answers = await Promise.all(presses.map((press) => stage.world.waitForAnswer(press)));
  return answers.map(({ text }) => text);
}

singleModeTest("Send it as text makes one request, however often it is pressed", APP_SERVER, async (
  stage,
) => {
  const refused = await stage.ask("/init once", /command of Codex's own terminal/);
  assert.deepEqual(await pressTwice(stage, refused.id, "Send it as text"), [
    "Sent",
    "This button no longer works.",
  ]);
  await stage.reply(refused.id, /^ok: \/init once$/);
  await stage.ask("next", /^ok: next$/);
  assert.deepEqual(stage.model.requests.map(({ lastUserText }) => lastUserText), [
    "/init once",
    "next",
  ]);
  await stage.world.waitFor(() => stage.world.message(stage.chat, refused.id).buttons.length === 0);
});

singleModeTest("Fix makes one request, and /retry gives it the findings again", APP_SERVER, async (
  stage,
) => {
  await new Deno.Command("git", { args: ["init", "-q"], cwd: stage.workspace }).output();
  await Deno.writeTextFile(join(stage.workspace, "kept.txt"), "one\n2\n");
  const verdict = { verdict: "needs_changes", summary: "It is short.", findings: [FINDING] };
  stage.model.script({
    when: isRole("reviewer"),
    steps: [{ message: JSON.stringify({ ...verdict, earlier: [] }) }],
  });
  const { promise: until, resolve: end } = Promise.withResolvers<void>();
  stage.model.script({ when: isMending, steps: [{ until, then: { message: "never" } }] });
  stage.model.script({
    when: isMending,
    steps: [{ status: 400, message: "not today" }],
    times: 1,
  });
  const mended = (): readonly ReceivedRequest[] => stage.model.requests.filter(isMending);
  const found = await stage.ask("/review", /F1 · major/);
  assert.deepEqual(await pressTwice(stage, found.id, "Fix"), ["", "This button no longer works."]);
  await stage.reply(found.id, /Failed: not today\. \/retry tries again/);
  assert.equal(mended().length, 1);

  // After a failure, and after a stop.
  for (const count of [2, 3]) {
    const again = stage.say("/retry");
    await stage.model.received(() => mended().length === count);
    await stage.ask("/cancel", /Stopping/);
    await stage.reply(again, /^⏹ Stopped/);
  }
  end();
  for (const { lastUserText } of mended()) {
    assert.match(lastUserText, /- F1 \[major\] kept\.txt:2: The second line is a digit/);
  }
});

function isMending(request: ReceivedRequest): boolean {
  return isRole("developer")(request) && request.lastUserText.includes("Mend the findings");
}
