/** The service as a unit of systemd, for the user's own manager. */
import { unusablePath } from "./unusable_path.ts";
import type { ServicePlan } from "./service_plan.ts";

/** Directives that stay in force for Codex, too, and that its own sandbox was tried with. */
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
# 64: the command line is wrong; 78: the configuration is. Trying again mends neither.
RestartPreventExitStatus=64 78

# The bot is asked first, so that running work can wind up; what is left afterwards is ended.
KillMode=mixed
TimeoutStopSec=${plan.stopSeconds}

${HARDENING}

[Install]
WantedBy=default.target
`;
}

/** Variables are not looked for in the first word. */
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

/** Of a pattern systemd reads every file that fits, whoever has put it there. */
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
