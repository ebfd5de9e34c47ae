/**
 * Measures three messages within 0.8 seconds in a private chat: the real program with its usual pace,
 * a real Codex whose scripted model answers at once, and Telegram's documented limits.
 * `deno run -A tests/bench/burst.ts`
 */
import { DOCUMENTED_FLOOD_LIMITS } from "../../src/demo/bot_api/flood.ts";
import { Stage } from "../e2e/stage.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { NEWEST } from "../support/codex_versions.ts";

const ROUNDS = 6;
const MESSAGES = 3;
const EVERY_MS = 400;
/** Telegram has forgotten the messages of the round before. */
const QUIET_MS = 5_000;

await using stage = await Stage.set({
  codex: NEWEST,
  backend: "app-server",
  pace: USUAL_PACE,
  limits: { flood: DOCUMENTED_FLOOD_LIMITS },
});
const { world, chat, telegram } = stage;
await stage.start();
await stage.ask("/mode single", /Mode set to single/);
for (let round = 0; round < ROUNDS; round++) {
  await pause(QUIET_MS);
  const answers: Promise<number>[] = [];
  for (let number = 0; number < MESSAGES; number++) {
    answers.push(answerMs(`task-${round}-${number}`));
    await pause(EVERY_MS);
  }
  const times = (await Promise.all(answers)).map(Math.round);
  const ratio = Math.max(...times) / Math.min(...times);
  const warm = round === 0 ? " (the first ones find a Codex that has never worked)" : "";
  await print(`${times.join(" / ")} ms, slowest over quickest ${ratio.toFixed(2)}${warm}`);
}
const requests = ROUNDS * MESSAGES;
const counts = new Map<string, number>();
for (const { method, parameters } of telegram.calls()) {
  if (String(parameters.chat_id) !== String(chat.id)) continue;
  counts.set(method, (counts.get(method) ?? 0) + 1);
}
const refused = telegram.calls().filter(({ outcome }) =>
  outcome?.type === "refused" && outcome.status === 429
);
await print(`${requests} requests: ${[...counts].map((pair) => pair.join(" ")).join(", ")}`);
await print(`429: ${refused.length}; load: ${Deno.loadavg().map((load) => load.toFixed(1))}`);

async function answerMs(text: string): Promise<number> {
  const sentAt = performance.now();
  stage.say(text);
  await world.waitForMessage(chat, (message) => message.text.startsWith(`ok: ${text}`));
  return performance.now() - sentAt;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function print(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
