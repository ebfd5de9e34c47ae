/** A release in a folder: for each system an executable and an archive of it, and their checksums. */
import { basename, join } from "node:path";
import { type ArchivedFile, tarGz, zip } from "./archive.ts";
import { bundle } from "./bundle.ts";
import { readEmbedded } from "./embedded.ts";
import { compileExecutable, runtimeIn } from "./executable.ts";
import { examine } from "./gate.ts";
import { archiveName, executableName, PROGRAM, releaseName } from "./names.ts";
import { suffixOf, type Target } from "./targets.ts";

export interface BuildOrder {
  /** The folder of the repository. */
  readonly root: string;
  readonly version: string;
  readonly targets: readonly Target[];
  /** Where everything is written. */
  readonly output: string;
  /** A folder with a runtime for each target; downloaded when absent. */
  readonly runtimes?: string;
  /** The runtime itself, where there is one target only. */
  readonly runtime?: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
  readonly print: (text: string) => void;
}

/** What is put beside the program in each archive. */
const PAPERS = ["LICENSE", "README.md", "CHANGELOG.md"];

export const CHECKSUMS = "SHA256SUMS";

/** @throws {UserFacingError} when a part cannot be made; what was made before stays */
export async function build(order: BuildOrder): Promise<void> {
  await Deno.mkdir(order.output, { recursive: true });
  const folder = await Deno.makeTempDir({ prefix: "codex-orchestrator-bundle-" });
  try {
    const files = await bundle({ ...order, folder });
    const made: string[] = [];
    for (const target of order.targets) made.push(...await buildFor(target, order, folder, files));
    await writeChecksums(order.output, made);
    order.print(`${join(order.output, CHECKSUMS)}\n`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** @returns the names of the files */
async function buildFor(
  target: Target,
  order: BuildOrder,
  folder: string,
  files: readonly string[],
): Promise<readonly string[]> {
  const { root, version, output, runtimes, variables, print } = order;
  const executable = join(output, executableName(version, target));
  const runtime = runtimes === undefined ? order.runtime : runtimeIn(runtimes, target);
  await compileExecutable({ folder, files, target, runtime, output: executable, variables });
  const content = await Deno.readFile(executable);
  const embedded = readEmbedded(content);
  examine(embedded, files);
  print(`${executable}: ${content.length} bytes, of which ${embedded.size} are the program\n`);
  const archive = join(output, archiveName(version, target));
  const program = { name: `${PROGRAM}${suffixOf(target)}`, content, executable: true };
  const contents = await archivedFiles(root, releaseName(version, target), program);
  await Deno.writeFile(archive, target.system === "win32" ? zip(contents) : tarGz(contents));
  print(`${archive}\n`);
  return [basename(executable), basename(archive)];
}

async function archivedFiles(
  root: string,
  folder: string,
  program: ArchivedFile,
): Promise<readonly ArchivedFile[]> {
  const papers = await Promise.all(PAPERS.map(async (name) => ({
    name,
    content: await Deno.readFile(join(root, name)),
    executable: false,
  })));
  return [program, ...papers].map((file) => ({ ...file, name: `${folder}/${file.name}` }));
}

/** As `sha256sum -c` reads them. */
async function writeChecksums(folder: string, names: readonly string[]): Promise<void> {
  const lines: string[] = [];
  for (const name of [...names].sort()) {
    const content = await Deno.readFile(join(folder, name));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    lines.push(`${digest.toHex()}  ${name}\n`);
  }
  await Deno.writeTextFile(join(folder, CHECKSUMS), lines.join(""));
}
