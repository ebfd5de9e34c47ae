/** `codex-orchestrator service`: the bot as a service of the user's own session. */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, withDefault } from "@optique/core/modifiers";
import { command, flag } from "@optique/core/primitives";
import { describeError } from "../../core/errors.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import {
  CommandError,
  isFromNpx,
  lastingInstallation,
  type Perform,
  type Process,
} from "../process.ts";
import {
  makeServicePlan,
  planOfInstalled,
  type PlanOptions,
  type ServiceManager,
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

async function managerOf(process: Process, options: PlanOptions): Promise<ServiceManager> {
  return serviceManager(process, await makeServicePlan(process, options));
}

async function printService(process: Process, options: PlanOptions): Promise<number> {
  process.print((await managerOf(process, options)).text);
  return EXIT_CODES.ok;
}

async function installService(process: Process, options: InstallOptions): Promise<number> {
  const manager = await managerOf(process, options);
  const done = await writeServiceFile(manager, options);
  process.print(`${done === "written" ? "Written" : "Unchanged"}: ${manager.path}\n`);
  if (isFromNpx(process.program)) {
    const forGood = lastingInstallation(process.program);
    process.print(
      `This runs from npx's cache, which npm may empty. Run \`${forGood}\`, then install the service again.\n`,
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
    : " (out of date: `service install --force` updates it)";
  process.print(`Installed: ${manager.path}${differs}\n`);
  const { ok, text } = await askManager(process, manager.status);
  process.print(`${text}\n`);
  return ok ? EXIT_CODES.ok : EXIT_CODES.failed;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `  ${text}\n`).join("");
}
