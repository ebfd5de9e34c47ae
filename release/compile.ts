/** `deno task compile`: executables, archives and checksums in `dist/`. */
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../deno.json" with { type: "json" };
import { describeError, UserFacingError } from "../src/core/errors.ts";
import { build } from "./build.ts";
import { type Target, targetNamed, TARGETS } from "./targets.ts";

const HELP = `Make executable files of codex-orchestrator ${manifest.version}

Usage: deno task compile [--all | --target TARGET] [--output FOLDER] [--runtimes FOLDER]

Options:
  --all              for every system; otherwise for this one
  --target TARGET    for another system
  --output FOLDER    where to put them, instead of dist
  --runtimes FOLDER  take the runtimes denort-TARGET[.exe] from there and download none
  -h, --help         show this text

Targets:
${TARGETS.map(({ name }) => `  ${name}\n`).join("")}
Variables:
  DENORT_BIN         the runtime for a single system, instead of a download
`;

interface Wanted {
  readonly targets: readonly Target[];
  readonly output: string;
  readonly runtimes?: string;
  readonly runtime?: string;
}

if (import.meta.main) {
  const encoder = new TextEncoder();
  const print = (text: string): void => void Deno.stdout.writeSync(encoder.encode(text));
  try {
    const variables = Deno.env.toObject();
    const wanted = understand(Deno.args, variables.DENORT_BIN);
    if (wanted === undefined) print(HELP);
    else {
      const root = fileURLToPath(new URL("../", import.meta.url));
      await build({ ...wanted, root, version: manifest.version, variables, print });
    }
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    Deno.stderr.writeSync(encoder.encode(`compile: ${describeError(error)}\n`));
    Deno.exitCode = 1;
  }
}

/** @returns nothing when help is asked for */
function understand(args: readonly string[], runtime: string | undefined): Wanted | undefined {
  const { all, target, help, ...paths } = optionsOf(args);
  if (help) return undefined;
  const output = resolve(paths.output);
  if (all && target !== undefined) throw misused("--all and --target exclude each other");
  const targets = all ? TARGETS : [chosen(target ?? Deno.build.target)];
  if (paths.runtimes !== undefined) return { targets, output, runtimes: resolve(paths.runtimes) };
  if (runtime === undefined) return { targets, output };
  if (all) throw misused("DENORT_BIN names one runtime, --all needs one for each system");
  return { targets, output, runtime: resolve(runtime) };
}

interface Options {
  readonly all: boolean;
  readonly target?: string | undefined;
  readonly output: string;
  readonly runtimes?: string | undefined;
  readonly help: boolean;
}

function optionsOf(args: readonly string[]): Options {
  try {
    return parseArgs({
      args: [...args],
      options: {
        all: { type: "boolean", default: false },
        target: { type: "string" },
        output: { type: "string", default: "dist" },
        runtimes: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw misused(describeError(error));
  }
}

function chosen(name: string): Target {
  const target = targetNamed(name);
  if (target === undefined) throw misused(`there is no release for "${name}"`);
  return target;
}

function misused(problem: string): UserFacingError {
  return new UserFacingError(`Cannot start: ${problem}`, { remedy: "--help shows what there is" });
}
