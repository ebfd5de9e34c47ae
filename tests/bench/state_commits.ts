/** Counts the commits of the program's database, in the journal that it writes them to. */

import { join } from "node:path";
import type { Stage } from "../e2e/stage.ts";
import { ask } from "./bot_stage.ts";

const HEADER = 32;
const FRAME_HEADER = 24;
const MOST_TIMES = 10;

interface Commits {
  readonly count: number;
  /** Another one: the journal was begun anew in between. */
  readonly salt: number;
}

/** What is committed from a message to its answer. */
export async function commitsOfAnswer(stage: Stage): Promise<number> {
  return await commitsDuring(stage, async () => void await ask(stage, stage.chat));
}

/** What is committed while something happens, which may have to happen once more. */
export async function commitsDuring(stage: Stage, act: () => Promise<void>): Promise<number> {
  const path = join(stage.stateFolder, "state.db");
  for (let time = 0; time < MOST_TIMES; time++) {
    const before = await commitsOf(path);
    await act();
    const after = await commitsOf(path);
    if (after.salt === before.salt) return after.count - before.count;
  }
  throw new Error("So much is committed that the journal is begun anew each time");
}

/** @param path of the database; its write-ahead log stands beside it */
async function commitsOf(path: string): Promise<Commits> {
  const bytes = await Deno.readFile(`${path}-wal`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER) return { count: 0, salt: 0 };
  const salt = view.getUint32(16);
  const frame = FRAME_HEADER + view.getUint32(8);
  let count = 0;
  for (let at = HEADER; at + frame <= bytes.length; at += frame) {
    // What lies behind the newest frame is of an earlier journal.
    if (view.getUint32(at + 8) !== salt) break;
    // A frame that ends a commit says how large the database is then.
    if (view.getUint32(at + 4) !== 0) count++;
  }
  return { count, salt };
}
