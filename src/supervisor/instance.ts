/** Names and locks the instance of the program: one for each state folder, and one process at a time. */
import { join } from "node:path";
import { describeError, UserFacingError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";

/** Marks every process that descends from this instance, so that its orphans can be recognized. */
export const INSTANCE_VARIABLE = "CODEX_ORCHESTRATOR_INSTANCE";

const ID_BYTES = 8;
const LAUNCH_BYTES = 4;

/** The id of the instance. @param stateFolder its real path, so that one folder has one id */
export async function instanceId(stateFolder: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(stateFolder));
  return new Uint8Array(digest).slice(0, ID_BYTES).toHex();
}

/**
 * The value of the mark in one launch of the instance; it begins with the instance's id. A reaper
 * that is late, on a busy machine, must not take the next launch's processes for orphans.
 */
export function launchIdOf(instance: string): string {
  return `${instance}-${crypto.getRandomValues(new Uint8Array(LAUNCH_BYTES)).toHex()}`;
}

const OWNER_ONLY = 0o600;

interface LockOptions {
  readonly pid: number;
  readonly log: Log;
  /** Makes the error for when another process has the lock; `pid` where it is known. */
  readonly taken?: (pid: number | undefined, stateFolder: string) => UserFacingError;
}

/**
 * Takes the lock `instance.lock` in the state folder: two programs would answer every message twice.
 * The system releases it when this process ends, however it ends. The file stays, because removing it
 * could remove another process's lock.
 *
 * Where no lock can be taken, as in a read-only folder, that is logged and the program goes on.
 * @returns the lock, which is released with its disposal
 * @throws {UserFacingError} when another process has it
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
    return { [Symbol.dispose]: () => release(file) };
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
 * Looks whether an instance runs with this state folder, without making a file. Where the lock is
 * free it holds it for a moment, which is the only way to find out.
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
 * Unlocks before closing: a child that is just being started holds the open file, too, from its fork
 * to its exec, and the lock with it.
 */
function release(file: Deno.FsFile): void {
  file.unlockSync();
  file.close();
}

/** Notes the process id, which only people read: a full disk is no reason to release the lock. */
async function writePid(file: Deno.FsFile, pid: number): Promise<void> {
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${pid}\n`));
  } catch {
    // A second instance then cannot name this process; nothing else depends on it.
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
