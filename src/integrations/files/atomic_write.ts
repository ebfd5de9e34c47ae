/** Replaces a file so that a reader, or a crash, finds the old text or the new one, never a part. */
import { basename, dirname, join } from "node:path";

const OWNER_ONLY = 0o600;

/**
 * Writes `text` to a new file beside `path`, brings it to disk and renames it into place.
 * @throws the file system's error; `path` is untouched then and the new file is gone
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
  try {
    await writeDurably(temporary, text);
    await Deno.rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeDurably(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: OWNER_ONLY });
  await writeAll(file, new TextEncoder().encode(text));
  await file.syncData();
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
