/** Finds out which Codex is installed, in which version, and which protocol to speak with it. */
import type { Clock } from "../../core/clock.ts";
import type { CodexSettings, ProgramSettings } from "../../core/codex/codex_settings.ts";
import { CodexError, describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { CodexProgram } from "./backend_parts.ts";
import {
  type ChildExit,
  INSTALL_CODEX,
  programOutputOrFailure,
  type StartProgram,
} from "./child_process.ts";
import { nativeProgram, packageOf } from "./codex_program.ts";

export interface DetectionSettings {
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long Codex may take to tell its version, in milliseconds; the usual time when absent. */
  readonly versionDeadlineMs?: number;
  /** Starts programs; absent = from here. */
  readonly start?: StartProgram | undefined;
}

export type DetectedCodex = ChosenBackend & Omit<CodexProgram, "environment">;

/** A package runner may have to download Codex first. */
const VERSION_DEADLINE_MS = 15_000;
const RUNNER_VERSION_DEADLINE_MS = 120_000;
const SUBCOMMANDS = ["app-server", "mcp-server"];

/**
 * Asks the configured Codex for its version, once, and decides by it.
 * @throws {CodexError} with a remedy, when there is no Codex that can be used
 */
export async function detectCodex(
  settings: CodexSettings,
  choice: "auto" | "app-server" | "mcp",
  detection: DetectionSettings,
): Promise<DetectedCodex> {
  const first = choice === "mcp" ? settings.mcp : settings.appServer;
  const version = await askVersion(first, settings.command, detection).catch((error) => {
    if (choice === "auto" && hasOtherProgram(settings) && isNotInstalled(error)) return undefined;
    throw error;
  });
  if (version === undefined) return await detectCodex(settings, "mcp", detection);
  const chosen = chooseBackend(choice, version);
  const configured = chosen.kind === "mcp" ? settings.mcp : settings.appServer;
  if (packageOf(configured) !== undefined) {
    detection.log.warn("codex.package-runner", {
      command: commandLine(configured),
      advice: "A package runner may leave Codex behind when it ends: install Codex instead",
    });
  }
  return {
    ...chosen,
    program: { ...configured, command: await startedProgram(configured, detection) },
    commandLine: commandLine(configured),
    version: version.text,
  };
}

/** Takes the program behind an npm script: as found where files may be read, or as found here. */
async function startedProgram(
  { command, native }: ProgramSettings,
  { environment, start }: DetectionSettings,
): Promise<string> {
  // Whoever else starts it knows what it comes down to.
  if (start !== undefined) return native ?? command;
  const found = native ?? await nativeProgram(command, environment.PATH);
  return await mayRun(found) ? found : command;
}

async function mayRun(command: string): Promise<boolean> {
  return (await Deno.permissions.query({ name: "run", command })).state === "granted";
}

export function commandLine({ command, arguments: words }: ProgramSettings): string {
  return [command, ...words].join(" ");
}

/** A person may have configured the mcp server alone. */
function hasOtherProgram({ appServer, mcp }: CodexSettings): boolean {
  return appServer.command !== mcp.command;
}

function isNotInstalled(error: unknown): boolean {
  return error instanceof CodexError && error.kind === "not-installed";
}

async function askVersion(
  server: ProgramSettings,
  command: string,
  detection: DetectionSettings,
): Promise<CodexVersion> {
  const runner = packageOf(server) !== undefined;
  const asked = besideServer(server, command, ["--version"]);
  const usual = runner ? RUNNER_VERSION_DEADLINE_MS : VERSION_DEADLINE_MS;
  const ms = detection.versionDeadlineMs ?? usual;
  const late = (): Error => notCodex(asked, `it did not tell its version within ${ms / 1000} s`);
  const failed = (exit: ChildExit, said: readonly string[]): Error =>
    failedCodex(asked, exit, said);
  const output = await programOutputOrFailure(asked, {
    ...detection,
    deadlineMs: ms,
    late,
    failed,
  });
  const version = parseVersion(output);
  if (version !== undefined) return version;
  const [said = ""] = output.trim().split("\n");
  const found = said === "" ? "nothing" : `"${said.slice(0, 80)}"`;
  throw notCodex(asked, `it is not OpenAI's Codex, it printed ${found}`);
}

function notCodex(asked: ProgramSettings, reason: string): CodexError {
  const message = `Cannot use "${commandLine(asked)}": ${reason}`;
  return new CodexError("wrong-program", message, { remedy: INSTALL_CODEX });
}

/** Tells of a Codex that does not run, as where npm has left out the program of this system. */
function failedCodex(
  asked: ProgramSettings,
  { code }: ChildExit,
  said: readonly string[],
): CodexError {
  // Node shows the place in the code before the error, and its own version last.
  const reason = said.find((line) => /^\w*Error: /.test(line)) ?? said[0] ?? "";
  const message = `Cannot use "${commandLine(asked)}": it ended with exit code ${code}: ` +
    describeError(reason);
  return new CodexError("not-installed", message, { remedy: INSTALL_CODEX });
}

/**
 * Makes the command line that asks the Codex of a server something else: from
 * `npx -y @openai/codex app-server` comes `npx -y @openai/codex --version`.
 * @param command the configured Codex, for a server that is not one of its subcommands
 */
export function besideServer(
  server: ProgramSettings,
  command: string,
  words: readonly string[],
): ProgramSettings {
  const at = server.arguments.findIndex((word) => SUBCOMMANDS.includes(word));
  return at < 0
    ? { command, arguments: words }
    : { command: server.command, arguments: [...server.arguments.slice(0, at), ...words] };
}

/** The first release whose app-server this program was tried with. */
export const APP_SERVER_SINCE = [0, 140, 0] as const;
/** `codex-reply` knows its conversation by `threadId` since about here. */
const MCP_SINCE = [0, 80, 0] as const;
/** `codex mcp-server` is gone from here on. */
const MCP_UNTIL = [0, 154, 0] as const;

export const NO_MCP_SERVER_REMEDY = 'Set codex.backend = "auto", or install @openai/codex@0.153.4';
export const UPDATE_CODEX = "Update Codex with `npm install -g @openai/codex@latest`";

interface ChosenBackend {
  readonly kind: "app-server" | "mcp";
  /** For the log: why this one. */
  readonly reason: string;
}

/**
 * Chooses the protocol by the version.
 * @throws {CodexError} `no-subcommand` or `too-old`, when this Codex cannot do what is wanted
 */
export function chooseBackend(
  choice: "auto" | "app-server" | "mcp",
  version: CodexVersion,
): ChosenBackend {
  switch (choice) {
    case "mcp":
      return chosenMcp(version);
    case "app-server":
      if (!isAtLeast(version, APP_SERVER_SINCE)) throw tooOld(version, APP_SERVER_SINCE);
      return { kind: "app-server", reason: 'codex.backend = "app-server"' };
    case "auto":
      if (isAtLeast(version, APP_SERVER_SINCE)) {
        return { kind: "app-server", reason: `Codex ${version.text} has the app-server` };
      }
      if (!isAtLeast(version, MCP_SINCE)) throw tooOld(version, APP_SERVER_SINCE);
      return { kind: "mcp", reason: `Codex ${version.text} is too old for the app-server` };
  }
}

function chosenMcp(version: CodexVersion): ChosenBackend {
  if (isAtLeast(version, MCP_UNTIL)) {
    throw new CodexError(
      "no-subcommand",
      `Cannot use codex.backend = "mcp": Codex ${version.text} has no mcp-server any more`,
      { remedy: NO_MCP_SERVER_REMEDY },
    );
  }
  if (!isAtLeast(version, MCP_SINCE)) throw tooOld(version, MCP_SINCE);
  return { kind: "mcp", reason: 'codex.backend = "mcp"' };
}

export function tooOld({ text }: CodexVersion, since: readonly number[]): CodexError {
  return new CodexError(
    "too-old",
    `Cannot use Codex ${text}: it is too old, ${since.join(".")} is needed`,
    { remedy: UPDATE_CODEX },
  );
}

export interface CodexVersion {
  /** As printed, e.g. `0.170.0-alpha.1`. */
  readonly text: string;
  readonly numbers: readonly [major: number, minor: number, patch: number];
}

/**
 * Reads what `codex --version` prints, e.g. `codex-cli 0.169.0`.
 * @returns undefined when the program is not Codex
 */
export function parseVersion(output: string): CodexVersion | undefined {
  return versionOfMatch(/^codex-cli (v?(\d+)\.(\d+)\.(\d+)[^\s]*)\s*$/m.exec(output));
}

/** Reads the version in what a server calls itself: `NAME/0.169.0 (…)`. */
export function versionIn(userAgent: string): CodexVersion | undefined {
  return versionOfMatch(/^[^\s/]+\/((\d+)\.(\d+)\.(\d+)[^\s]*)/.exec(userAgent));
}

function versionOfMatch(found: RegExpExecArray | null): CodexVersion | undefined {
  if (found === null) return undefined;
  const [, text = "", major, minor, patch] = found;
  return { text, numbers: [Number(major), Number(minor), Number(patch)] };
}

/** Compares versions. A Codex built from its source calls itself 0.0.0 and counts as the newest. */
export function isAtLeast({ numbers }: CodexVersion, wanted: CodexVersion["numbers"]): boolean {
  if (numbers.every((number) => number === 0)) return true;
  const [major, minor, patch] = numbers;
  const [wantedMajor, wantedMinor, wantedPatch] = wanted;
  if (major !== wantedMajor) return major > wantedMajor;
  if (minor !== wantedMinor) return minor > wantedMinor;
  return patch >= wantedPatch;
}
