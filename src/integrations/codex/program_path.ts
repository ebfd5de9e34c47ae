/** Which file a command is. */
import { delimiter, isAbsolute, join, resolve } from "node:path";

/**
 * Every path at which the command may be, in the order in which they are tried.
 * @param path the PATH in which a bare name is looked up
 */
export function programPlaces(command: string, path: string | undefined): readonly string[] {
  if (isAbsolute(command)) return [command];
  return (path ?? "").split(delimiter).filter((folder) => folder !== "")
    .flatMap((folder) => fileNames(command).map((name) => resolve(join(folder, name))));
}

/** The file that is started for the command; undefined when there is none, or none to be seen. */
export async function findProgram(
  command: string,
  path: string | undefined,
): Promise<string | undefined> {
  for (const place of programPlaces(command, path)) {
    if (await isProgram(place)) return place;
  }
  return undefined;
}

/** Whether there is a file that may be started. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    // Not there, behind a folder that is closed to us, or no right to look: it cannot be started.
    return false;
  }
}

/** Windows finds programs without their ending. */
function fileNames(command: string): readonly string[] {
  if (Deno.build.os !== "windows") return [command];
  return [command, `${command}.exe`, `${command}.cmd`, `${command}.bat`];
}
