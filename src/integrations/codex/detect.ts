/** Finds out which Codex is installed and how to speak with it. */

import type { Clock } from "../../core/clock.ts";
import type { CodexSettings, ProgramSettings } from "../../core/codex/codex_settings.ts";
import { CodexError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { programOutput } from "./child_process.ts";
import { nativeProgram, packageOf } from "./codex_program.ts";

export interface DetectionParts {
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long Codex may take to tell its version, in milliseconds; the usual time when absent. */
  readonly versionDeadlineMs?: number;
}

export interface DetectedCodex extends ChosenBackend {
  /** What to start. */
  readonly program: ProgramSettings;
  /** The same as it is configured, for people. */
  readonly commandLine: string;
  readonly version: string;
}

/** A package runner may have to download Codex first. */
const VERSION_DEADLINE_MS = 15_000;
const RUNNER_VERSION_DEADLINE_MS = 120_000;
const INSTALL = "Install Codex with `npm install -g @openai/codex`, or set codex.command";
const SUBCOMMANDS = ["app-server", "mcp-server"];

/**
 * Asks the configured Codex for its version, once, and decides by it.
 * @throws {CodexError} with a remedy, when there is no Codex that can be used
 */
export async function detectCodex(
  settings: CodexSettings,
  choice: "auto" | "app-server" | "mcp",
  parts: DetectionParts,
): Promise<DetectedCodex> {
  const first = choice === "mcp" ? settings.mcp : settings.appServer;
  const version = await versionOf(first, settings.command, parts).catch((error) => {
    if (choice === "auto" && hasOtherProgram(settings) && isNotInstalled(error)) return undefined;
    throw error;
  });
  if (version === undefined) return await detectCodex(settings, "mcp", parts);
  const chosen = chooseBackend(choice, version);
  const configured = chosen.kind === "mcp" ? settings.mcp : settings.appServer;
  if (packageOf(configured) !== undefined) {
    parts.log.warn("codex.package-runner", {
      command: commandLine(configured),
      advice: "A package runner may leave Codex behind when it ends: install Codex instead",
    });
  }
  return {
    ...chosen,
    program: { ...configured, command: await startedProgram(configured, parts) },
    commandLine: commandLine(configured),
    version: version.text,
  };
}

/** What is behind an npm script, as found where files may be read, or as found here. */
async function startedProgram(
  { command, native }: ProgramSettings,
  { environment }: DetectionParts,
): Promise<string> {
  const found = native ?? await nativeProgram(command, environment.PATH);
  return await mayRun(found) ? found : command;
}

async function mayRun(command: string): Promise<boolean> {
  return (await Deno.permissions.query({ name: "run", command })).state === "granted";
}

export function commandLine({ command, arguments: words }: ProgramSettings): string {
  return [command, ...words].join(" ");
}

/** Somebody may have configured the mcp server alone. */
function hasOtherProgram({ appServer, mcp }: CodexSettings): boolean {
  return appServer.command !== mcp.command;
}

function isNotInstalled(error: unknown): boolean {
  return error instanceof CodexError && error.kind === "not-installed";
}

async function versionOf(
  server: ProgramSettings,
  command: string,
  parts: DetectionParts,
): Promise<CodexVersion> {
  const runner = packageOf(server) !== undefined;
  const asked = besideServer(server, command, ["--version"]);
  const usual = runner ? RUNNER_VERSION_DEADLINE_MS : VERSION_DEADLINE_MS;
  const ms = parts.versionDeadlineMs ?? usual;
  const late = (): Error => notCodex(asked, `it did not tell its version within ${ms / 1000} s`);
  const output = await programOutput(asked, { ...parts, deadlineMs: ms, late });
  const version = parseVersion(output);
  if (version !== undefined) return version;
  const [said = ""] = output.trim().split("\n");
  const found = said === "" ? "nothing" : `"${said.slice(0, 80)}"`;
  throw notCodex(asked, `it is not OpenAI's Codex, it printed ${found}`);
}

function notCodex(asked: ProgramSettings, reason: string): CodexError {
  const message = `Cannot use "${commandLine(asked)}": ${reason}`;
  return new CodexError("wrong-program", message, { remedy: INSTALL });
}

/**
 * How the Codex of that server is asked something else: `npx -y @openai/codex app-server` its
 * version as `npx -y @openai/codex --version`.
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

const UPDATE = "Update Codex with `npm install -g @openai/codex@latest`";

interface ChosenBackend {
  readonly kind: "app-server" | "mcp";
  /** For the log: why this one. */
  readonly reason: string;
}

/** @throws {CodexError} `no-subcommand` or `too-old`, when this Codex cannot do what is wanted */
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
      { remedy: 'Set codex.backend = "auto", or install @openai/codex@0.153.4' },
    );
  }
  if (!isAtLeast(version, MCP_SINCE)) throw tooOld(version, MCP_SINCE);
  return { kind: "mcp", reason: 'codex.backend = "mcp"' };
}

/** The error for a Codex of that version. */
export function tooOld({ text }: CodexVersion, since: readonly number[]): CodexError {
  return new CodexError(
    "too-old",
    `Cannot use Codex ${text}: it is too old, ${since.join(".")} is needed`,
    { remedy: UPDATE },
  );
}

/** Codex's version numbers, as `codex --version` prints them: `codex-cli 0.169.0`. */

export interface CodexVersion {
  /** As printed, e.g. `0.170.0-alpha.1`. */
  readonly text: string;
  readonly numbers: readonly [major: number, minor: number, patch: number];
}

/** The version in the program's output; undefined when the program is not Codex. */
export function parseVersion(output: string): CodexVersion | undefined {
  const found = /^codex-cli (v?(\d+)\.(\d+)\.(\d+)[^\s]*)\s*$/m.exec(output);
  if (found === null) return undefined;
  const [, text = "", major, minor, patch] = found;
  return { text, numbers: [Number(major), Number(minor), Number(patch)] };
}

/** The version in what a server calls itself: `NAME/0.169.0 (…)`. */
export function versionIn(userAgent: string): CodexVersion | undefined {
  const found = /^[^\s/]+\/((\d+)\.(\d+)\.(\d+)[^\s]*)/.exec(userAgent);
  if (found === null) return undefined;
  const [, text = "", major, minor, patch] = found;
  return { text, numbers: [Number(major), Number(minor), Number(patch)] };
}

/** A Codex built from its source calls itself 0.0.0: it is taken for the newest. */
export function isAtLeast({ numbers }: CodexVersion, wanted: CodexVersion["numbers"]): boolean {
  if (numbers.every((number) => number === 0)) return true;
  const [major, minor, patch] = numbers;
  const [wantedMajor, wantedMinor, wantedPatch] = wanted;
  if (major !== wantedMajor) return major > wantedMajor;
  if (minor !== wantedMinor) return minor > wantedMinor;
  return patch >= wantedPatch;
}
