/** `codex-orchestrator service`: the bot as a service of the user's own session. */
import { join } from "node:path";
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, withDefault } from "@optique/core/modifiers";
import { command, flag } from "@optique/core/primitives";
import { BOT_TOKEN_VARIABLE } from "../../config/environment.ts";
import { describeError } from "../../core/errors.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import {
  CommandError,
  isFromNpx,
  lastingInstallation,
  type Perform,
  type Process,
  startLine,
} from "../process.ts";
import {
  knowsToken,
  makeServicePlan,
  planOfInstalled,
  type PlanOptions,
} from "../service/service_plan.ts";
import {
  askManager,
  execute,
  installedText,
  removeServiceFile,
  writeServiceFile,
} from "../service/service_actions.ts";
import { serviceManager, shown } from "../service/service_managers.ts";
import { confOption, examples, subcommandErrors } from "../syntax.ts";

interface InstallOptions extends PlanOptions {
  readonly start: boolean;
  readonly force: boolean;
}

const planOptions = object("Options", { conf: confOption });

const print = command(
  "print",
  map(planOptions, (options): Perform => (process) => printService(process, options)),
  {
    brief: message`Print the unit or property list; change nothing`,
    footer: examples("codex-orchestrator service print"),
  },
);

const install = command(
  "install",
  map(
    object("Options", {
      conf: confOption,
      start: withDefault(
        flag("--start", { description: message`Also enable and start it now` }),
        false,
      ),
      force: withDefault(
        flag("--force", { description: message`Replace a file that differs` }),
        false,
      ),
    }),
    (options): Perform => (process) => installService(process, options),
  ),
  {
    brief: message`Install the unit or property list`,
    footer: examples(
      "codex-orchestrator service install",
      "codex-orchestrator service install --start",
    ),
  },
);

const uninstall = command(
  "uninstall",
  map(planOptions, (options): Perform => (process) => uninstallService(process, options)),
  {
    brief: message`Stop the service and remove its file, nothing else`,
    footer: examples("codex-orchestrator service uninstall"),
  },
);

const status = command(
  "status",
  map(planOptions, (options): Perform => (process) => serviceStatus(process, options)),
  {
    brief: message`Show whether it is installed, up to date and running`,
    footer: examples("codex-orchestrator service status"),
  },
);

const ERRORS = subcommandErrors("service", ["print", "install", "uninstall", "status"]);

export const serviceCommand = command(
  "service",
  or(print, install, uninstall, status, ERRORS),
  {
    brief: message`Start the bot automatically and keep it running`,
    description:
      message`Uses a systemd user unit (Linux) or a launchd agent (macOS). It starts this program with the PATH of the shell that you install it from, so that Codex is found.`,
    footer: examples(
      "codex-orchestrator service print",
      "codex-orchestrator service install --start",
      "codex-orchestrator service status",
    ),
  },
);

async function printService(process: Process, options: PlanOptions): Promise<number> {
  process.print(serviceManager(process, await makeServicePlan(process, options)).text);
  return EXIT_CODES.ok;
}

async function installService(process: Process, options: InstallOptions): Promise<number> {
  const plan = await makeServicePlan(process, options);
  const manager = serviceManager(process, plan);
  const done = await writeServiceFile(manager, options);
  process.print(`${done === "written" ? "Written" : "Unchanged"}: ${manager.path}\n`);
  if (isFromNpx(process.program)) {
    const forGood = lastingInstallation(process.program);
    process.print(
      `This runs from npx's cache, which npm may empty. Run \`${forGood}\`, then install the service again.\n`,
    );
  }
  if (!await knowsToken(plan)) {
    const own = join(plan.stateFolder, ".env");
    const init = `${startLine(process.program)} init`;
    process.print(
      `The service will find no bot token: it sees no variable of this shell. Put ${BOT_TOKEN_VARIABLE}=... into ${own}, or run \`${init}\`.\n`,
    );
  }
  if (options.start) await execute(process, manager.start);
  else process.print(`Start it with:\n${lines(manager.start.map(shown))}`);
  process.print(`${manager.advice.join("\n")}\n`);
  return EXIT_CODES.ok;
}

async function uninstallService(process: Process, options: PlanOptions): Promise<number> {
  const { plan } = await planOfInstalled(process, options);
  const { path, stop, forget } = serviceManager(process, plan);
  if (await installedText(path) === undefined) {
    process.print(`Not installed: there is no ${path}\n`);
    return EXIT_CODES.ok;
  }
  await attempt(process, stop);
  await removeServiceFile(path);
  process.print(`Removed: ${path}\n`);
  await attempt(process, forget);
  return EXIT_CODES.ok;
}

/** A service that was never started cannot be stopped: that is said, and the file is removed. */
async function attempt(
  process: Process,
  commands: readonly (readonly string[])[],
): Promise<void> {
  try {
    await execute(process, commands);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.print(`${describeError(error)}\n`);
  }
}

async function serviceStatus(process: Process, options: PlanOptions): Promise<number> {
  const { plan, usable } = await planOfInstalled(process, options);
  const manager = serviceManager(process, plan);
  const present = await installedText(manager.path);
  if (present === undefined) {
    process.print(`Not installed: there is no ${manager.path}\n`);
    return EXIT_CODES.failed;
  }
  const differs = !usable
    ? " (its configuration cannot be used: `codex-orchestrator permissions` says why)"
    : present === manager.text
    ? ""
    : ` (${differenceOf(present, options)})`;
  process.print(`Installed: ${manager.path}${differs}\n`);
  const { ok, text } = await askManager(process, manager.status);
  process.print(`${text}\n`);
  return ok ? EXIT_CODES.ok : EXIT_CODES.failed;
}

/** What this shell would install depends on its PATH, too: what is installed need not be worse. */
function differenceOf(present: string, { conf }: PlanOptions): string {
  if (conf === undefined && present.includes("--conf")) {
    return "for another configuration: name it with --conf, as when it was installed";
  }
  return "not what `service install --force` would write here: `service print` shows that";
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `  ${text}\n`).join("");
}
