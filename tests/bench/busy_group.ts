/**
 * Measures a group that writes every four seconds: the real program with its usual pace, a real
 * Codex whose scripted model answers at once, and Telegram's documented limits.
 * `deno run -A tests/bench/busy_group.ts [seconds]`; each request first runs a command that long.
 */
import { DOCUMENTED_FLOOD_LIMITS } from "../../src/demo/bot_api/flood.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import { GROUP_ID, Stage } from "../e2e/stage.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { NEWEST } from "../support/codex_versions.ts";

const EVERY_MS = 4_000;
/** The first ones find a Codex that has never worked. */
const WARMING_UP = 2;
const MEASURED = 10;

const seconds = Number(Deno.args[0] ?? 0);
await using stage = await Stage.set({
  codex: NEWEST,
  backend: "app-server",
  pace: USUAL_PACE,
  limits: { flood: DOCUMENTED_FLOOD_LIMITS },
});
const { world, owner, telegram } = stage;
const mention = `@${world.bot.username}`;
const group = world.createGroup({ id: GROUP_ID, botStatus: "administrator" });
/** When the model was asked for the answer, by request. */
const askedAt = new Map<string, number>();
stage.model.script({
  when: () => true,
  steps: ({ lastUserText, toolOutputs }) => {
    const name = /task-\d+/.exec(lastUserText)?.[0] ?? "";
    if (seconds > 0 && toolOutputs.length === 0) return [{ command: `sleep ${seconds}` }];
    askedAt.set(name, performance.now());
    return [{ message: `done ${name}.` }];
  },
});
await stage.start();
world.send(group, { text: `/mode${mention} single`, from: owner });
await world.waitForMessage(group, /Mode set to single/);
const requests: Promise<Measured>[] = [];
for (let number = 1; number <= WARMING_UP + MEASURED; number++) {
  requests.push(measure(group, `task-${number}`));
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
const measured = (await Promise.all(requests)).slice(WARMING_UP);
const refused = telegram.calls().filter(({ outcome }) =>
  outcome?.type === "refused" && outcome.status === 429
);
await print(`request to answer: ${spread(measured.map(({ inAllMs }) => inAllMs))}`);
await print(
  `the model's answer to the chat's: ${spread(measured.map(({ bringingMs }) => bringingMs))}`,
);
await print(`429: ${refused.length}; load: ${Deno.loadavg().map((load) => load.toFixed(1))}`);

interface Measured {
  readonly inAllMs: number;
  /** From the model's last word to the message in the chat. */
  readonly bringingMs: number;
}

async function measure(chat: ChatHandle, name: string): Promise<Measured> {
  const sentAt = performance.now();
  world.send(chat, { text: `${mention} do ${name}`, from: owner });
  await world.waitForMessage(chat, ({ text }) => text.includes(`done ${name}.`));
  const cameAt = performance.now();
  return { inAllMs: cameAt - sentAt, bringingMs: cameAt - (askedAt.get(name) ?? sentAt) };
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((one, other) => one - other).map(Math.round);
  return `${sorted[0]} / ${sorted[Math.floor(sorted.length / 2)]} / ${sorted.at(-1)} ms`;
}

async function print(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
