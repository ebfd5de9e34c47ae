/** How planned runs end, what the answer says of it, and where its buttons lead; over real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { Step } from "../support/responses_api.ts";
import { isRole, scriptRoles } from "./plan_script.ts";
import { Stage, type StageOptions } from "./stage.ts";

const PLAN: Step = { message: '{"mode":"plan","reason":"several files"}' };
const APPROVED: Step = { message: '{"verdict":"approved","summary":"good","findings":[]}' };

export function review(verdict: string, findings: readonly Record<string, unknown>[]): Step {
  return { message: JSON.stringify({ verdict, summary: "looked at it", findings }) };
}

const NO_TEST = {
  severity: "major",
  file: "a.ts",
  line_from: 1,
  line_to: 2,
  message: "no test",
  fix: "write one",
};
const CHANGES = review("needs_changes", [NO_TEST]);

function labels({ buttons }: SeenMessage): string[][] {
  return buttons.map((row) => row.map(({ text }) => text));
}

/** Presses Report, and reads the page that comes. */
async function reportOf({ world, chat }: Stage, messageId: number): Promise<string> {
  world.press(chat, messageId, "Report");
  const { document } = await world.waitForMessage(
    chat,
    ({ replyTo, document }) => replyTo === messageId && document?.name.endsWith(".html") === true,
  );
  return new TextDecoder().decode(document?.bytes);
}

/** @param options of which Codex, over which protocol */
export function endingsTests(name: string, options: StageOptions, recorded: boolean): void {
  const undo = recorded ? ["Undo"] : [];

  Deno.test(`${name}: not approved leads to another round, which is approved, or is accepted`, async () => {
    await using stage = await Stage.set({ ...options, codexConf: "max_review_rounds = 1" });
    scriptRoles(stage.model, {
      selector: [[PLAN]],
      planner: [[{ message: "the plan" }]],
      developer: [
        [{ patch: ADD_A }, { message: "first candidate" }],
        [{ patch: CHANGE_A }, { message: "second candidate" }],
        [{ patch: ADD_B }, { message: "third candidate" }],
      ],
      reviewer: [
        [CHANGES],
        [review("approved", [{ severity: "minor", message: "a name is long" }])],
        [CHANGES],
      ],
    });
    await stage.start();
    const request = stage.say("build it");
    const first = await stage.reply(request, /^first candidate/);
    assert.ok(
      first.text.endsWith(
        "looked at it\n\nOpen findings\n• F1 [major] a.ts:1-2: no test\n   Fix: write one\n\n" +
          "⚠️ Not approved: 1 open finding · 1 file +2 −0",
      ),
      first.text,
    );
    assert.deepEqual(labels(first), [["Another round", "Accept", ...undo], ["Diff", "Report"]]);
    await stage.world.waitFor(() =>
      stage.world.message(stage.chat, request).reactions.includes("🤔")
    );
    const told = await stage.ask("/status", /^Status/);
    assert.match(told.text, /Last request: not approved: 1 open finding in /);
    assert.match(told.text, /Review: 1\/1, not approved: 1 open finding/);

    stage.world.press(stage.chat, first.id, "Another round");
    const second = await stage.reply(request, /^second candidate/);
    assert.match(
      second.text,
      /\n\nMinor findings\n• F2 \[minor\] a name is long\n\n✅ Approved with notes · 1 minor · 1 file \+1 −1$/,
    );
    await stage.world.waitFor(() =>
      !labels(stage.world.message(stage.chat, first.id)).flat().includes("Accept")
    );
    const developer = stage.model.requests.filter(isRole("developer")).at(-1);
    assert.match(developer?.lastUserText ?? "", /build it[\s\S]*the plan[\s\S]*F1 \[major\]/);
    const reviewer = stage.model.requests.filter(isRole("reviewer")).at(-1)?.lastUserText ?? "";
    assert.match(reviewer, /Your earlier findings\n- F1 \[major\] a\.ts:1-2: no test/);
    // What both runs did, together.
    if (recorded) assert.match(reviewer, /\+one\n\+3\n/);
    await stage.world.waitFor(() =>
      stage.world.message(stage.chat, request).reactions.includes("👌")
    );

    const again = stage.say("build more");
    const third = await stage.reply(
      again,
      /^third candidate[\s\S]*⚠️ Not approved: 1 open finding/,
    );
    if (recorded) {
      stage.world.press(stage.chat, third.id, "Undo");
      const undone = await stage.reply(third.id, /^Taken back: 1 file/);
      stage.world.press(stage.chat, third.id, "Accept");
      await stage.reply(third.id, /^The changes were taken back, so there is nothing to accept/);
      await stage.ask("/accept", /^The changes were taken back/);
      stage.world.press(stage.chat, undone.id, "Redo");
      await stage.reply(undone.id, /^Brought back: 1 file/);
    }
    stage.world.press(stage.chat, third.id, "Accept");
    await stage.reply(third.id, /^☑️ Accepted by \S+\. The files stay as they are\.$/);
    await stage.ask("/status", /not approved: 1 open finding · accepted by /i);
    await stage.ask("/last", /^third candidate\n+⚠️ Not approved: 1 open finding/);
    await stage.ask("/round", /^No work waits for your decision/);
    const report = await reportOf(stage, first.id);
    assert.match(report, /<span class="state">Not approved<\/span>/);
    assert.match(report, /<header class="top cancelled">/);
    assert.match(report, /<code>a\.ts:1-2<\/code>/);
    assert.match(report, /\+one/);
    assert.match(await reportOf(stage, third.id), /accepted by /);
    // The trace is written beside what the person sees.
    assert.equal(await stage.stop(), 0);
    const accepted = (await stage.traces()).filter(({ type }) => type === "acceptance");
    assert.equal(accepted.length, 1);
  });
}

/** Endings that depend on nothing that differs between protocols. */
export function furtherEndingsTests(name: string, options: StageOptions): void {
  Deno.test(`${name}: stalled, unreadable and answered say so; a review is asked for after a restart`, async () => {
    await using stage = await Stage.set({ ...options, codexConf: "max_review_rounds = 2" });
    scriptRoles(stage.model, {
      selector: [[PLAN]],
      planner: [[{ message: "the plan" }]],
      developer: [
        [{ patch: ADD_A }, { message: "stalls" }],
        [{ message: "stalls still" }],
        [{ patch: ADD_B }, { message: "not read" }],
        [{ message: "only said" }],
      ],
      reviewer: [[CHANGES], [{ message: "fine by me" }], [{ message: "really" }], [APPROVED]],
    });
    const program = await stage.start();
    const stalls = await stage.ask("build it", /^stalls still/);
    assert.match(
      stalls.text,
      /⚠️ Not approved: nothing changed in the last round · 1 file \+2 −0$/,
    );
    const unread = await stage.ask("and more", /^not read/);
    assert.match(unread.text, /⚠️ Not reviewed: the review could not be read · 1 file \+1 −0$/);
    assert.equal(labels(unread)[0]?.[0], "Review again");
    await program.stop();
    await stage.start();
    stage.world.press(stage.chat, unread.id, "Review again");
    const reviewed = await stage.reply(unread.replyTo ?? 0, /^not read\n\n✅ Approved in round 1/);
    assert.ok(reviewed.id !== unread.id);
    const reviewer = stage.model.requests.filter(isRole("reviewer")).at(-1)?.lastUserText ?? "";
    assert.match(reviewer, /b\.ts[\s\S]*\+more/);
    const answered = await stage.ask("what is it", /^only said/);
    assert.match(answered.text, /\n\n💬 Answered · no files changed$/);
    assert.deepEqual(labels(answered), []);
    assert.equal(await Deno.readTextFile(join(stage.workspace, "b.ts")), "more\n");
  });

  Deno.test(`${name}: a budget that is used up stops before the next stage, and Go on goes on`, async () => {
    await using stage = await Stage.set({ ...options, codexConf: "max_run_tokens = 1" });
    scriptRoles(stage.model, {
      selector: [[PLAN]],
      planner: [[{ message: "the plan" }]],
      developer: [[{ patch: ADD_A }, { message: "a candidate" }]],
      reviewer: [[APPROVED]],
    });
    await stage.start();
    const request = stage.say("build it");
    const spent = await stage.reply(request, /^a candidate/);
    assert.match(spent.text, /⚠️ Stopped: the budget of 1 tokens is used up · 1 file \+2 −0$/);
    assert.deepEqual(labels(spent)[0], ["Go on", "Accept", "Undo"]);
    assert.equal(stage.model.requests.filter(isRole("reviewer")).length, 0);
    stage.world.press(stage.chat, spent.id, "Go on");
    await stage.reply(request, /^a candidate\n\n✅ Approved in round 1/);
    await stage.ask("/accept", /^No work waits for your decision/);
  });
}

const ADD_A = "*** Begin Patch\n*** Add File: a.ts\n+one\n+2\n*** End Patch";
const CHANGE_A = "*** Begin Patch\n*** Update File: a.ts\n@@\n one\n-2\n+3\n*** End Patch";
const ADD_B = "*** Begin Patch\n*** Add File: b.ts\n+more\n*** End Patch";
