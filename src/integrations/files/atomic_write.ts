/** Replaces a file so that a reader, or a crash, finds the old text or the new one, never a part. */
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";

const OWNER_ONLY = 0o600;
const TEMPORARY_NAME = /^\..+\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
/** No write takes as long: what is older was left by a crash. */
const REMAINS_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Writes `content` to a new file beside `path`, brings it to disk and renames it into place.
 * @throws the file system's error; `path` is untouched then and the new file is gone
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const temporary = temporaryPathFor(path);
  try {
    await writeDurably(temporary, content);
    await Deno.rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Where a new text of `path` is written before it takes its place: beside it, a name of its own. */
export function temporaryPathFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
}

/**
 * Removes what crashes during {@link writeFileAtomically} have left in the folder, once it is a day
 * old. Never rejects: what cannot be removed is logged.
 */
export async function removeRemains(
  folder: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const oldestKept = clock.now().getTime() - REMAINS_AGE_MS;
  for (const path of await temporariesIn(folder)) {
    try {
      const { mtime } = await Deno.lstat(path);
      if (mtime !== null && mtime.getTime() < oldestKept) await Deno.remove(path);
    } catch (error) {
      // One that is being written is renamed meanwhile.
      if (error instanceof Deno.errors.NotFound) continue;
      log.warn("files.remains-kept", { file: path, reason: describeError(error) });
    }
  }
}

async function temporariesIn(folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && TEMPORARY_NAME.test(name)) paths.push(join(folder, name));
    }
  } catch {
    // The folder is not there yet, or cannot be read, which the next session says.
  }
  return paths;
}

async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: OWNER_ONLY });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await writeAll(file, bytes);
  await file.sync();
}

/** Writes every byte; a single call may write fewer than it was given. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written));
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch {
    // It was never made, or cannot be removed: the caller is about to hear of the first failure.
  }
}

/** Brings the rename itself to disk. */
async function syncFolder(path: string): Promise<void> {
  try {
    using folder = await Deno.open(path, { read: true });
    await folder.sync();
  } catch {
    // Windows and some network disks cannot sync a folder; the file's own text is safe already.
  }
}
