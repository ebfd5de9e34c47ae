/** `codex-orchestrator permissions`: what the application may do with this configuration. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map } from "@optique/core/modifiers";
import { command } from "@optique/core/primitives";
import { withPlaceholderToken } from "../../config/environment.ts";
import { ConfigError } from "../../config/errors.ts";
import { exists } from "../../config/file_access.ts";
import { TEMPLATE } from "../../config/example.ts";
import { loadConfig, parseConfig } from "../../config/load.ts";
import { configPathIn } from "../../config/conf_file.ts";
import { confine, type Confinement } from "../../supervisor/confinement.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { INSTANCE_VARIABLE } from "../../supervisor/instance.ts";
import { fitted, readableColumns } from "../prompt/layout.ts";
import type { Perform, Process } from "../process.ts";
import { environmentOf } from "../start_environment.ts";
import { confOption, envFileOption, examples } from "../syntax.ts";

interface PermissionsOptions {
  readonly conf?: string | undefined;
  readonly envFile?: string | undefined;
}

export const permissionsCommand = command(
  "permissions",
  map(
    object("Options", { conf: confOption, envFile: envFileOption }),
    (options): Perform => (process) => printPermissions(process, options),
  ),
  {
    brief: message`Show what the program may read, write, reach and start`,
    description:
      message`Prints the permissions that the application gets with this configuration. Starts nothing.`,
    footer: examples(
      "codex-orchestrator permissions",
      "codex-orchestrator permissions --conf ~/bots/conf.toml",
    ),
  },
);

async function printPermissions(
  process: Process,
  { conf, envFile }: PermissionsOptions,
): Promise<number> {
  const environment = withPlaceholderToken(await environmentOf(process, { file: envFile }));
  const path = configPathIn(environment, conf);
  // Looking leaves nothing behind: without a file, this shows what a first start would write.
  const found = await exists(path);
  if (!found && conf !== undefined) {
    throw new ConfigError([{ place: path, detail: "does not exist" }]);
  }
  const config = found
    ? await loadConfig(environment, { flag: conf })
    : await parseConfig(TEMPLATE, { path, environment });
  const stateFolder = await realPath(config.stateFolder);
  const confinement = await confine(config, environment.variables, stateFolder);
  process.print(
    found ? "" : `${path} does not exist yet; these are the permissions with the defaults.\n\n`,
  );
  process.print(describe(confinement, readableColumns(process.terminal)));
  return EXIT_CODES.ok;
}

/** The first start creates the folder. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

const LAUNCHER =
  "Neither has other permissions. The launcher starts both and gives up all of its own permissions.";
const CODEX =
  "Codex gets these variables and no others. Its own sandbox limits it, not the permissions above:";

const BROKER = "The broker, which starts programs for it and holds what it asks of them, may";

function describe(
  { config, permissions, broker }: Confinement,
  columns: number,
): string {
  const { read, write, net } = permissions;
  const handedOn = [...Object.keys(broker.limits.environment), INSTANCE_VARIABLE].sort();
  return `With ${config.path} the application may

${row("read", read)}
${row("write", write)}
${row("reach", net)}
${row("start", [])}
${row("variables", [])}
${row("sys, ffi, import", [])}

${fitted(BROKER, columns)}

${row("start", broker.run)}

${fitted(LAUNCHER, columns)}

${fitted(CODEX, columns)}

${fitted(`  ${handedOn.join(" ")}`, columns)}
`;
}

const NAME_WIDTH = 18;

function row(name: string, values: readonly string[]): string {
  const [first = "none", ...more] = values;
  return [`  ${name.padEnd(NAME_WIDTH)}${first}`, ...more.map((value) => indent(value))].join("\n");
}

function indent(value: string): string {
  return " ".repeat(NAME_WIDTH + 2) + value;
}
