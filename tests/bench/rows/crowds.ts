/** Rows: several messages that come soon after one another. */
import { ask, benchStage, pause, refusedForPace, warmUp } from "../bot_stage.ts";
import { type Figure, type Row, spreadOf } from "../figures.ts";
import { GROUP_ID, type Stage } from "../../e2e/stage.ts";

export const BURST: Row = {
  name: "burst",
  about: "three messages within 0.8 s in a private chat",
  async measure({ quick }): Promise<Figure[]> {
    await using stage = await benchStage();
    await stage.start();
    await warmUp(stage);
    const ratios: number[] = [];
    const times: number[] = [];
    for (let burst = 0; burst < (quick ? 2 : 8); burst++) {
      const three = await apart(3, 400, () => ask(stage, stage.chat));
      times.push(...three);
      ratios.push(slowestOverQuickest(three));
      await pause(quick ? 4_000 : 6_000);
    }
    return [figureOf("three messages within 0.8 s", stage, times, ratios)];
  },
};

export const GROUP: Row = {
  name: "group",
  about: "five messages at 4 s in a group",
  async measure({ quick }): Promise<Figure[]> {
    await using stage = await benchStage();
    await stage.start();
    const group = stage.world.createGroup({ id: GROUP_ID, botStatus: "administrator" });
    const mention = `@${stage.world.bot.username}`;
    const inGroup = (): Promise<number> => ask(stage, group, `${mention} `);
    await warmUpGroup(stage, mention, group, inGroup);
    const ratios: number[] = [];
    const times: number[] = [];
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      const five = await apart(5, 4_000, inGroup);
      times.push(...five);
      ratios.push(slowestOverQuickest(five));
      // A group takes twenty calls a minute.
      if (!quick) await pause(40_000);
    }
    return [figureOf("five messages at 4 s in a group", stage, times, ratios)];
  },
};

function figureOf(
  what: string,
  stage: Stage,
  values: readonly number[],
  ratios: readonly number[],
): Figure {
  return {
    what: `${what}: each one's time to its answer`,
    values,
    unit: "ms",
    result: spreadOf(ratios).median,
    target: { most: 2 },
    kind: "noisy",
    note: `slowest over quickest, median of ${ratios.length}; 429: ${refusedForPace(stage)}`,
  };
}

async function warmUpGroup(
  { world, owner }: Stage,
  mention: string,
  group: Parameters<Stage["world"]["send"]>[0],
  inGroup: () => Promise<number>,
): Promise<void> {
  world.send(group, { text: `/mode${mention} single`, from: owner });
  await world.waitForMessage(group, /Mode set to single/);
  for (let each = 0; each < 3; each++) await inGroup();
  await pause(4_000);
}

/** Begins one each so many milliseconds, whether the last one has ended or not. */
async function apart(
  count: number,
  everyMs: number,
  act: () => Promise<number>,
): Promise<number[]> {
  const begun: Promise<number>[] = [];
  for (let each = 0; each < count; each++) {
    if (each > 0) await pause(everyMs);
    begun.push(act());
  }
  return await Promise.all(begun);
}

function slowestOverQuickest(times: readonly number[]): number {
  const { min, max } = spreadOf(times);
  return max / min;
}
