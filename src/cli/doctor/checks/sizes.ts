/** How much the program has put aside. */
import { join } from "node:path";
import { bytesInWords } from "../bytes.ts";
import { type Check, type Finding, NotLookedAt, ok } from "../check.ts";

const PARTS = ["state.db", "state.db-wal", "sessions", "traces", "inbox", "terminal"];

export const sizesCheck: Check = {
  id: "state.sizes",
  async look(installation, signal): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    const parts = await Promise.all(PARTS.map(async (name) => ({
      name,
      size: await sizeOf(join(stateFolder, name), signal),
    })));
    const there = parts.flatMap(({ name, size }) => size === undefined ? [] : [{ name, size }]);
    if (there.length === 0) throw new NotLookedAt("there is nothing yet");
    return ok(there.map(({ name, size }) => `${name} ${bytesInWords(size)}`).join(", "));
  },
};

/** Of the file, or of all files in the folder; undefined when there is neither. */
async function sizeOf(path: string, signal: AbortSignal): Promise<number | undefined> {
  signal.throwIfAborted();
  try {
    const { isDirectory, size } = await Deno.lstat(path);
    if (!isDirectory) return size;
    let sum = 0;
    for await (const { name } of Deno.readDir(path)) {
      sum += await sizeOf(join(path, name), signal) ?? 0;
    }
    return sum;
  } catch (error) {
    // Files come and go while the program runs.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
