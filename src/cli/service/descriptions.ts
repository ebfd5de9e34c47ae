/** Describes the service for systemd and for launchd. */
import { join } from "node:path";
import { SERVICE_NAME, type ServicePlan, unusablePath } from "./service_plan.ts";

/** Directives that also hold for Codex; its sandbox was tested with them. */
const HARDENING =
  `# Codex puts its commands into a sandbox of its own (bubblewrap), which needs namespaces and netlink:
# hence no RestrictNamespaces, ProtectSystem, PrivateTmp or PrivateDevices here.
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
# What Codex makes is for you alone. 0022 lets others of this machine read it.
UMask=0077`;

/** @throws {CommandError} when a path cannot be written in a unit */
export function systemdUnit(plan: ServicePlan): string {
  const [program = "", ...words] = plan.command;
  const variables = Object.entries(plan.variables).map(([name, value]) =>
    `Environment=${quoted(`${name}=${value}`)}`
  );
  return `[Unit]
Description=Codex on Telegram
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=exec
ExecStart=${[executable(program), ...words.map(argument)].join(" ")}
WorkingDirectory=-${bare(plan.stateFolder)}
${variables.join("\n")}
EnvironmentFile=-${noPattern(plan.stateFolder)}/.env

Restart=on-failure
RestartSec=5
# 64: wrong command line; 78: wrong configuration. Restarting helps with neither.
RestartPreventExitStatus=64 78

# Asks the bot first, so that running work can finish; then kills what is left.
KillMode=mixed
TimeoutStopSec=${plan.stopSeconds}

${HARDENING}

[Install]
WantedBy=default.target
`;
}

/** The first word, in which systemd expands no variables. */
function executable(path: string): string {
  if (/["'\\]/.test(path)) throw unusablePath(path, "systemd starts no program with quotes or \\");
  return quoted(path);
}

/** `$` begins a variable in the words of a command line, and nowhere else. */
function argument(word: string): string {
  return quoted(word.replaceAll("$", "$$$$"));
}

/** One word, whatever is in it: `%` begins a specifier, `\` an escape. */
function quoted(word: string): string {
  return `"${oneLine(word).replaceAll(/["\\]/g, "\\$&").replaceAll("%", "%%")}"`;
}

/** The rest of a line as one path: nothing is unquoted there, but `%` still begins a specifier. */
function bare(path: string): string {
  if (path.endsWith("\\")) throw unusablePath(path, "systemd would join it with the next line");
  return oneLine(path).replaceAll("%", "%%");
}

/** systemd would read every file that fits a pattern, whoever put it there. */
function noPattern(path: string): string {
  if (/[*?[\\]/.test(path)) {
    throw unusablePath(path, "systemd would take *, ?, [ and \\ in it for a pattern");
  }
  return bare(path);
}

function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(text)) throw unusablePath(text, "it holds a control character");
  return text;
}

/** Seconds between two starts, whatever the exit code: launchd cannot tell them apart. */
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
    // Stopped as asked: it stays off. Anything else: it is started again.
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_SECONDS,
    ExitTimeOut: plan.stopSeconds,
    // "Background" would slow Codex down.
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
