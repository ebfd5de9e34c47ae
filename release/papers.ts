/** Makes what lies beside the program in each archive, so that an archive needs nothing else. */
import { join } from "node:path";
import manifest from "../deno.json" with { type: "json" };
import { renderExample } from "../src/config/example.ts";
import type { Publisher } from "../src/core/publisher.ts";
import type { ArchivedFile } from "./archive.ts";
import { billOfMaterials } from "./bill_of_materials.ts";
import { runDeno } from "./deno_command.ts";
import { permissionFlags } from "./executable.ts";
import { withInstallation } from "./install_docs.ts";
import { manPage } from "./man_page.ts";
import { LICENSES, shippedPackages, thirdPartyLicenses } from "./packages.ts";
import { standingAlone } from "./standalone.ts";
import { PROGRAM } from "./targets.ts";

export interface PapersOrder {
  /** The folder of the repository. */
  readonly root: string;
  readonly version: string;
  readonly publisher: Publisher | undefined;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What the executable is made of, in CycloneDX. */
export const BILL = `${PROGRAM}.cdx.json`;
export const MAN_PAGE = `man/${PROGRAM}.1`;

const SHELLS = ["bash", "zsh", "fish"] as const;

export async function papersOf(order: PapersOrder): Promise<readonly ArchivedFile[]> {
  const { root, version } = order;
  const packages = await shippedPackages(order);
  const bill = { root, version, license: manifest.license, packages };
  const texts: (readonly [string, string])[] = [
    ["LICENSE", await Deno.readTextFile(join(root, "LICENSE"))],
    ["README.md", await standaloneDocument("README.md", order)],
    ["CHANGELOG.md", await standaloneDocument("CHANGELOG.md", order)],
    [LICENSES, await thirdPartyLicenses(packages)],
    [BILL, await billOfMaterials(bill)],
    ["conf.toml.example", renderExample()],
    [MAN_PAGE, manPage(version)],
    ...await Promise.all(SHELLS.map(async (shell): Promise<readonly [string, string]> => [
      `completions/${PROGRAM}.${shell}`,
      await completionFor(shell, order),
    ])),
  ];
  const encoder = new TextEncoder();
  return texts.map(([name, text]) => ({ name, content: encoder.encode(text), executable: false }));
}

const BESIDE = ["LICENSE", "README.md", "CHANGELOG.md", LICENSES, "conf.toml.example"];

/** A document of the repository, for readers who have the archive or the package alone. */
export async function standaloneDocument(
  name: string,
  { root, version, publisher }: Pick<PapersOrder, "root" | "version" | "publisher">,
): Promise<string> {
  const repository = publisher === undefined
    ? undefined
    : `https://github.com/${publisher.repository}/blob/v${version}/`;
  const document = withInstallation(await Deno.readTextFile(join(root, name)), "en", publisher);
  return standingAlone(document, { beside: BESIDE, repository });
}

async function completionFor(
  shell: typeof SHELLS[number],
  { root, variables }: PapersOrder,
): Promise<string> {
  return await runDeno(["run", ...permissionFlags(), "main.ts", "completion", shell], {
    folder: root,
    purpose: `make the completions for ${shell}`,
    variables,
  });
}
