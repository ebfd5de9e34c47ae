/** `deno task bench`: measures the renderer and the outbox and prints tables in Markdown. */
import { simulateHour } from "./hour.ts";
import { FLOOD_LIMITS } from "./limits.ts";
import { measureRenderer } from "./renderer.ts";
import { stormInRealTime } from "./storm.ts";

const SECONDS_PER_DOCUMENT = 2;

await print(
  `Deno ${Deno.version.deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} cores`,
);
await printTable(
  ["document", "KB", "ordinary, µs per KB", "rich, µs per KB"],
  measureRenderer(SECONDS_PER_DOCUMENT).map((result) => [
    result.document,
    result.kilobytes.toFixed(1),
    result.classicMicroseconds.toFixed(0),
    result.richMicroseconds.toFixed(0),
  ]),
);

const PACE_COLUMNS = ["chat", "limits", "calls", "429", "approval", "reply", "answer"];
const storms: string[][] = [];
const hours: string[][] = [];
for (const [limits, flood] of Object.entries(FLOOD_LIMITS)) {
  for (const [where, chatId] of [["private", 7], ["group", -100]] as const) {
    storms.push(paceRow(where, limits, await stormInRealTime(where, flood)));
    hours.push(paceRow(where, limits, await simulateHour(chatId, flood)));
  }
}
await print("\nStorm: 60 updates at 4 a second, over HTTP, in real time");
await printTable(PACE_COLUMNS, storms);
await print("\nHour: a change each second, 37 approvals, 59 replies, in simulated time");
await printTable(PACE_COLUMNS, hours);

interface Paced {
  readonly calls: number;
  readonly refused: number;
  readonly approvalMs: number;
  readonly replyMs: number;
  readonly finalMs: number;
}

function paceRow(where: string, limits: string, result: Paced): string[] {
  const { calls, refused, approvalMs, replyMs, finalMs } = result;
  const waits = [approvalMs, replyMs, finalMs].map((ms) => `${ms.toFixed(0)} ms`);
  return [where, limits, String(calls), String(refused), ...waits];
}

async function printTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  for (const row of [header, header.map(() => "---"), ...rows]) {
    await print(`| ${row.join(" | ")} |`);
  }
}

async function print(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
