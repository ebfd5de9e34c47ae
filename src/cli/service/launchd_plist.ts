/** The service as a property list of launchd, for the user's own session. */
import { join } from "node:path";
import { SERVICE_NAME, type ServicePlan } from "./service_plan.ts";
import { unusablePath } from "./unusable_path.ts";

/** Seconds between two starts, also when the configuration is to blame: launchd knows no code apart. */
const THROTTLE_SECONDS = 30;
const OWNER_ONLY = 0o077;

type Value = string | number | boolean | readonly string[] | { readonly [key: string]: Value };

/** @throws {CommandError} when a path cannot be written in XML */
export function launchdPlist(plan: ServicePlan): string {
  const log = logFile(plan.home);
  const service: Value = {
    Label: SERVICE_NAME,
    ProgramArguments: plan.command,
    WorkingDirectory: plan.stateFolder,
    EnvironmentVariables: plan.variables,
    RunAtLoad: true,
    // Ended as asked: it stays off. Anything else: it is started anew.
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_SECONDS,
    ExitTimeOut: plan.stopSeconds,
    // Codex works as fast as for whoever sits before it; "Background" would slow it down.
    ProcessType: "Standard",
    Umask: OWNER_ONLY,
    StandardOutPath: log,
    StandardErrorPath: log,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(service, "")}
</plist>
`;
}

export function logFile(home: string): string {
  return join(home, "Library", "Logs", `${SERVICE_NAME}.log`);
}

function element(value: Value, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>`;
  if (typeof value === "number") return `${indent}<integer>${value}</integer>`;
  if (typeof value === "boolean") return `${indent}<${value}/>`;
  const inner = `${indent}  `;
  const [tag, lines] = isList(value)
    ? ["array", value.map((item) => element(item, inner))]
    : ["dict", Object.entries(value).map(([key, item]) => entry(key, item, inner))];
  return [`${indent}<${tag}>`, ...lines, `${indent}</${tag}>`].join("\n");
}

function entry(key: string, value: Value, indent: string): string {
  return `${indent}<key>${escaped(key)}</key>\n${element(value, indent)}`;
}

function isList(value: Value): value is readonly string[] {
  return Array.isArray(value);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escaped(text: string): string {
  // deno-lint-ignore no-control-regex -- XML has no way to write them
  if (/[\x00-\x1f\x7f]/.test(text)) throw unusablePath(text, "it holds a control character");
  return text.replaceAll(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
