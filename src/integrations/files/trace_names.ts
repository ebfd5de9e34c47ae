/** How the files of the trace are called: one for each UTC day. */
import { UserFacingError } from "../../core/errors.ts";

const TRACE_NAME = /^(\d{4}-\d{2}-\d{2})\.jsonl$/;

export function dayOf(time: Date): string {
  return time.toISOString().slice(0, "yyyy-mm-dd".length);
}

/** Plain files that are named after a day there is; the folder itself must be no link either. */
export async function traceNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    if (!(await Deno.lstat(folder)).isDirectory) {
      throw new UserFacingError(`Cannot use ${folder}: it is a link or a file, not a folder`);
    }
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const day = TRACE_NAME.exec(name)?.[1];
      if (isFile && day !== undefined && isDay(day)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

export function isDay(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && dayOf(date) === text;
}
