/** Compiles the bundle into an executable for one system. */
import { basename, join } from "node:path";
import manifest from "../deno.json" with { type: "json" };
import { UserFacingError } from "../src/core/errors.ts";
import { DenoFailedError, runDeno } from "./deno_command.ts";
import { PROGRAM, suffixOf, type Target } from "./targets.ts";

interface ExecutableOrder {
  /** Where the bundle is. */
  readonly folder: string;
  /** Its files, the entry first. */
  readonly files: readonly string[];
  readonly target: Target;
  /** The runtime to use; downloaded when absent. */
  readonly runtime?: string | undefined;
  /** Of the process. */
  readonly variables: Readonly<Record<string, string>>;
  /** The file to write; an existing one is replaced. */
  readonly output: string;
}

/**
 * @throws {UserFacingError} when the runtime cannot be downloaded or used
 */
export async function compileExecutable(order: ExecutableOrder): Promise<void> {
  const { folder, target, runtime, output, variables } = order;
  // Deno does not replace a file that it did not make.
  await Deno.remove(output).catch(ignoreMissing);
  try {
    await runDeno(compileArguments(order), {
      folder,
      purpose: `make ${basename(output)}`,
      variables,
      runtime,
    });
  } catch (error) {
    throw explained(error, target, runtime);
  }
}

function compileArguments({ files, target, output }: ExecutableOrder): string[] {
  const [entry = "main.js", ...others] = files;
  return [
    "compile",
    "--quiet",
    // Ignore configuration files in the folders above the bundle.
    "--no-config",
    "--no-check",
    "--no-remote",
    "--no-npm",
    "--no-code-cache",
    ...permissionFlags(),
    // The executable carries its modules and loads none from a host.
    "--deny-import",
    ...manifest.unstable.map((feature) => `--unstable-${feature}`),
    `--app-name=${PROGRAM}`,
    `--target=${target.name}`,
    ...others.map((file) => `--include=${file}`),
    `--output=${output}`,
    entry,
  ];
}

/**
 * The flags of `deno task start`: what the launcher needs until it has read the configuration and gives
 * its rights up. Who holds what afterwards: docs/decisions/0007-who-holds-which-permission.md.
 */
export function permissionFlags(): readonly string[] {
  return manifest.tasks.start.command.split(" ").filter((word) => word.startsWith("-"));
}

function explained(error: unknown, target: Target, runtime: string | undefined): unknown {
  if (!(error instanceof DenoFailedError)) return error;
  if (runtime !== undefined) {
    return new UserFacingError(
      `Cannot make an executable for ${target.name} of the runtime ${runtime}: ${error.output}`,
      { remedy: "Use a denort of this version of Deno for that system" },
    );
  }
  const address = /error sending request for url \((\S+)\)/.exec(error.output)?.[1];
  if (address === undefined) return error;
  return new UserFacingError(`Cannot download the runtime for ${target.name} from ${address}`, {
    remedy: `Check the network (HTTPS_PROXY, DENO_TLS_CA_STORE=system), or unpack that file on ` +
      `another machine and name the runtime in it: DENORT_BIN=/path/to/denort` +
      `${suffixOf(target)} for one system, --runtimes FOLDER for several`,
  });
}

/** The runtime for a target in a folder with one for each: `denort-TARGET[.exe]`. */
export function runtimeIn(folder: string, target: Target): string {
  return join(folder, `denort-${target.name}${suffixOf(target)}`);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
