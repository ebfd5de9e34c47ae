/** Checks what must hold after every fault. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type FoundProcess, processesOf, strangersTo } from "./processes.ts";
import { MARK, type Scene, TOKEN } from "./scene.ts";

/** The longest that a process may take to end, in milliseconds. */
const GOING_MS = 30_000;

/** Checks that no request is lost or run twice, and no answer missing or doubled without a mark. */
export function requestsHold(scene: Scene): void {
  for (const asked of scene.asked) {
    const what = `${asked.mode} ${asked.tag}`;
    const plain = scene.answers(asked).filter(({ text }) => !text.startsWith(MARK));
    const failures = scene.failures(asked);
    assert.ok(plain.length <= 1, `${what} was answered ${plain.length} times without a mark`);
    const ends = scene.answers(asked).length + failures.length;
    assert.ok(ends > 0, `${what} has come to no end`);
    const allowed = 1 + (scene.continued.get(asked.tag) ?? 0);
    const turns = scene.developerTurns(asked);
    assert.ok(turns <= allowed, `${what}: ${turns} developer turns, ${allowed} were allowed`);
  }
}

/** Checks that only children of the running program work for it. */
export async function noOrphans(scene: Scene): Promise<void> {
  const { pid } = scene.program;
  await gone(scene, () => strangersTo(pid, processesOf(scene.stage.home)));
}

/** Checks that nothing works for the program after its end. */
export async function nothingLeft(scene: Scene): Promise<void> {
  await gone(scene, () => processesOf(scene.stage.home));
}

async function gone(scene: Scene, find: () => FoundProcess[]): Promise<void> {
  const until = performance.now() + GOING_MS;
  let left = find();
  while (left.length > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = find();
  }
  const seen = left.map(({ pid, command }) => `${pid} ${command}`);
  assert.deepEqual(seen, [], `processes left behind by ${scene.stage.home}`);
}

/** Checks that the token is in nothing that is printed, written, sent or handed to Codex. */
export async function noSecretOut(scene: Scene): Promise<void> {
  const { stage } = scene;
  assert.ok(!stage.output.includes(TOKEN), "the token is in the log");
  for (const { text } of stage.world.transcript(stage.chat)) {
    assert.ok(!text.includes(TOKEN), "the token was said in the chat");
  }
  for (const folder of ["traces", "sessions"]) {
    for (const { name, text } of await textsIn(join(stage.stateFolder, folder))) {
      assert.ok(!text.includes(TOKEN), `the token is in ${folder}/${name}`);
    }
  }
  const children = processesOf(stage.home).filter(({ pid }) => pid !== scene.program.pid);
  for (const { command, environment } of children) {
    assert.ok(!environment.includes(TOKEN), `the token was handed to ${command}`);
  }
}

/** Checks that only the owner can read the state. */
export async function stateIsPrivate(scene: Scene): Promise<void> {
  const names = ["state.db", "state.db-wal", "sessions", "traces"];
  for (const name of names) {
    const mode = await modeOf(join(scene.stage.stateFolder, name));
    assert.ok(mode === undefined || (mode & 0o077) === 0, `${name} is open to others`);
  }
}

async function textsIn(folder: string): Promise<{ name: string; text: string }[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return await Promise.all(
      entries.map(async ({ name }) => ({
        name,
        text: await Deno.readTextFile(join(folder, name)),
      })),
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await Deno.stat(path)).mode ?? undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
