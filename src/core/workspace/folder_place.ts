/** Tells whether two folders are of one tree: the same one, one inside of the other, one repository. */

export interface FolderPlace {
  /** Absolute, links followed where that is known. */
  readonly path: string;
  /** As it is written in the configuration. */
  readonly written?: string;
  /** Absolute path of the repository's tree that it is a part of. */
  readonly top?: string;
}

/** Whether what is done in one of them may show in the other one. */
export function isSameTree(one: FolderPlace, other: FolderPlace): boolean {
  if (one.top !== undefined && one.top === other.top) return true;
  return pathsOf(one).some((path) =>
    pathsOf(other).some((its) => isWithin(path, its) || isWithin(its, path))
  );
}

function pathsOf({ path, written = path }: FolderPlace): readonly string[] {
  return written === path ? [path] : [path, written];
}

function isWithin(path: string, folder: string): boolean {
  const begin = folder.endsWith("/") ? folder : `${folder}/`;
  return path === folder || path.startsWith(begin);
}
