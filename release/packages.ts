/** Lists the modules and packages that an entry is made of, and the licenses of the packages. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { UserFacingError } from "../src/core/errors.ts";
import { ENTRIES } from "./bundle.ts";
import { runDeno } from "./deno_command.ts";
import { runtimeLicenses } from "./runtime_parts.ts";

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
  /** As the lock file names it. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** As its package.json names it. */
  readonly license: string | undefined;
  /** Whether the program imports it itself. */
  readonly direct: boolean;
  /** The ids of what it needs. */
  readonly dependencies: readonly string[];
  /** Where its files are. */
  readonly folder: string;
}

type FoundPackage = Omit<Package, "license">;

interface Graph {
  /** Relative to the repository. */
  readonly modules: readonly string[];
  /** What the modules import, directly or indirectly. */
  readonly packages: readonly FoundPackage[];
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
  const direct = new Set(modules.flatMap(({ npmPackage }) => npmPackage ?? []));
  const ids = new Set(direct);
  for (const id of ids) {
    for (const dependency of npmPackages[id]?.dependencies ?? []) ids.add(dependency);
  }
  const local = pathToFileURL(root).href;
  return {
    modules: modules.map(({ specifier }) => specifier)
      .filter((specifier) => specifier.startsWith("file:"))
      .map((specifier) => specifier.replace(local, "").replace(/^\//, "")),
    packages: [...ids].flatMap((id) => {
      const found = npmPackages[id];
      if (found === undefined) return [];
      const { name, version, dependencies, localPath: folder } = found;
      return [{ id, name, version, direct: direct.has(id), dependencies, folder }];
    }),
  };
}

export const LICENSES = "THIRD_PARTY_LICENSES.txt";

const FILE_NAME = /^(?:licen[cs]e|copying|notice)/i;
const packageSchema = z.object({ license: z.string().optional() });

interface PackagesOrder {
  /** The folder of the repository. */
  readonly root: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Every package that the program imports, directly or indirectly, by name. */
export async function shippedPackages(order: PackagesOrder): Promise<readonly Package[]> {
  const graphs = await Promise.all(ENTRIES.map((entry) => graphOf({ ...order, entry })));
  const found = graphs.flatMap(({ packages }) => packages);
  const direct = new Set(found.filter((each) => each.direct).map(({ id }) => id));
  const packages = new Map(found.map((each): [string, FoundPackage] => [labelOf(each), each]));
  return await Promise.all(
    [...packages].sort(([one], [other]) => one < other ? -1 : 1).map(async ([, each]) => ({
      ...each,
      direct: direct.has(each.id),
      license: await namedLicense(each.folder),
    })),
  );
}

function labelOf({ name, version }: Pick<Package, "name" | "version">): string {
  return `${name}@${version}`;
}

/** The licenses of the runtime and of every package. */
export async function thirdPartyLicenses(packages: readonly Package[]): Promise<string> {
  const sections = await Promise.all(
    packages.map(async (each) => `## ${labelOf(each)}\n\n${await licenseIn(each)}\n`),
  );
  return `This program is made of a runtime and of these packages, each under its own license.

${[runtimeLicenses(), ...sections].join("\n")}`;
}

async function licenseIn({ folder, license }: Package): Promise<string> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const names = entries.filter(({ name, isFile }) => isFile && FILE_NAME.test(name))
    .map(({ name }) => name).sort();
  if (names.length === 0) return license ?? "No license is named.";
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(join(folder, name))));
  return texts.map((text) => text.replaceAll("\r\n", "\n").trim()).join("\n\n");
}

async function namedLicense(folder: string): Promise<string | undefined> {
  const text = await Deno.readTextFile(join(folder, "package.json"));
  return packageSchema.parse(JSON.parse(text)).license;
}
