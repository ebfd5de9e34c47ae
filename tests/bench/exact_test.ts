/** Holds what a short answer costs: exactly what can be counted, generously what is a matter of time. */
import assert from "node:assert/strict";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { ask, benchStage, callsSince, pause, rawDeveloper, warmUp } from "./bot_stage.ts";
import { spreadOf } from "./figures.ts";
import { syncsDuring } from "./process.ts";
import { commitsOfAnswer } from "./state_commits.ts";

const MOST_SYNCS = 5;
const MOST_COMMITS = 16;
const MOST_CALLS = 3;
/** A quiet machine is below 1.5. */
const MOST_RATIO = 5;
const TIMES = 5;
const QUIET_MS = 700;

Deno.test("a short answer takes few calls, few commits and few syncs, and not long", async () => {
  // A busy machine may take so long that the work would be shown.
  const pace = { ...USUAL_PACE, statusAfterMs: 300_000 };
  await using stage = await benchStage({ limits: {}, pace });
  const { pid } = await stage.start();
  await warmUp(stage);
  // The end of the last request follows its answer.
  await stage.world.waitFor(() =>
    stage.world.transcript(stage.chat).every(({ reactions }) => !reactions.includes("👀"))
  );
  const before = stage.telegram.calls().length;
  await ask(stage, stage.chat);
  const calls = (): string[] =>
    callsSince(stage, before).filter((each) => each !== "sendChatAction");
  await stage.world.waitFor(() => calls().length >= MOST_CALLS);
  assert.deepEqual(calls().slice(0, MOST_CALLS), [
    "setMessageReaction",
    "sendMessage",
    "setMessageReaction",
  ]);
  const commits: number[] = [];
  const syncs: number[] = [];
  for (let time = 0; time < 3; time++) {
    // What is written behind one answer would be counted with the next.
    await pause(QUIET_MS);
    commits.push(await commitsOfAnswer(stage));
    await pause(QUIET_MS);
    const count = await syncsDuring(pid, async () => void await ask(stage, stage.chat));
    // There is no strace, or it may not follow processes.
    if (count === undefined) break;
    syncs.push(count);
  }
  // On a busy machine something of the last answer may come as late as this.
  assert.ok(Math.min(...commits) <= MOST_COMMITS, `${commits} commits`);
  assert.ok(syncs.length === 0 || Math.min(...syncs) <= MOST_SYNCS, `${syncs} syncs`);
  const { raw, turn } = await rawDeveloper(stage);
  await using _raw = raw;
  const times = { program: new Array<number>(), raw: new Array<number>() };
  for (let each = 0; each < TIMES; each++) {
    times.program.push(await ask(stage, stage.chat));
    times.raw.push(await turn());
  }
  // The quickest ones: what else the machine does only makes things slower.
  const ratio = spreadOf(times.program).min / spreadOf(times.raw).min;
  assert.ok(ratio <= MOST_RATIO, `${ratio}: ${JSON.stringify(times)}`);
});
