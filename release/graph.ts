/** Which modules and packages an entry is made of. */
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { UserFacingError } from "../src/core/errors.ts";
import { runDeno } from "./deno_command.ts";

const graphSchema = z.object({
  modules: z.array(z.object({
    specifier: z.string(),
    npmPackage: z.string().optional(),
    error: z.string().optional(),
  })),
  /** Everything in the lock file, by its id. */
  npmPackages: z.record(
    z.string(),
    z.object({
      name: z.string(),
      version: z.string(),
      dependencies: z.array(z.string()),
      localPath: z.string(),
    }),
  ),
});

export interface Package {
  readonly name: string;
  readonly version: string;
  /** Where its files are. */
  readonly folder: string;
}

export interface Graph {
  /** Relative to the repository. */
  readonly modules: readonly string[];
  /** Those that the modules import, and those that these need. */
  readonly packages: readonly Package[];
}

export interface GraphOrder {
  /** The folder of the repository. */
  readonly root: string;
  readonly entry: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
}

/** @throws {UserFacingError} when a module cannot be found */
export async function graphOf({ root, entry, variables }: GraphOrder): Promise<Graph> {
  const purpose = `look at the modules of ${entry}`;
  const text = await runDeno(["info", "--json", entry], { folder: root, purpose, variables });
  const { modules, npmPackages } = graphSchema.parse(JSON.parse(text));
  const broken = modules.find(({ error }) => error !== undefined);
  if (broken !== undefined) throw new UserFacingError(`Cannot ${purpose}: ${broken.error}`);
  const ids = new Set(modules.flatMap(({ npmPackage }) => npmPackage ?? []));
  for (const id of ids) {
    for (const dependency of npmPackages[id]?.dependencies ?? []) ids.add(dependency);
  }
  const local = pathToFileURL(root).href;
  return {
    modules: modules.map(({ specifier }) => specifier)
      .filter((specifier) => specifier.startsWith("file:"))
      .map((specifier) => specifier.replace(local, "").replace(/^\//, "")),
    packages: [...ids].flatMap((id) => npmPackages[id] ?? [])
      .map(({ name, version, localPath }) => ({ name, version, folder: localPath })),
  };
}
