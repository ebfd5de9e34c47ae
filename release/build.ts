/**
 * Builds a release into a folder: an executable and an archive for each system, the script that
 * installs it, the formula of Homebrew, the bill of materials, and checksums of all of them.
 */
import { join } from "node:path";
import { type Publisher, releasesPageOf } from "../src/core/publisher.ts";
import { type ArchivedFile, tarGz, zip } from "./archive.ts";
import { bundle } from "./bundle.ts";
import { readEmbedded } from "./embedded.ts";
import { compileExecutable, runtimeIn } from "./executable.ts";
import { examine } from "./gate.ts";
import { homebrewFormula } from "./formula.ts";
import { LICENSES } from "./packages.ts";
import { BILL, MAN_PAGE, papersOf } from "./papers.ts";
import {
  archiveName,
  billName,
  CHECKSUMS,
  executableName,
  PROGRAM,
  releaseName,
  suffixOf,
  type Target,
  TARGETS,
} from "./targets.ts";

interface BuildOrder {
  /** The folder of the repository. */
  readonly root: string;
  readonly version: string;
  readonly targets: readonly Target[];
  /** Whose addresses the script and the formula hold. */
  readonly publisher: Publisher | undefined;
  /** Where everything is written. */
  readonly output: string;
  /** A folder with a runtime for each target; downloaded when absent. */
  readonly runtimes?: string;
  /** The runtime itself, for a single target. */
  readonly runtime?: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
  readonly print: (text: string) => void;
}

const INSTALL_SCRIPT = "install.sh";
const FORMULA = `${PROGRAM}.rb`;

/** @throws {UserFacingError} when a part cannot be made; what was made before stays */
export async function build(order: BuildOrder): Promise<void> {
  await Deno.mkdir(order.output, { recursive: true });
  const folder = await Deno.makeTempDir({ prefix: "codex-orchestrator-bundle-" });
  try {
    const files = await bundle({ ...order, folder });
    const papers = await papersOf(order);
    const made = [await writeBill(order, papers), await writeInstallScript(order)];
    for (const target of order.targets) {
      const { executable, content } = await compileFor(target, order, folder, files);
      const archive = await pack(target, order, [content, ...papers]);
      made.push(executable, archive);
    }
    made.push(...await writeFormula(order));
    await writeChecksums(order.output, made);
    order.print(`${join(order.output, CHECKSUMS)}\n`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function compileFor(
  target: Target,
  order: BuildOrder,
  folder: string,
  files: readonly string[],
): Promise<{ readonly executable: string; readonly content: ArchivedFile }> {
  const { version, output, runtimes, variables, print } = order;
  const executable = executableName(version, target);
  const path = join(output, executable);
  const runtime = runtimes === undefined ? order.runtime : runtimeIn(runtimes, target);
  await compileExecutable({ folder, files, target, runtime, output: path, variables });
  const content = await Deno.readFile(path);
  const embedded = readEmbedded(content);
  examine(embedded, files);
  print(`${path}: ${content.length} bytes, of which ${embedded.size} are the program\n`);
  return { executable, content: { name: PROGRAM + suffixOf(target), content, executable: true } };
}

/** @returns its name */
async function pack(
  target: Target,
  { version, output, print }: BuildOrder,
  contents: readonly ArchivedFile[],
): Promise<string> {
  const name = archiveName(version, target);
  const folder = releaseName(version, target);
  const files = contents.map((file) => ({ ...file, name: `${folder}/${file.name}` }));
  const path = join(output, name);
  await Deno.writeFile(path, target.system === "win32" ? zip(files) : tarGz(files));
  print(`${path}\n`);
  return name;
}

/** @returns its name; the licenses are laid beside it, for the packages of npm */
async function writeBill(
  { output, version }: BuildOrder,
  papers: readonly ArchivedFile[],
): Promise<string> {
  const named = (name: string): Uint8Array => contentOf(papers, name);
  await Deno.writeFile(join(output, LICENSES), named(LICENSES));
  await Deno.mkdir(join(output, "man"), { recursive: true });
  await Deno.writeFile(join(output, MAN_PAGE), named(MAN_PAGE));
  const name = billName(version);
  await Deno.writeFile(join(output, name), named(BILL));
  return name;
}

function contentOf(papers: readonly ArchivedFile[], name: string): Uint8Array {
  const found = papers.find((paper) => paper.name === name);
  if (found === undefined) throw new RangeError(`${name} was not made`);
  return found.content;
}

/** The script, with the page of the releases in it. @returns its name */
async function writeInstallScript({ root, output, publisher }: BuildOrder): Promise<string> {
  const text = await Deno.readTextFile(join(root, "release", INSTALL_SCRIPT));
  const published = publisher === undefined ? "" : releasesPageOf(publisher);
  const path = join(output, INSTALL_SCRIPT);
  await Deno.writeTextFile(path, text.replace(/^published_at=""$/m, `published_at="${published}"`));
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o755);
  return INSTALL_SCRIPT;
}

/** @returns its name, or none where it is not known who publishes or a system is missing */
async function writeFormula(
  { output, version, publisher, targets }: BuildOrder,
): Promise<readonly string[]> {
  const archives = TARGETS.filter(({ system }) => system !== "win32");
  if (publisher === undefined || !archives.every((target) => targets.includes(target))) return [];
  const names = archives.map((target) => archiveName(version, target));
  const checksums = await Promise.all(
    names.map(async (
      name,
    ): Promise<[string, string]> => [name, await sha256Of(join(output, name))]),
  );
  const text = homebrewFormula({
    version,
    releases: releasesPageOf(publisher),
    homepage: `https://github.com/${publisher.repository}`,
    checksums: new Map(checksums),
  });
  await Deno.writeTextFile(join(output, FORMULA), text);
  return [FORMULA];
}

/** The checksums in the format of `sha256sum -c`. */
async function writeChecksums(folder: string, names: readonly string[]): Promise<void> {
  const lines: string[] = [];
  for (const name of [...names].sort()) {
    lines.push(`${await sha256Of(join(folder, name))}  ${name}\n`);
  }
  await Deno.writeTextFile(join(folder, CHECKSUMS), lines.join(""));
}

async function sha256Of(path: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(digest).toHex();
}
