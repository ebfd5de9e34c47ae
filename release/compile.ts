/** `deno task compile`: executables, archives and checksums in `dist/`. */
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import manifest from "../deno.json" with { type: "json" };
import { PUBLISHER } from "../src/core/publisher.ts";
import { build } from "./build.ts";
import { misused, runCommand, understood } from "./command.ts";
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

const OPTIONS = {
  all: { type: "boolean", default: false },
  target: { type: "string" },
  output: { type: "string", default: "dist" },
  runtimes: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

if (import.meta.main) {
  await runCommand("compile", async (print) => {
    const variables = Deno.env.toObject();
    const wanted = understand(Deno.args, variables.DENORT_BIN);
    if (wanted === undefined) return print(HELP);
    const root = fileURLToPath(new URL("../", import.meta.url));
    const { version } = manifest;
    const publisher = PUBLISHER;
    await build({ ...wanted, root, version, publisher, variables, print });
  });
}

/** @returns undefined when help is asked for */
function understand(args: readonly string[], runtime: string | undefined): Wanted | undefined {
  const { all, target, help, ...paths } = understood({ args: [...args], options: OPTIONS }).values;
  if (help) return undefined;
  const output = resolve(paths.output);
  if (all && target !== undefined) throw misused("--all and --target exclude each other");
  const targets = all ? TARGETS : [chosen(target ?? Deno.build.target)];
  if (paths.runtimes !== undefined) return { targets, output, runtimes: resolve(paths.runtimes) };
  if (runtime === undefined) return { targets, output };
  if (all) throw misused("DENORT_BIN names one runtime, --all needs one for each system");
  return { targets, output, runtime: resolve(runtime) };
}

function chosen(name: string): Target {
  const target = targetNamed(name);
  if (target === undefined) throw misused(`there is no release for "${name}"`);
  return target;
}
