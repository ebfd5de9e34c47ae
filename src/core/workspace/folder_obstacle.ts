/** Finds what keeps a folder from being made. */
import { dirname } from "node:path";
import { FileError } from "../errors.ts";

/** Reads a path's kind; both reject where nothing exists. */
export interface PathLook {
  readonly lstat: (path: string) => Promise<{ readonly isSymlink: boolean }>;
  /** Follows links. */
  readonly stat: (path: string) => Promise<{ readonly isDirectory: boolean }>;
}

/**
 * Finds a file or a dangling link at the path or above it.
 * @returns undefined when there is none: the folder exists, or can be made
 */
export async function obstacleTo(
  folder: string,
  look: PathLook,
): Promise<FileError | undefined> {
  const there = await look.lstat(folder).catch(() => undefined);
  if (there !== undefined) return await asFolder(folder, there.isSymlink, look);
  const parent = dirname(folder);
  return parent === folder ? undefined : await obstacleTo(parent, look);
}

async function asFolder(
  path: string,
  isLink: boolean,
  look: PathLook,
): Promise<FileError | undefined> {
  const target = await look.stat(path).catch(() => undefined);
  if (target?.isDirectory === true) return undefined;
  if (target !== undefined) {
    return new FileError(`${path} is a file, where a folder is needed`, {
      remedy: "Move it away",
      trouble: { kind: "storage", why: "not-a-folder", path },
    });
  }
  // Anything but a dangling link can be read.
  return !isLink ? undefined : new FileError(`${path} is a link that leads nowhere`, {
    remedy: "Make the folder that it leads to, or remove the link",
    trouble: { kind: "storage", why: "not-a-folder", path },
  });
}
