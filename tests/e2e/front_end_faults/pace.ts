/** Telegram asks for pauses, and a run has more to tell than a chat may hear. */
import assert from "node:assert/strict";
import { pause } from "../../faults/fault.ts";
import type { Step } from "../../support/responses_api.ts";
import {
  assertAfterPauses,
  assertAskedFirst,
  assertLastEdit,
  assertNoFlood,
  assertPace,
  assertPausesKept,
  editsOf,
} from "./calls.ts";
import { GROUP_ID } from "../stage.ts";
import { type Codex, DONE, HeldRun, withStage } from "./scene.ts";

const PAUSE_SECONDS = 1;
/** An edit that came too late would have come by then. */
const LATE_MS = 1_000;

export function paceFaults(codex: Codex): void {
  const name = (text: string): string => `${codex.backend} ${codex.codex}: ${text}`;

  Deno.test(
    name("429 on edits: pauses are kept, the question and the answer come in time"),
    () =>
      withStage(codex, async (stage, program) => {
        const outside = `touch ${stage.home}/made`;
        const flooded = Promise.withResolvers<void>();
        const run = await HeldRun.begin(stage, "make it", [
          { all: [{ message: "I look first", phase: "commentary" }, { command: "ls" }] },
          { until: flooded.promise, then: { command: outside, escalated: "It lies outside" } },
          { message: "made" },
        ]);
        const flood = stage.telegram.faults.add({
          method: "editMessageText",
          kind: "status",
          status: 429,
          retryAfterSeconds: PAUSE_SECONDS,
        });
        run.release();
        // Asked when the bot knows of the pause: before, nothing could hold the question.
        await program.logged(/outbox\.flood/);
        flooded.resolve();
        const question = await run.said(/Codex wants/);
        assert.equal(flood.hits, 1);
        stage.world.press(stage.chat, question.id, "Allow once");
        await run.said(/^made$/);
        await run.over();
        await pause(LATE_MS);
        assert.equal(await program.stop(), 0);
        assertPausesKept(stage);
        assertAfterPauses(stage, /Codex wants/);
        assertPace(stage);
        await assertAskedFirst(stage);
        assertLastEdit(stage, run.status.id, DONE);
      }),
  );

  Deno.test(
    name("429 on the final answer: it comes after the pause, once, and nothing after"),
    () =>
      withStage(codex, async (stage) => {
        const run = await HeldRun.begin(stage, "answer me", [{ message: "the answer" }]);
        const kind = { kind: "status", status: 429, retryAfterSeconds: 1, times: 2 } as const;
        stage.telegram.faults.add({ method: "sendMessage", ...kind });
        run.release();
        await run.said(/^the answer$/);
        await run.over();
        assertPausesKept(stage);
        assert.equal(run.allSaid(/the answer/).length, 1);
        assertLastEdit(stage, run.status.id, DONE);
      }),
  );

  Deno.test(
    name("a storm of events costs edits at the pace, no 429, and a question passes it"),
    () =>
      withStage(codex, async (stage, program) => {
        const asking = { command: `touch ${stage.home}/made`, escalated: "It lies outside" };
        const steps = [...storm("one"), asking, ...storm("two"), { message: "after the storm" }];
        const startedAt = performance.now();
        const run = await HeldRun.begin(stage, "storm", steps);
        run.release();
        const question = await run.said(/Codex wants/);
        stage.world.press(stage.chat, question.id, "Allow once");
        await run.said(/^after the storm$/);
        await run.over();
        const tookMs = performance.now() - startedAt;
        assert.equal(await program.stop(), 0);
        assertNoFlood(stage);
        assertPace(stage);
        await assertAskedFirst(stage);
        assertLastEdit(stage, run.status.id, DONE);
        const edits = editsOf(stage, run.status.id).length;
        assert.ok(edits <= 4 + tookMs / stage.pace.private.gapMs, `${edits} edits in ${tookMs} ms`);
        const commands = stage.model.requests.at(-1)?.toolOutputs.length;
        assert.equal(commands, 2 * WAVES * COMMANDS + 1);
      }),
  );

  Deno.test(
    name("a storm in a group keeps to a group's pace, without a 429"),
    () =>
      withStage(codex, async (stage) => {
        const { world, owner } = stage;
        const group = world.createGroup({ id: GROUP_ID, botStatus: "administrator" });
        stage.model.script({
          when: () => true,
          steps: [...storm("one"), { message: "calm again" }],
        });
        const mention = `@${world.bot.username}`;
        world.send(group, { text: `/mode${mention} single`, from: owner });
        await world.waitForMessage(group, /Mode set to single/);
        world.send(group, { text: `${mention} storm`, from: owner });
        await world.waitForMessage(group, /^calm again$/);
        await world.waitForMessage(group, DONE);
        assertNoFlood(stage);
        assertPace(stage, group);
      }),
  );
}

const WAVES = 8;
const COMMANDS = 12;

/** Waves of notes, plans and commands, each wave at once. */
function storm(name: string): Step[] {
  return Array.from({ length: WAVES }, (_, wave): Step => ({
    all: [
      { message: `${name}: wave ${wave}`, phase: "commentary" },
      ...Array.from({ length: COMMANDS }, (_, index) => ({
        command: `echo ${name} ${wave} ${index}`,
      })),
    ],
  }));
}
