/** Paths as they really are, links followed. */
import { relative } from "node:path";

/** The path itself where there is nothing yet. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch {
    // Not there, or not to be looked at, which whoever uses it says better.
    return path;
  }
}

/** Whether `path` is that folder or lies anywhere in it. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!/^\.\.(?:[\\/]|$)/.test(way) && !/^(?:[A-Za-z]:|[\\/])/.test(way));
}
