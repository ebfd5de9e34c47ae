/** Keeps the files that people send, in a folder for each session: `inbox/{chatId}-{userId}/…`. */
import { dirname, join } from "node:path";
import type { AttachmentFiles } from "../../core/chat/attachment.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError, FileError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { SessionKey } from "../../core/session/session.ts";
import {
  ensurePrivateFolder,
  fileFailure,
  removeRemains,
  writeFileAtomically,
} from "./durable_files.ts";
import { sessionName } from "./session_files.ts";

interface InboxFilesOptions {
  /** Absolute path; made when the first file is kept. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Long enough for a conversation, short enough not to fill a disk. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const SESSION_NAME = /^-?\d{1,20}(?:-\d{1,20}){1,2}$/;

export class InboxFiles implements AttachmentFiles {
  readonly #options: InboxFilesOptions;

  constructor(options: InboxFilesOptions) {
    this.#options = options;
  }

  async keep(session: SessionKey, name: string, bytes: Uint8Array): Promise<string> {
    const folder = join(this.#options.folder, sessionName(session));
    const path = join(folder, safeFileName(name));
    await ensurePlainFolder(this.#options.folder);
    await ensurePlainFolder(folder);
    try {
      await writeFileAtomically(path, bytes);
    } catch (error) {
      throw fileFailure("write", path, error);
    }
    return path;
  }

  async read(path: string): Promise<Uint8Array> {
    try {
      // Only plain files are kept; a link in the place of one could lead anywhere.
      if (!(await Deno.lstat(path)).isFile) {
        throw new FileError(`Cannot read ${path}: it is no plain file`, {
          trouble: { kind: "storage", why: "not-a-file", path },
        });
      }
      return await Deno.readFile(path);
    } catch (error) {
      throw error instanceof FileError ? error : fileFailure("read", path, error);
    }
  }

  /** Removes files that are older than a month, and folders that are empty then. Never rejects. */
  async prune(): Promise<void> {
    for (const session of await plainEntries(this.#options.folder)) {
      if (!session.isDirectory || !SESSION_NAME.test(session.name)) continue;
      const folder = join(this.#options.folder, session.name);
      await removeRemains(folder, this.#options);
      for (const { name, isFile } of await plainEntries(folder)) {
        if (isFile) await this.#removeIfOld(join(folder, name));
      }
      // Fails while anything is left in it, as it should.
      await Deno.remove(folder).catch(() => undefined);
    }
  }

  async #removeIfOld(path: string): Promise<void> {
    const oldestKept = this.#options.clock.now().getTime() - KEPT_MS;
    try {
      const { mtime } = await Deno.lstat(path);
      if (mtime !== null && mtime.getTime() < oldestKept) await Deno.remove(path);
    } catch (error) {
      this.#options.log.warn("inbox.delete-failed", { file: path, reason: describeError(error) });
    }
  }
}

/** Refuses a link, through which a file could be written anywhere. */
async function ensurePlainFolder(path: string): Promise<void> {
  await ensurePrivateFolder(path);
  if (!(await Deno.lstat(path)).isDirectory) {
    throw new FileError(`Cannot use ${path}: it is a link, not a folder`, {
      remedy: `Remove it from ${dirname(path)}`,
      trouble: { kind: "storage", why: "not-a-folder", path },
    });
  }
}

async function plainEntries(folder: string): Promise<readonly Deno.DirEntry[]> {
  const entries: Deno.DirEntry[] = [];
  try {
    if (!(await Deno.lstat(folder)).isDirectory) return [];
    for await (const entry of Deno.readDir(folder)) entries.push(entry);
  } catch {
    // It is missing or cannot be read: whoever keeps the next file reports that.
  }
  return entries;
}

/** At most 4 bytes each; file systems take names of 255 bytes. */
const MOST_CHARACTERS = 60;
const LONGEST_ENDING = 12;

/**
 * Makes a name that any file system, shell and reader takes for one plain word: letters and digits of
 * any script, `.`, `_` and `-`; never empty, never hidden, with its ending kept.
 */
export function safeFileName(name: string): string {
  const plain = name.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "_")
    .replace(/^[._-]+/, "").replace(/[._-]+$/, "");
  const characters = [...plain];
  if (characters.length === 0) return "file";
  if (characters.length <= MOST_CHARACTERS) return plain;
  const ending = /\.[A-Za-z0-9]+$/.exec(plain)?.[0] ?? "";
  const kept = ending.length <= LONGEST_ENDING ? ending : "";
  return characters.slice(0, MOST_CHARACTERS - kept.length).join("") + kept;
}
