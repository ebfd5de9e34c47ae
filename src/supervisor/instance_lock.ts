/** One instance at a time for each state folder: two would answer every message twice. */
import { join } from "node:path";
import { describeError, UserFacingError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";

const OWNER_ONLY = 0o600;

export interface LockOptions {
  readonly pid: number;
  readonly log: Log;
  /** What to say when another process has the lock; `pid` where it is known. */
  readonly taken?: (pid: number | undefined, stateFolder: string) => UserFacingError;
}

/**
 * Takes the lock `instance.lock` in the state folder. The system holds it for as long as this
 * process lives, however it ends; the file stays, as removing it could take another one's lock.
 *
 * Where no lock can be had, as in a folder that is read-only, that is logged and the program goes on.
 * @returns the lock, which is given back with its disposal
 * @throws {UserFacingError} when another instance has it
 */
export async function lockInstance(
  stateFolder: string,
  { pid, log, taken = runningAlready }: LockOptions,
): Promise<Disposable> {
  const path = join(stateFolder, "instance.lock");
  try {
    const file = await lockedFile(path);
    if (file === undefined) throw taken(await writtenPid(path), stateFolder);
    await writePid(file, pid);
    return { [Symbol.dispose]: () => giveBack(file) };
  } catch (error) {
    if (error instanceof UserFacingError) throw error;
    const advice = "Make sure that only one instance runs";
    log.warn("instance.not-locked", { path, reason: describeError(error), advice });
    return { [Symbol.dispose]: () => {} };
  }
}

/** @returns undefined when another process has it */
async function lockedFile(path: string): Promise<Deno.FsFile | undefined> {
  const file = await Deno.open(path, { create: true, read: true, write: true, mode: OWNER_ONLY });
  try {
    if (await file.tryLock(true)) return file;
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return undefined;
}

/**
 * Looks whether an instance runs with this state folder, without making a file. For that moment it
 * holds the lock itself where it is free, as nothing else tells.
 */
export async function runningInstance(
  stateFolder: string,
): Promise<{ readonly pid: number | undefined } | undefined> {
  const path = join(stateFolder, "instance.lock");
  try {
    using file = await Deno.open(path, { read: true });
    if (!await file.tryLock(true)) return { pid: await writtenPid(path) };
    file.unlockSync();
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Not by closing alone: a program that is just being started holds the open file, too, from its fork
 * to its exec, and the lock with it.
 */
function giveBack(file: Deno.FsFile): void {
  file.unlockSync();
  file.close();
}

/** The number is for people only, so that a full disk is no reason to give the lock back. */
async function writePid(file: Deno.FsFile, pid: number): Promise<void> {
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${pid}\n`));
  } catch {
    // Nothing but the message to a second instance suffers.
  }
}

function runningAlready(pid: number | undefined, stateFolder: string): UserFacingError {
  const who = pid === undefined ? "" : ` (process ${pid})`;
  const stop = pid === undefined ? "Stop it first" : `Stop it first, e.g. with \`kill ${pid}\``;
  return new UserFacingError(
    `Cannot start: codex-orchestrator is running already${who} with the state folder ${stateFolder}`,
    { remedy: `${stop}, or start this one with another HOME for a bot of its own` },
  );
}

async function writtenPid(path: string): Promise<number | undefined> {
  try {
    const pid = Number((await Deno.readTextFile(path)).trim());
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    // Windows lets nobody read a locked file; the message does without the number.
    return undefined;
  }
}
