/**
 * The working tree, by scripts that run in Codex's sandbox: it works on whichever machine Codex works,
 * and needs no right of this program.
 */
import { createHash } from "node:crypto";
import type { Log } from "../../../core/log.ts";
import type { WorkspaceSettings } from "../backend_parts.ts";
import { GitWorkspace, type RunScript, ScriptError } from "../workspace/git_workspace.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";

interface WorkspaceDependencies extends WorkspaceSettings {
  /** Starts Codex, or connects to it. */
  readonly ready: () => Promise<AppServerConnection>;
  readonly log: Log;
}

/** In Codex's own folder on another machine. */
const FOLDER_THERE = "codex-orchestrator/workspaces";
/** How much longer than the script the answer may take, in milliseconds. */
const ANSWER_MS = 5_000;

export function appServerWorkspace(
  { stores, limits, ready, log }: WorkspaceDependencies,
): GitWorkspace {
  const made = new Map<string, Promise<string>>();
  return new GitWorkspace({
    run: scriptRunner(ready),
    storeOf: (folder) => {
      const known = made.get(folder);
      if (known !== undefined) return known;
      const making = makeStore(stores, folder, ready);
      made.set(folder, making);
      making.catch(() => made.delete(folder));
      return making;
    },
    newName: () => crypto.randomUUID(),
    limits,
    log,
  });
}

/** @throws {ScriptError} `unsupported` where Codex tells no folder of its own, or makes none */
async function makeStore(
  stores: string,
  folder: string,
  ready: WorkspaceDependencies["ready"],
): Promise<string> {
  const connection = await ready();
  const { machine, introduction: { codexHome } } = connection;
  const parent = machine === undefined
    ? stores
    : codexHome === undefined
    ? undefined
    : `${codexHome}/${FOLDER_THERE}`;
  if (parent === undefined || parent.includes("\\")) {
    throw new ScriptError("unsupported", "Codex there keeps no records of a folder");
  }
  const path = `${parent}/${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`;
  await connection.request("fs/createDirectory", { path, recursive: true });
  return path;
}

/** Runs a script that writes to the named folders only, and has no network. */
function scriptRunner(ready: WorkspaceDependencies["ready"]): RunScript {
  return async ({ text, args = [], variables, writable, mostBytes, timeoutMs }) => {
    const { ask } = await ready();
    try {
      const { exitCode, stdout, stderr } = await ask("command/exec", {
        command: ["sh", "-c", text, "record", ...args],
        cwd: writable[0],
        env: variables,
        outputBytesCap: mostBytes,
        timeoutMs,
        sandboxPolicy: {
          type: "workspaceWrite",
          writableRoots: writable,
          networkAccess: false,
          excludeTmpdirEnvVar: false,
          excludeSlashTmp: false,
        },
      }, timeoutMs + ANSWER_MS);
      return { exitCode, output: stdout, errors: stderr };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const reason = /timed? ?out/i.test(error.message) ? "too-slow" : "unsupported";
      throw new ScriptError(reason, `Codex ran no script: ${error.message}`);
    }
  };
}
