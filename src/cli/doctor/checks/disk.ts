/** Room on the disk of the state folder. */
import { dirname } from "node:path";
import { type Check, fail, type Finding, NotLookedAt, ok, warn } from "../check.ts";
import { askProgram } from "../other_program.ts";
import { bytesInWords } from "../bytes.ts";

const MEGABYTE = 1_000_000;
const LITTLE = 200 * MEGABYTE;
const TOO_LITTLE = 20 * MEGABYTE;
const REMEDY = "Free some space: what people write is stored before it is worked on";

export const diskCheck: Check = {
  id: "state.disk",
  async look(installation, signal): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    const folder = await nearestFolder(stateFolder);
    const answer = await askProgram("df", ["-Pk", folder], { signal });
    const free = freeBytes(answer?.output ?? "");
    if (free === undefined) throw new NotLookedAt("the system does not tell (df)");
    return diskFinding(free);
  },
};

export function diskFinding(free: number): Finding {
  const left = `${bytesInWords(free)} free`;
  if (free < TOO_LITTLE) return fail(left, REMEDY);
  return free < LITTLE ? warn(left, REMEDY) : ok(left);
}

/** Of the second line of `df -Pk`: device, size, used, available, in blocks of 1024. */
export function freeBytes(output: string): number | undefined {
  const blocks = /^.*\n.*?\s\d+\s+-?\d+\s+(-?\d+)\s+\d+%/.exec(output)?.[1];
  return blocks === undefined ? undefined : Math.max(0, Number(blocks)) * 1024;
}

async function nearestFolder(path: string): Promise<string> {
  try {
    await Deno.stat(path);
    return path;
  } catch {
    // Not there yet: it will be made on the disk of its parent.
    return dirname(path) === path ? path : await nearestFolder(dirname(path));
  }
}
