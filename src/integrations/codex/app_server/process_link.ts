/** The pipes of an app-server that this program starts itself. */
import { CodexError, describeError } from "../../../core/errors.ts";
import type { BackendParts } from "../backend_parts.ts";
import { type ChildProcess, startChild } from "../child_process.ts";
import { endSilentChild } from "../silent_child.ts";
import type { ConnectionEnd } from "../connection_end.ts";
import { AppServerBackend } from "./backend.ts";
import type { AppServerLink } from "./link.ts";

/** The app-server of this machine. */
export function localAppServer(parts: BackendParts): AppServerBackend {
  return new AppServerBackend({ ...parts, open: () => Promise.resolve(startAppServer(parts)) });
}

/**
 * Starts the process.
 * @throws {CodexError} when there is no such program
 */
export function startAppServer(parts: BackendParts): AppServerLink {
  const { program, environment, clock, log } = parts;
  const child = startChild({
    program: program.command,
    arguments: program.arguments,
    environment,
    clock,
    log,
  });
  return {
    pid: child.pid,
    input: child.stdin,
    output: child.stdout,
    exited: child.exited,
    errorLines: child.errorLines,
    failureAtStart: (error, end) => end === undefined ? error : endedAtStart(parts, end, child),
    finish: () => endSilentChild(child, parts),
    close: () => child.close(),
  };
}

function endedAtStart(
  { commandLine, version }: BackendParts,
  end: ConnectionEnd,
  { errorLines }: ChildProcess,
): CodexError {
  const said = errorLines.join("\n");
  if (/unrecognized subcommand|stdin is not a terminal/i.test(said)) {
    const message = `Cannot start Codex: "${commandLine}" (Codex ${version}) has no app-server`;
    const remedy = "Update Codex with `npm install -g @openai/codex@latest`";
    return new CodexError("no-subcommand", message, { remedy });
  }
  const reason = describeError(errorLines.at(-1) ?? "it gave no reason");
  return new CodexError(
    "handshake",
    `Cannot start Codex: "${commandLine}" ended at once with ${howItEnded(end)}: ${reason}`,
  );
}

function howItEnded(end: ConnectionEnd): string {
  if ("lost" in end) return end.lost;
  return end.signal === null ? `exit code ${end.code}` : end.signal;
}
