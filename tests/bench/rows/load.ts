/** Rows: many chats, many messages, and commands while everybody works. */
import type { Program } from "../../e2e/program.ts";
import type { Stage } from "../../e2e/stage.ts";
import { GROUP_ID } from "../../e2e/stage.ts";
import { ask, pause } from "../bot_stage.ts";
import { type Figure, quantile, type Row } from "../figures.ts";
import { askAll, type Member, singleMode, stageOfMany } from "../many_chats.ts";
import { processorMs, residentMegabytes } from "../process.ts";

export const COMMANDS: Row = {
  name: "commands",
  about: "/status and /cancel while 50 runs stream 20 events a second each",
  async measure({ quick }): Promise<Figure[]> {
    const { stage, members } = await stageOfMany(RUNS + 1);
    await using _stage = stage;
    await stage.start();
    const [asker, ...workers] = members;
    if (asker === undefined) throw new Error("Nobody asks");
    for (const member of members) await singleMode(stage, member);
    const count = quick ? 60 : 300;
    const idle = await statuses(stage, asker, count);
    await begin(stage, workers, "hold");
    const idleCancels = await cancels(stage, workers, { count: count / 2, next: "hold" });
    await Promise.all(workers.map((worker) => replied(stage, worker, "/cancel", /./)));
    await begin(stage, workers, "stream");
    const busy = await statuses(stage, asker, count);
    const busyCancels = await cancels(stage, workers, { count: count / 2, next: "stream" });
    return [
      ...waits("/status while 50 runs stream 20 events a second each", busy, {
        what: "when nothing runs",
        values: idle,
      }),
      ...waits("/cancel of one of these runs, which begins anew then", busyCancels, {
        what: "of 50 runs that tell nothing",
        values: idleCancels,
      }),
    ];
  },
};

const RUNS = 50;
/** All chats together may be written to 30 times a second, which is not what is measured. */
const BETWEEN_COMMANDS_MS = 100;

/** How long people wait, and beside an idle program. */
function waits(
  what: string,
  values: readonly number[],
  beside: NonNullable<Figure["beside"]>,
): readonly Figure[] {
  const p99 = quantile(values, 0.99);
  const common = { values, unit: "ms", kind: "noisy" } as const;
  const p95 = Math.round(quantile(values, 0.95));
  return [
    {
      ...common,
      what,
      beside,
      result: p99 / quantile(beside.values, 0.99),
      target: { most: 3 },
      note: `result: p99 over p99; ${values.length} of them`,
    },
    { ...common, what: `p99 of that (p95 ${p95} ms)`, result: p99, target: { most: 100 } },
  ];
}

async function statuses(stage: Stage, member: Member, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let each = 0; each < count; each++) {
    await pause(BETWEEN_COMMANDS_MS);
    times.push(await replied(stage, member, "/status", /^Status/));
  }
  return times;
}

/** Cancels the runs one after the other, each of which begins anew, so that all are always at work. */
async function cancels(
  stage: Stage,
  workers: readonly Member[],
  { count, next }: { readonly count: number; readonly next: string },
): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) {
    for (const worker of workers.slice(0, count - times.length)) {
      await pause(BETWEEN_COMMANDS_MS);
      times.push(await replied(stage, worker, "/cancel", /./));
      stage.world.send(worker.chat, { text: next, from: worker.owner });
    }
  }
  return times;
}

/** @returns the milliseconds from the command to the next message of the bot */
async function replied(
  { world }: Stage,
  { owner, chat }: Member,
  text: string,
  fits: RegExp,
): Promise<number> {
  const sentAt = performance.now();
  const { id } = world.send(chat, { text, from: owner });
  await world.waitForMessage(chat, ({ replyTo, text }) => replyTo === id && fits.test(text), {
    after: id,
  });
  return performance.now() - sentAt;
}

/** Lets all of them work. */
async function begin({ world }: Stage, workers: readonly Member[], text: string): Promise<void> {
  await Promise.all(workers.map(async ({ owner, chat }) => {
    const { id } = world.send(chat, { text, from: owner });
    await world.waitForMessage(chat, /Developing/, { after: id });
  }));
}

export const MANY: Row = {
  name: "many",
  about: "10,000 messages in 100 sessions: memory and cost (1,000 with --quick), 1,000 sessions",
  async measure({ quick }): Promise<Figure[]> {
    const { stage, members } = await stageOfMany(quick ? 100 : 1_000);
    await using _stage = stage;
    const program = await stage.start();
    const hundred = members.slice(0, 100);
    const [one] = members;
    if (one === undefined) throw new Error("Nobody asks");
    for (const member of members) await singleMode(stage, member);
    // What is compiled and kept once for all is no growth, nor the room that V8 finds it works in.
    await askAll(stage, hundred, 4);
    await pause(2_000);
    const before = await residentMegabytes(program.pid);
    const single = await costs(stage, program, [one], 100);
    const fresh = await costs(stage, program, hundred, 2);
    await askAll(stage, hundred, quick ? 2 : 92);
    const old = await costs(stage, program, hundred, 2);
    await pause(2_000);
    const after = await residentMegabytes(program.pid);
    const messages = quick ? 1_000 : 10_000;
    const everybody = await costs(stage, program, members, 1);
    return [
      {
        what: `memory after ${messages} messages in 100 sessions`,
        values: [after],
        unit: "MB",
        beside: { what: "after the first 400", values: [before] },
        target: { most: 1.1 },
        kind: "noisy",
      },
      {
        what: `own processor time of a message after ${messages} others`,
        values: [old],
        unit: "ms",
        beside: { what: "after the first 500", values: [fresh] },
        target: { most: 1.1 },
        kind: "noisy",
      },
      {
        what: `own processor time of a message in ${members.length} sessions`,
        values: [everybody],
        unit: "ms",
        beside: { what: "in one session", values: [single] },
        target: { most: 1.1 },
        kind: "noisy",
      },
    ];
  },
};

/** @returns the program's own processor time for a message, in milliseconds */
async function costs(
  stage: Stage,
  { pid }: Program,
  members: readonly Member[],
  rounds: number,
): Promise<number> {
  const before = await processorMs(pid);
  await askAll(stage, members, rounds);
  // What is written behind the answer belongs to it.
  await pause(1_000);
  return (await processorMs(pid) - before) / (members.length * rounds);
}

export const UPDATES: Row = {
  name: "updates",
  about: "updates stored and routed a second",
  async measure({ quick }): Promise<Figure[]> {
    const { stage, members } = await stageOfMany(1);
    await using _stage = stage;
    const { world, owner } = stage;
    const group = world.createGroup({ id: GROUP_ID, botStatus: "administrator" });
    await stage.start();
    const [member] = members;
    if (member === undefined) throw new Error("Nobody asks");
    await singleMode(stage, member);
    await ask({ world, owner: member.owner }, member.chat);
    const rates: number[] = [];
    for (let round = 0; round < (quick ? 3 : 8); round++) {
      const startedAt = performance.now();
      // People talk to one another in a group: each is stored, looked at, and left alone.
      for (let each = 0; each < UPDATES_AT_ONCE; each++) {
        world.send(group, { text: `message ${each}`, from: owner });
      }
      const { id } = world.send(group, { text: `/help@${world.bot.username}`, from: owner });
      await world.waitForMessage(group, ({ replyTo }) => replyTo === id, { after: id });
      rates.push(UPDATES_AT_ONCE / (performance.now() - startedAt) * 1_000);
    }
    return [{
      what: "updates stored and routed",
      values: rates,
      unit: "updates/s",
      target: { least: 1_000 },
      kind: "noisy",
    }];
  },
};

const UPDATES_AT_ONCE = 1_000;
