/** Lists the modules and packages that an entry is made of, and the licenses of the packages. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { UserFacingError } from "../src/core/errors.ts";
import { ENTRIES } from "./bundle.ts";
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

interface Package {
  readonly name: string;
  readonly version: string;
  /** Where its files are. */
  readonly folder: string;
}

interface Graph {
  /** Relative to the repository. */
  readonly modules: readonly string[];
  /** What the modules import, directly or indirectly. */
  readonly packages: readonly Package[];
}

interface GraphOrder {
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

export const LICENSES = "THIRD_PARTY_LICENSES.txt";

const FILE_NAME = /^(?:licen[cs]e|copying|notice)/i;
const packageSchema = z.object({ license: z.string().optional() });

interface LicensesOrder {
  /** The folder of the repository. */
  readonly root: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The licenses of every package that the program imports, directly or indirectly, by name. */
export async function thirdPartyLicenses(order: LicensesOrder): Promise<string> {
  const graphs = await Promise.all(ENTRIES.map((entry) => graphOf({ ...order, entry })));
  const packages = new Map(
    graphs.flatMap(({ packages }) => packages)
      .map((each): [string, Package] => [`${each.name}@${each.version}`, each]),
  );
  const sections = await Promise.all(
    [...packages].sort(([one], [other]) => one < other ? -1 : 1)
      .map(async ([id, { folder }]) => `## ${id}\n\n${await licenseIn(folder)}\n`),
  );
  return `This program runs in Deno, which is under the MIT license: github.com/denoland/deno.
It is made of these packages, each under its own license:

${sections.join("\n")}`;
}

async function licenseIn(folder: string): Promise<string> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const names = entries.filter(({ name, isFile }) => isFile && FILE_NAME.test(name))
    .map(({ name }) => name).sort();
  if (names.length > 0) {
    const texts = await Promise.all(names.map((name) => Deno.readTextFile(join(folder, name))));
    return texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
  }
  const text = await Deno.readTextFile(join(folder, "package.json"));
  return packageSchema.parse(JSON.parse(text)).license ?? "No license is named.";
}
