/** Reads files of the configuration; what is wrong with them is a value, not an exception. */

export type TextFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string; readonly missing: boolean };

export async function readTextFile(path: string): Promise<TextFile> {
  try {
    return { ok: true, text: await Deno.readTextFile(path) };
  } catch (error) {
    return {
      ok: false,
      reason: fileErrorReason(error),
      missing: error instanceof Deno.errors.NotFound,
    };
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
  return error instanceof Error ? error.message : String(error);
}
