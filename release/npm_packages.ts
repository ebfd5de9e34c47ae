/**
 * Writes the packages for npm: one with the command, which depends on one with the executable for each
 * system. npm installs the ones that fit by `os`, `cpu` and `libc`, and runs no script. All of them are
 * in a scope, because the name without one is another project's.
 */
import { join } from "node:path";
import manifest from "../deno.json" with { type: "json" };
import { UserFacingError } from "../src/core/errors.ts";
import type { Publisher } from "../src/core/publisher.ts";
import { runDeno } from "./deno_command.ts";
import { LICENSES } from "./packages.ts";
import { BILL, MAN_PAGE, standaloneDocument } from "./papers.ts";
import {
  billName,
  executableName,
  packageFor,
  PROGRAM,
  suffixOf,
  type Target,
  TARGETS,
} from "./targets.ts";

interface NpmOrder {
  /** The folder of the repository. */
  readonly root: string;
  /** Where the executables are. */
  readonly executables: string;
  /** Gets a folder for each package. */
  readonly output: string;
  readonly targets: readonly Target[];
  /** With its "@". */
  readonly scope: string;
  /** The repository's address, which npm compares with where a package was built. */
  readonly repository?: string | undefined;
  /** Whose addresses the README holds. */
  readonly publisher: Publisher | undefined;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * @returns the folders in the order of publishing: dependencies first
 * @throws {UserFacingError} when an executable is missing
 */
export async function writeNpmPackages(order: NpmOrder): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const target of order.targets) folders.push(await writeSystemPackage(target, order));
  return [...folders, await writeCommandPackage(order)];
}

async function writeSystemPackage(target: Target, order: NpmOrder): Promise<string> {
  const { executables, output } = order;
  const folder = join(output, packageFor(target));
  const source = join(executables, executableName(manifest.version, target));
  await Deno.mkdir(join(folder, "bin"), { recursive: true });
  const executable = join(folder, "bin", PROGRAM + suffixOf(target));
  try {
    await Deno.copyFile(source, executable);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UserFacingError(`Cannot make ${packageFor(target)}: ${source} is not there`, {
      remedy: `Make it first: deno task compile --target ${target.name}`,
      cause: error,
    });
  }
  if (Deno.build.os !== "windows") await Deno.chmod(executable, 0o755);
  await Deno.copyFile(join(executables, LICENSES), join(folder, LICENSES));
  await Deno.copyFile(join(executables, billName(manifest.version)), join(folder, BILL));
  await writePackage(folder, order, {
    name: `${order.scope}/${packageFor(target)}`,
    description: `The executable of ${PROGRAM} for ${target.name}`,
    os: [target.system],
    cpu: [target.processor],
    ...(target.system === "linux" ? { libc: ["glibc"] } : {}),
  });
  return folder;
}

async function writeCommandPackage(order: NpmOrder): Promise<string> {
  const folder = join(order.output, PROGRAM);
  const command = `bin/${PROGRAM}.js`;
  await Deno.mkdir(join(folder, "bin"), { recursive: true });
  await runDeno([
    "bundle",
    "--quiet",
    "--platform=deno",
    `--output=${join(folder, command)}`,
    "release/npm_launcher.ts",
  ], { folder: order.root, purpose: "bundle the launcher", variables: order.variables });
  await writePackage(folder, order, {
    name: `${order.scope}/${PROGRAM}`,
    description: "Use the Codex on your computer from Telegram",
    type: "module",
    bin: { [PROGRAM]: command },
    man: `./${MAN_PAGE}`,
    engines: { node: ">=20" },
    optionalDependencies: Object.fromEntries(
      TARGETS.map((target) => [`${order.scope}/${packageFor(target)}`, manifest.version]),
    ),
  });
  await Deno.mkdir(join(folder, "man"), { recursive: true });
  await Deno.copyFile(join(order.executables, MAN_PAGE), join(folder, MAN_PAGE));
  const readme = await standaloneDocument("README.md", { ...order, version: manifest.version });
  await Deno.writeTextFile(join(folder, "README.md"), readme);
  return folder;
}

async function writePackage(
  folder: string,
  { root, repository }: NpmOrder,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const description = {
    ...fields,
    version: manifest.version,
    license: manifest.license,
    files: ["bin", "man", LICENSES, BILL],
    ...(repository === undefined ? {} : { repository: { type: "git", url: repository } }),
  };
  await Deno.writeTextFile(
    join(folder, "package.json"),
    `${JSON.stringify(description, null, 2)}\n`,
  );
  await Deno.copyFile(join(root, "LICENSE"), join(folder, "LICENSE"));
}
