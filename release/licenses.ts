/** The licenses of what an executable carries: most of them ask to come along. */
import { join } from "node:path";
import { z } from "zod";
import { ENTRIES } from "./bundle.ts";
import { graphOf, type Package } from "./graph.ts";

export const LICENSES = "THIRD_PARTY_LICENSES.txt";

const FILE_NAME = /^(?:licen[cs]e|copying|notice)/i;
const packageSchema = z.object({ license: z.string().optional() });

export interface LicensesOrder {
  /** The folder of the repository. */
  readonly root: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Of every package that the program imports, and of those that these need, in the order of names. */
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
