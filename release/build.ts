/** Builds a release into a folder: an executable and an archive for each system, and checksums. */
import { join } from "node:path";
import { type ArchivedFile, tarGz, zip } from "./archive.ts";
import { bundle } from "./bundle.ts";
import { readEmbedded } from "./embedded.ts";
import { compileExecutable, runtimeIn } from "./executable.ts";
import { examine } from "./gate.ts";
import { LICENSES, thirdPartyLicenses } from "./packages.ts";
import {
  archiveName,
  executableName,
  PROGRAM,
  releaseName,
  suffixOf,
  type Target,
} from "./targets.ts";

interface BuildOrder {
  /** The folder of the repository. */
  readonly root: string;
  readonly version: string;
  readonly targets: readonly Target[];
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

const PAPERS = ["LICENSE", "README.md", "CHANGELOG.md"];

const CHECKSUMS = "SHA256SUMS";

/** @throws {UserFacingError} when a part cannot be made; what was made before stays */
export async function build(order: BuildOrder): Promise<void> {
  await Deno.mkdir(order.output, { recursive: true });
  const folder = await Deno.makeTempDir({ prefix: "codex-orchestrator-bundle-" });
  try {
    const files = await bundle({ ...order, folder });
    const papers = await papersOf(order);
    const made: string[] = [];
    for (const target of order.targets) {
      const { executable, content } = await compileFor(target, order, folder, files);
      const archive = await pack(target, order, [content, ...papers]);
      made.push(executable, archive);
    }
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

/** The files beside the program in each archive. */
async function papersOf(order: BuildOrder): Promise<readonly ArchivedFile[]> {
  const licenses = new TextEncoder().encode(await thirdPartyLicenses(order));
  await Deno.writeFile(join(order.output, LICENSES), licenses);
  const papers = await Promise.all(PAPERS.map(async (name) => ({
    name,
    content: await Deno.readFile(join(order.root, name)),
    executable: false,
  })));
  return [...papers, { name: LICENSES, content: licenses, executable: false }];
}

/** The checksums in the format of `sha256sum -c`. */
async function writeChecksums(folder: string, names: readonly string[]): Promise<void> {
  const lines: string[] = [];
  for (const name of [...names].sort()) {
    const content = await Deno.readFile(join(folder, name));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    lines.push(`${digest.toHex()}  ${name}\n`);
  }
  await Deno.writeTextFile(join(folder, CHECKSUMS), lines.join(""));
}
