/**
 * Bundles the program into a few JavaScript files: `main.js`, its workers and what they share. An
 * executable carries nothing else: no npm packages, no source, nothing that only tests need.
 */
import { basename, dirname, join, posix } from "node:path";
import { UserFacingError } from "../src/core/errors.ts";
import { MODIFIED_SECONDS } from "./archive.ts";
import { runDeno } from "./deno_command.ts";

/** The entry first. */
export const ENTRIES = [
  "main.ts",
  "src/cli/command_worker.ts",
  "src/cli/launch/configuration_worker.ts",
  "src/cli/demo/demo_worker.ts",
  "src/supervisor/bot_worker.ts",
  "src/supervisor/broker_worker.ts",
  "src/supervisor/chat_worker.ts",
  "src/supervisor/spawner_worker.ts",
] as const;

/** What several entries share, or what is imported later, by the name that the bundler gives it. */
const CHUNK = /\w+-[A-Z0-9]{8}\.js/g;

/** How a minified module names a file beside it. */
const REFERENCE = /new URL\("(\.{1,2}\/[^"]*\.[a-z]+)",\s*import\.meta\.url\)/g;

interface BundleOrder {
  /** The folder of the repository. */
  readonly root: string;
  /** An empty folder. */
  readonly folder: string;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * @returns the paths of the files, relative to that folder, the entry first
 * @throws {UserFacingError} when it cannot be built, or would look for a file that it does not carry
 */
export async function bundle(
  { root, folder, variables }: BundleOrder,
): Promise<readonly string[]> {
  await runDeno([
    "bundle",
    "--quiet",
    "--platform=deno",
    "--minify",
    // Errors are recognized by the names of their classes.
    "--keep-names",
    "--code-splitting",
    `--outdir=${folder}`,
    ...ENTRIES,
  ], { folder: root, purpose: "bundle the program", variables });
  const modules = named(await modulesIn(folder));
  await Deno.remove(folder, { recursive: true });
  for (const [path, text] of modules) {
    const file = join(folder, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, pointingToBundled(path, text, modules));
    // An executable stores when its files were written.
    await Deno.utime(file, MODIFIED_SECONDS, MODIFIED_SECONDS);
  }
  return [...modules.keys()];
}

/** Texts by path. */
type Modules = ReadonlyMap<string, string>;

/**
 * Puts the entries first, then numbers what they load at once or later: the bundler names that by a
 * hash over paths of this computer.
 */
function named(modules: Modules): Modules {
  const entries = ENTRIES.map(bundled);
  const names = new Map<string, string>();
  const visit = (path: string): void => {
    for (const [chunk] of modules.get(path)?.matchAll(CHUNK) ?? []) {
      if (names.has(chunk) || !modules.has(chunk)) continue;
      names.set(chunk, `shared_${names.size + 1}.js`);
      visit(chunk);
    }
  };
  entries.forEach(visit);
  const renamed = [...entries, ...names.keys()].map((path): [string, string] => [
    names.get(path) ?? path,
    modules.get(path)?.replaceAll(CHUNK, (chunk) => names.get(chunk) ?? chunk) ?? "",
  ]);
  return new Map(renamed);
}

/** Corrects the addresses of workers, which the bundler leaves as they are in the source. */
function pointingToBundled(path: string, text: string, modules: Modules): string {
  return text.replaceAll(REFERENCE, (_, address: string) => {
    const name = bundled(basename(address));
    const target = [...modules.keys()].find((candidate) => basename(candidate) === name);
    if (target === undefined) {
      throw new UserFacingError(
        `Cannot bundle the program: ${path} refers to ${address}, which is not in the bundle`,
        { remedy: "Add it to ENTRIES in release/bundle.ts, or import it as text" },
      );
    }
    const from = posix.relative(posix.dirname(path), target);
    return `new URL("${from.startsWith(".") ? from : `./${from}`}",import.meta.url)`;
  });
}

function bundled(module: string): string {
  return module.replace(/\.ts$/, ".js");
}

async function modulesIn(folder: string, prefix = ""): Promise<Modules> {
  const modules = new Map<string, string>();
  for await (const { name, isDirectory } of Deno.readDir(join(folder, prefix))) {
    const path = `${prefix}${name}`;
    const inside = isDirectory
      ? await modulesIn(folder, `${path}/`)
      : [[path, await Deno.readTextFile(join(folder, path))] as const];
    for (const [inner, text] of inside) modules.set(inner, text);
  }
  return modules;
}
