/**
 * Removes coverage files that are not whole: a test that kills a program may do so in the moment in
 * which the program writes its own, and `deno coverage` stops at the first file that it cannot read.
 */
import { join } from "node:path";

export async function removeTornFiles(folder: string): Promise<string[]> {
  const removed: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (!name.endsWith(".json") || isWhole(await Deno.readTextFile(path))) continue;
    await Deno.remove(path);
    removed.push(name);
  }
  return removed;
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const removed = await removeTornFiles(Deno.args[0] ?? "coverage");
  const text = removed.length === 0 ? "" : `left out as torn: ${removed.join(", ")}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
