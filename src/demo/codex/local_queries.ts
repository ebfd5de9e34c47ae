/** Answers what a chat asks of a Codex beside its turns, from the files of this machine. */
import { basename, join, sep } from "node:path";
import type { CodexQueries, ModelInfo, ReadFile } from "../../core/codex/codex_queries.ts";
import { CodexError } from "../../core/errors.ts";
import {
  partsInside,
  refusedPart,
  tooLarge,
} from "../../integrations/codex/app_server/folder_file.ts";

const EFFORTS = ["low", "medium", "high"].map((name) => ({ name, description: "" }));

/** What a person can choose: the script plays the same with each. */
const MODELS: readonly ModelInfo[] = [
  { slug: "demo-fast", name: "Demo Fast", description: "Plays the script", isDefault: true },
  { slug: "demo-deep", name: "Demo Deep", description: "Plays it as well", isDefault: false },
].map((model) => ({ ...model, efforts: EFFORTS, defaultEffort: "medium" }));

export const LOCAL_QUERIES: CodexQueries = {
  models: () => Promise.resolve(MODELS),
  threads: () => Promise.resolve([]),
  nameThread: () => Promise.resolve(),
  forkThread: () => Promise.resolve(`demo-${crypto.randomUUID()}`),
  rateLimits: () => Promise.resolve(undefined),
  fileNames,
  readFile,
};

async function fileNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isFile }) => isFile).map(({ name }) => name).toSorted();
  } catch (cause) {
    throw new CodexError("request", `Cannot look into ${folder}`, { cause });
  }
}

/** Follows no link out of the folder. */
async function readFile(folder: string, path: string, mostBytes: number): Promise<ReadFile> {
  const parts = partsInside(folder, path);
  for (const [index] of parts.entries()) {
    const way = parts.slice(0, index + 1);
    const info = await Deno.lstat(join(folder, ...way)).catch(() => undefined);
    const isLast = index === parts.length - 1;
    const why = info === undefined
      ? "missing"
      : info.isSymlink
      ? "link"
      : isLast && !info.isFile
      ? "not-plain"
      : undefined;
    if (why !== undefined) throw refusedPart(why, way.join(sep));
  }
  const bytes = await Deno.readFile(join(folder, ...parts));
  if (bytes.length > mostBytes) throw tooLarge(path, mostBytes, bytes.length);
  return { bytes, name: basename(parts.at(-1) ?? path) };
}
