/** Writes this program's own files so that they survive a crash, and words failures for a person. */
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { StorageReason } from "../../core/codex/trouble.ts";
import { describeError, FileError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { obstacleTo } from "../../core/workspace/folder_obstacle.ts";

export const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const TEMPORARY_NAME = /^\..+\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
/** No write takes so long: what is older was left by a crash. */
const REMAINS_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Replaces a file so that a reader, or a crash, finds the old content or the new one, never a part:
 * writes `content` to a new file beside `path`, syncs it and renames it into place.
 * @returns what the system told of the file before it had its name: nobody else has changed it by then
 * @throws the file system's error; `path` is untouched then and the new file is gone
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
): Promise<Deno.FileInfo> {
  const temporary = temporaryPathFor(path);
  let info: Deno.FileInfo;
  try {
    await writeDurably(temporary, content);
    info = await Deno.lstat(temporary);
    await Deno.rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await syncFolder(dirname(path));
  return info;
}

/** Makes a new name beside `path`, for the file that will replace it. */
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
      // It was being written, and has been renamed meanwhile.
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
    // The folder is missing or cannot be read: whoever writes to it next reports that.
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
    // It was never made, or cannot be removed: the caller reports the first failure.
  }
}

/** Syncs the rename itself. */
async function syncFolder(path: string): Promise<void> {
  try {
    using folder = await Deno.open(path, { read: true });
    await folder.sync();
  } catch {
    // Windows and some network disks cannot sync a folder; the file's content is safe already.
  }
}

/** Codes of the operating system, what they mean, and what helps. */
const REASONS: Readonly<Record<string, Reason>> = {
  ENOSPC: ["full", "the disk is full", "Free some space"],
  EDQUOT: ["full", "the disk quota is used up", "Free some space"],
  EISDIR: ["not-a-file", "it is a folder", "Move it away"],
  ENOTDIR: ["not-a-folder", "a part of its path is a file", "Move that file away"],
  EROFS: ["read-only", "the disk is read-only", "Find out why, and mount it for writing again"],
};
type Reason = readonly [why: StorageReason, reason: string, remedy?: string];
const PERMISSION = [
  "read-only",
  "permission denied",
  "Give the user that runs the program the right to read and write it",
] as const;

/**
 * Words a failed file operation, e.g. `fileFailure("write", path, error)`:
 * "Cannot write /…/a.json: permission denied".
 */
export function fileFailure(action: string, path: string, error: unknown): FileError {
  const [why, reason, remedy] = reasonOf(error);
  return new FileError(`Cannot ${action} ${path}: ${reason}`, {
    cause: error,
    trouble: { kind: "storage", why, path },
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** @throws {FileError} when it cannot be made, as where TMPDIR names a folder that is gone */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  try {
    return await Deno.makeTempDir({ prefix });
  } catch (error) {
    const place = "the temporary folder (TMPDIR)";
    if (!(error instanceof Deno.errors.NotFound)) {
      throw fileFailure("make a folder in", place, error);
    }
    throw new FileError(`Cannot make a folder in ${place}: it does not exist`, {
      cause: error,
      remedy: "Create it, or let TMPDIR name another one",
      trouble: { kind: "storage", why: "missing", path: place },
    });
  }
}

function reasonOf(error: unknown): Reason {
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return PERMISSION;
  }
  if (!(error instanceof Error)) return ["unknown", String(error)];
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return REASONS[code] ?? ["unknown", error.message];
}

/**
 * Makes the folder and its parents where they are missing and closes it to other users.
 * @throws {FileError} when it cannot be made, or something else stands in its place
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: OWNER_ONLY_FOLDER });
    const { mode } = await Deno.stat(path);
    if (mode !== null && (mode & 0o077) !== 0 && Deno.build.os !== "windows") {
      await Deno.chmod(path, OWNER_ONLY_FOLDER);
    }
  } catch (error) {
    throw await obstacleTo(path, Deno) ?? fileFailure("make the folder", path, error);
  }
}
