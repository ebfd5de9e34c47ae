/** The real program, a real Codex and the scripted model, beside the same Codex without a program. */
import { DOCUMENTED_FLOOD_LIMITS } from "../../src/demo/bot_api/flood.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import { ROLES } from "../../src/workflows/roles.ts";
import { Stage, type StageOptions } from "../e2e/stage.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { codexProgram } from "../support/codex_programs.ts";
import { type CodexVersion, NEWEST } from "../support/codex_versions.ts";
import { RawCodex } from "./raw_codex.ts";

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** The program with its usual pace, held to what Telegram documents. */
export async function benchStage(options: Partial<StageOptions> = {}): Promise<Stage> {
  const stage = await Stage.set({
    codex: NEWEST,
    backend: "app-server",
    pace: USUAL_PACE,
    limits: { flood: DOCUMENTED_FLOOD_LIMITS },
    ...options,
  });
  stage.model.script({
    when: () => true,
    steps: ({ lastUserText }) => [{ message: answerTo(lastUserText) }],
  });
  return stage;
}

/** Every request has a name of its own, which its answer repeats. */
export function answerTo(text: string): string {
  return `done ${/task-\d+/.exec(text)?.[0] ?? "it"}.`;
}

let tasks = 0;

/** A short request. @returns the milliseconds from its delivery to its answer */
export async function ask(
  { world, owner }: Pick<Stage, "world" | "owner">,
  chat: ChatHandle,
  before = "",
): Promise<number> {
  const name = `task-${++tasks}`;
  const { promise, resolve } = Promise.withResolvers<number>();
  const sentAt = performance.now();
  const { id } = world.send(chat, { text: `${before}do ${name}`, from: owner });
  const stop = world.watch(() => {
    const isAnswered = world.botMessagesAfter(chat, id)
      .some(({ text }) => text.includes(`done ${name}.`));
    if (isAnswered) resolve(performance.now() - sentAt);
  });
  const late = setTimeout(() => resolve(NaN), PATIENCE_MS);
  try {
    const took = await promise;
    if (Number.isNaN(took)) throw new Error(`No answer to ${name}`);
    return took;
  } finally {
    clearTimeout(late);
    stop();
  }
}

const PATIENCE_MS = 120_000;

/** Puts the chat into the mode that one agent works in, and lets everything have worked once. */
export async function warmUp(stage: Stage, mode: "single" | "plan" = "single"): Promise<void> {
  stage.say(`/mode ${mode}`);
  await stage.world.waitForMessage(stage.chat, /Mode set to/);
  if (mode === "plan") return;
  // As far apart as a chat may be written to.
  for (let turn = 0; turn < WARMING_UP; turn++) {
    await pause(1_000);
    await ask(stage, stage.chat);
  }
  await pause(1_500);
}

const WARMING_UP = 3;

/** A warm Codex with the settings of the developer, in the same folder. */
export async function rawDeveloper(
  stage: Stage,
): Promise<{ readonly raw: RawCodex; readonly turn: (text?: string) => Promise<number> }> {
  const raw = await startRaw(stage, NEWEST, "app-server");
  const threadId = await raw.thread(developerThread(stage));
  const turn = (text = `do task-${++tasks}`): Promise<number> => raw.turn(threadId, text);
  for (let each = 0; each < WARMING_UP; each++) await turn();
  return { raw, turn };
}

export function developerThread({ workspace }: Stage): Record<string, unknown> {
  return {
    cwd: workspace,
    sandbox: "workspace-write",
    approvalPolicy: "on-request",
    developerInstructions: ROLES.developer.instructions,
    ephemeral: false,
  };
}

export async function startRaw(
  { codexHome }: Stage,
  version: CodexVersion,
  server: "app-server" | "mcp-server",
): Promise<RawCodex> {
  return await RawCodex.start({ program: await codexProgram(version), home: codexHome, server });
}

/** The next request's words. */
export function nextTask(): string {
  return `do task-${++tasks}`;
}

/** The calls of the bot since then, polling aside. */
export function callsSince(
  { telegram }: Stage,
  since: number,
): readonly string[] {
  return telegram.calls().slice(since).map(({ method }) => method)
    .filter((method) => method !== "getUpdates");
}

/** How many calls Telegram has refused for their pace. */
export function refusedForPace({ telegram }: Stage): number {
  return telegram.calls().filter(({ outcome }) =>
    outcome?.type === "refused" && outcome.status === 429
  ).length;
}
