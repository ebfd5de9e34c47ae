/** What keeps a folder from being where it is to be. */
import { dirname } from "node:path";
import { UserFacingError } from "../errors.ts";

/** How one looks at a path; both reject where there is nothing. */
export interface PathLook {
  readonly lstat: (path: string) => Promise<{ readonly isSymlink: boolean }>;
  /** Follows links. */
  readonly stat: (path: string) => Promise<{ readonly isDirectory: boolean }>;
}

/**
 * A file, or a link that leads nowhere, at the path itself or further up.
 * @returns undefined where nothing of that kind is found: the folder is there, or can be made
 */
export async function obstacleTo(
  folder: string,
  look: PathLook,
): Promise<UserFacingError | undefined> {
  const there = await look.lstat(folder).catch(() => undefined);
  if (there !== undefined) return await asFolder(folder, there.isSymlink, look);
  const parent = dirname(folder);
  return parent === folder ? undefined : await obstacleTo(parent, look);
}

async function asFolder(
  path: string,
  isLink: boolean,
  look: PathLook,
): Promise<UserFacingError | undefined> {
  const target = await look.stat(path).catch(() => undefined);
  if (target?.isDirectory === true) return undefined;
  if (target !== undefined) {
    return new UserFacingError(`${path} is a file, where a folder is needed`, {
      remedy: "Move it away",
    });
  }
  // Of anything but a link there is always something to be seen.
  return !isLink ? undefined : new UserFacingError(`${path} is a link that leads nowhere`, {
    remedy: "Make the folder that it leads to, or remove the link",
  });
}
