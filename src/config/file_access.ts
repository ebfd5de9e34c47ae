/** Reads files of the configuration; what is wrong with them is a value, not an exception. */

export type TextFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string; readonly missing: boolean };

/** In bytes: what is larger is no text that a person wrote for this program. */
const LARGEST_TEXT = 10_000_000;

/** Refuses what is no UTF-8, too: letters that were read wrong would be written back as others. */
export async function readTextFile(path: string): Promise<TextFile> {
  try {
    await refuseUnattendedPipe(path);
    return { ok: true, text: utf8(await readFewBytes(path)) };
  } catch (error) {
    return {
      ok: false,
      reason: fileErrorReason(error),
      missing: error instanceof Deno.errors.NotFound,
    };
  }
}

/**
 * Reads a file of which nobody knows what it is: a device may be without end.
 * @throws the file system's error, or one with the reason for a person
 */
export async function readFewBytes(path: string): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const part of file.readable) {
    parts.push(part);
    length += part.length;
    if (length > LARGEST_TEXT) throw new Error(`it is larger than ${LARGEST_TEXT / 1e6} MB`);
  }
  return await new Blob(parts).bytes();
}

/** Opening a pipe waits until somebody writes to it. A shell writes to its own, which are in /dev. */
async function refuseUnattendedPipe(path: string): Promise<void> {
  if (path.startsWith("/dev/")) return;
  if ((await Deno.stat(path)).isFifo === true) throw new Error("it is a pipe, and no file");
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Error("it is no UTF-8 text (save it as UTF-8)", { cause });
  }
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    // Missing or not accessible, which comes to the same for whoever wants to work in it.
    return false;
  }
}

/** Has the files that a conf.toml names. */
export interface ConfigFiles {
  readText(path: string): Promise<TextFile>;
  isFolder(path: string): Promise<boolean>;
}

export const DISK: ConfigFiles = { readText: readTextFile, isFolder };

/** Whether there is something, also a link that leads nowhere. @throws when it cannot be looked at */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The path with its links followed; the path itself where it cannot be looked at. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    // Missing or not accessible: whoever uses the path gets the error.
    return path;
  }
}

/** The reason of a failed file operation in a few words, without the operation's internals. */
export function fileErrorReason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return "it does not exist";
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return "permission denied";
  }
  if (error instanceof Deno.errors.IsADirectory) {
    return "it is a folder";
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return "a part of its path is a file";
  }
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOSPC") return "the disk is full";
  return code === "EROFS" ? "the disk is read-only" : error.message;
}
