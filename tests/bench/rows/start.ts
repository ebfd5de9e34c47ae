/** Rows: the start of the program, its first answer, and what it holds in memory at rest. */
import type { Program } from "../../e2e/program.ts";
import type { Stage } from "../../e2e/stage.ts";
import { ask, benchStage, pause, warmUp } from "../bot_stage.ts";
import { type Figure, type Row, spreadOf } from "../figures.ts";
import { residentMegabytes, syncsDuring } from "../process.ts";
import { commitsOfAnswer } from "../state_commits.ts";
import { programPath } from "./signs.ts";

export const START: Row = {
  name: "start",
  about: "start to the first poll, the first answer after it, memory at rest",
  async measure({ quick }): Promise<Figure[]> {
    await using stage = await benchStage();
    await stage.start();
    await warmUp(stage);
    const times = {
      start: new Array<number>(),
      empty: new Array<number>(),
      first: new Array<number>(),
      both: new Array<number>(),
      warm: new Array<number>(),
      memory: new Array<number>(),
    };
    for (let each = 0; each < (quick ? 3 : 10); each++) {
      await stage.stop();
      times.empty.push(await emptyProgram());
      const { program, tookMs } = await firstPoll(stage);
      times.start.push(tookMs);
      const firstMs = await ask(stage, stage.chat);
      times.first.push(firstMs);
      times.both.push(tookMs + firstMs);
      for (let turn = 0; turn < 2; turn++) {
        await pause(1_200);
        times.warm.push(await ask(stage, stage.chat));
      }
      times.memory.push(await residentMegabytes(program.pid));
    }
    const warm = spreadOf(times.warm).median;
    return [
      {
        what: "start to the first poll, from source",
        values: times.start,
        unit: "ms",
        beside: { what: "`deno run` of an empty program", values: times.empty },
        target: { most: 15 },
        kind: "noisy",
      },
      {
        what: "first answer after the start",
        values: times.first,
        unit: "ms",
        beside: { what: "a warm one", values: times.warm },
        result: spreadOf(times.first).median / warm,
        target: { most: 2 },
        kind: "noisy",
      },
      {
        what: "start to the answer of a message that comes with the first poll",
        values: times.both,
        unit: "ms",
        kind: "noisy",
      },
      {
        what: "memory after a few answers, Codex aside",
        values: times.memory,
        unit: "MB",
        target: { most: 100 },
        kind: "noisy",
      },
    ];
  },
};

async function firstPoll(
  stage: Stage,
): Promise<{ readonly program: Program; readonly tookMs: number }> {
  const before = stage.telegram.calls().length;
  const startedAt = performance.now();
  const program = stage.launch();
  await stage.world.waitFor(() =>
    stage.telegram.calls().slice(before).some(({ method }) => method === "getUpdates")
  );
  return { program, tookMs: performance.now() - startedAt };
}

async function emptyProgram(): Promise<number> {
  const startedAt = performance.now();
  await new Deno.Command(Deno.execPath(), { args: ["run", programPath("empty.ts")] }).output();
  return performance.now() - startedAt;
}

export const SYNCS: Row = {
  name: "syncs",
  about: "what waits for the disk before an answer (needs strace)",
  async measure({ quick }): Promise<Figure[]> {
    await using stage = await benchStage();
    const { pid } = await stage.start();
    await warmUp(stage);
    const counts: number[] = [];
    const commits: number[] = [];
    for (let each = 0; each < (quick ? 2 : 8); each++) {
      const count = await syncsDuring(pid, async () => void await ask(stage, stage.chat));
      if (count === undefined) break;
      counts.push(count);
      await pause(1_500);
      commits.push(await commitsOfAnswer(stage));
      await pause(1_500);
    }
    return [{
      what: "commits of the database from the message to its answer",
      values: commits,
      unit: "commits",
      kind: "exact",
    }, {
      what: "syncs from the message to its answer",
      values: counts,
      unit: "syncs",
      target: { most: 5 },
      kind: "exact",
      ...(counts.length === 0 ? { note: "no strace here, or it may not follow processes" } : {}),
    }];
  },
};
