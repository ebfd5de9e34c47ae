/**
 * The working tree, by scripts that run in Codex's sandbox: it works on whichever machine Codex works,
 * and needs no right of this program.
 */
import { dirname } from "node:path";
import type { Clock } from "../../../core/clock.ts";
import { pause } from "../../../core/deadline.ts";
import type { Log } from "../../../core/log.ts";
import type { WorkspaceSettings } from "../backend_parts.ts";
import { GitWorkspace } from "../workspace/git_workspace.ts";
import { ScriptError } from "../workspace/script.ts";
import type { AppServerConnection } from "./connection.ts";
import type { ScriptRunner } from "./script_runner.ts";

interface WorkspaceDependencies extends WorkspaceSettings {
  /** Starts Codex or connects to it, and waits for no more than its greeting. */
  readonly greeted: () => Promise<AppServerConnection>;
  readonly scripts: Pick<ScriptRunner, "run" | "open">;
  /** Aborts when the program ends. */
  readonly closing: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** Until old records are deleted: a short answer is there by then. */
const REST_MS = 3_000;
/** In Codex's own folder on another machine. */
const FOLDER_THERE = "codex-orchestrator/workspaces";

export function appServerWorkspace(
  { stores, limits, greeted, scripts, closing, clock, log }: WorkspaceDependencies,
): GitWorkspace {
  const made = new Map<string, Promise<string>>();
  return new GitWorkspace({
    run: scripts.run,
    open: scripts.open,
    rest: () => pause(clock, REST_MS, closing),
    storeOf: (folder) => {
      const known = made.get(folder);
      if (known !== undefined) return known;
      const making = makeStore(stores, folder, greeted);
      made.set(folder, making);
      making.catch(() => made.delete(folder));
      return making;
    },
    excluded: async () => {
      const { machine, introduction: { codexHome } } = await greeted();
      return [
        ...(codexHome === undefined ? [] : [codexHome]),
        ...(machine === undefined ? [dirname(stores)] : []),
      ];
    },
    newName: () => crypto.randomUUID(),
    limits,
    clock,
    log,
  });
}

/** @throws {ScriptError} `unsupported` where Codex tells no folder of its own, or makes none */
async function makeStore(
  stores: string,
  folder: string,
  greeted: WorkspaceDependencies["greeted"],
): Promise<string> {
  const connection = await greeted();
  const { machine, introduction: { codexHome } } = connection;
  const parent = machine === undefined
    ? stores
    : codexHome === undefined
    ? undefined
    : `${codexHome}/${FOLDER_THERE}`;
  if (parent === undefined || parent.includes("\\")) {
    throw new ScriptError("unsupported", "Codex there keeps no records of a folder");
  }
  const path = `${parent}/${await nameOf(folder)}`;
  await connection.request("fs/createDirectory", { path, recursive: true });
  return path;
}

/** Names the store of a folder, by a hash over its path. */
async function nameOf(folder: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(folder));
  return new Uint8Array(digest).toHex().slice(0, 16);
}
