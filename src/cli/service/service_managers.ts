/** Picks the service manager of the operating system. */
import { join } from "node:path";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError, type Process } from "../process.ts";
import { launchdPlist, logFile, systemdUnit } from "./descriptions.ts";
import { SERVICE_NAME, type ServiceManager, type ServicePlan } from "./service_plan.ts";

/** @throws {CommandError} where there is none, with what to do instead */
export function serviceManager(process: Process, plan: ServicePlan): ServiceManager {
  const { os } = process.program;
  switch (os) {
    case "linux":
      return systemd(plan, process.variables.XDG_CONFIG_HOME);
    case "darwin":
      return launchd(plan);
    case "windows":
      throw noManager(
        "Windows",
        `Create a task in the Task Scheduler that starts at logon: ${shownOnWindows(plan.command)}`,
      );
    default:
      throw noManager(os, `Start it with your session: ${shown(plan.command)}`);
  }
}

function systemd(plan: ServicePlan, configHome: string | undefined): ServiceManager {
  const unit = `${SERVICE_NAME}.service`;
  const systemctl = (...words: string[]): string[] => ["systemctl", "--user", ...words];
  const folder = configHome?.startsWith("/") ? configHome : join(plan.home, ".config");
  return {
    name: "systemd",
    path: join(folder, "systemd", "user", unit),
    text: systemdUnit(plan),
    start: [systemctl("daemon-reload"), systemctl("enable", "--now", unit)],
    stop: [systemctl("disable", "--now", unit)],
    forget: [systemctl("daemon-reload")],
    status: systemctl("status", "--no-pager", unit),
    advice: [
      "It runs while you are logged in. To run it from boot on, also after you log out:",
      "  loginctl enable-linger",
      "Its log:",
      `  journalctl --user -u ${SERVICE_NAME} -f`,
    ],
  };
}

function launchd(plan: ServicePlan): ServiceManager {
  const path = join(plan.home, "Library", "LaunchAgents", `${SERVICE_NAME}.plist`);
  const domain = `gui/${plan.userId}`;
  const service = `${domain}/${SERVICE_NAME}`;
  return {
    name: "launchd",
    path,
    text: launchdPlist(plan),
    start: [["launchctl", "bootstrap", domain, path]],
    stop: [["launchctl", "bootout", service]],
    forget: [],
    status: ["launchctl", "print", service],
    advice: ["It runs while you are logged in. Its log:", `  tail -f ${logFile(plan.home)}`],
  };
}

function noManager(system: string, remedy: string): CommandError {
  return new CommandError(
    EXIT_CODES.noInput,
    `Services are not supported on ${system}, only with systemd and launchd`,
    { remedy },
  );
}

/** As the Task Scheduler and the shells of Windows read it; no path there holds a quote. */
function shownOnWindows(command: readonly string[]): string {
  return command.map((word) => /\s/.test(word) ? `"${word}"` : word).join(" ");
}

/** As a person would type it in a shell. */
export function shown(command: readonly string[]): string {
  return command.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
  ).join(" ");
}
