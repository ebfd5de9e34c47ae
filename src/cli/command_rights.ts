/**
 * Decides what the worker may do in which a command runs. The command is known by its name, before
 * anybody has understood the rest of the line.
 */
import { delimiter, join, resolve } from "node:path";
import { configPath, stateFolderOf } from "../config/paths.ts";
import { readTextFile } from "../config/file_access.ts";
import { commandWordsIn, writtenIn } from "../config/written.ts";
import { findProgram, nativeProgram } from "../integrations/codex/codex_program.ts";
import type { OwnProcess } from "./process.ts";

type Rights = Deno.PermissionOptionsObject;

/** Those of whatever only reads what it is told. */
export const NO_RIGHTS: Rights = {
  read: false,
  write: false,
  net: false,
  run: false,
  env: false,
  sys: false,
  ffi: false,
  import: false,
};

/** Programs of the system that commands ask, in its own folders. */
const FOR_DOCTOR = ["git", "df", "id", "test", "uname"];
const FOR_SERVICE = ["systemctl", "launchctl", "loginctl"];
const SYSTEM_PATH = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].join(delimiter);

/**
 * The rights of the command that is named first. Commands that run the application get none here,
 * and what is no command neither: they print at most.
 */
export async function commandRights(process: OwnProcess): Promise<Rights> {
  const { variables: { HOME, USERPROFILE, TMPDIR }, workingDirectory, arguments: words } = process;
  const home = (HOME ?? USERPROFILE ?? "").trim();
  if (home === "") return NO_RIGHTS;
  const state = stateFolderOf(home);
  const named = words.map((word) => resolve(workingDirectory, word.replace(/^--[\w-]+=/, "")));
  switch (words[0]) {
    case "trace":
      // A report is written where the person says.
      return {
        ...NO_RIGHTS,
        read: true,
        write: words[1] === "report" ? [workingDirectory, ...named] : [state],
      };
    case "permissions":
      return { ...NO_RIGHTS, read: true };
    case "service":
      return {
        ...NO_RIGHTS,
        read: true,
        write: [join(home, ".config"), join(home, "Library", "LaunchAgents")],
        run: await found(FOR_SERVICE, process),
      };
    case "doctor":
      return {
        ...NO_RIGHTS,
        read: true,
        write: [TMPDIR ?? "/tmp", state],
        ...await towardsCodexAndTelegram(process, FOR_DOCTOR),
      };
    case "init":
      return {
        ...NO_RIGHTS,
        read: true,
        write: [state, workingDirectory, TMPDIR ?? "/tmp", ...named],
        ...await towardsCodexAndTelegram(process, []),
      };
    default:
      return NO_RIGHTS;
  }
}

/** Programs and hosts that conf.toml or the command line names, and the usual ones. */
async function towardsCodexAndTelegram(
  process: OwnProcess,
  programs: readonly string[],
): Promise<Pick<Rights, "run" | "net">> {
  const conf = await confText(process);
  const words = process.arguments.map((word) => word.replace(/^--[\w-]+=/, ""));
  // The page of the releases is within reach when somebody asks for it only.
  const releases = words.includes("--latest") && process.releases !== undefined
    ? [process.releases]
    : [];
  const hosts = ["https://api.telegram.org", ...releases, ...words, ...writtenIn(conf).strings]
    .flatMap(hostOf);
  return {
    net: [...new Set(hosts)],
    run: await found(["codex", "npx", ...programs, ...commandWordsIn(conf)], process),
  };
}

/** Empty where there is none that can be read. */
async function confText(process: OwnProcess): Promise<string> {
  const { arguments: words, variables, workingDirectory } = process;
  const at = words.findIndex((word) => word === "--conf" || word.startsWith("--conf="));
  const flag = at < 0
    ? undefined
    : words[at] === "--conf"
    ? words[at + 1]
    : words[at]?.slice("--conf=".length);
  const home = (variables.HOME ?? variables.USERPROFILE ?? "").trim();
  const path = configPath({ flag, variable: variables.CODEX_CONF_PATH, home, workingDirectory });
  const file = await readTextFile(path);
  return file.ok ? file.text : "";
}

function hostOf(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { protocol, hostname, port } = new URL(text);
  const usual: Record<string, string> = {
    "http:": "80",
    "ws:": "80",
    "https:": "443",
    "wss:": "443",
  };
  const usualPort = usual[protocol];
  return usualPort === undefined ? [] : [`${hostname}:${port === "" ? usualPort : port}`];
}

/** @returns false where there is none of them: an empty list would allow every program */
async function found(
  names: readonly string[],
  { variables, workingDirectory }: OwnProcess,
): Promise<string[] | false> {
  const path = [variables.PATH ?? variables.Path ?? "", SYSTEM_PATH].join(delimiter);
  const wanted = names.filter((name) => name !== "" && !/[\n\0 ]/.test(name));
  const programs = await Promise.all(wanted.map(async (name) => {
    const command = /[\\/]/.test(name) ? resolve(workingDirectory, name) : name;
    const program = await findProgram(command, path);
    return program === undefined ? [] : [program, await nativeProgram(program, path)];
  }));
  const all = [...new Set(programs.flat())];
  return all.length === 0 ? false : all;
}
