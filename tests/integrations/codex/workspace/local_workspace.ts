/** A workspace whose scripts run in a plain shell of this machine, and folders to record. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { RecordingLog } from "../../../fakes/recording_log.ts";
import type { Snapshot } from "../../../../src/core/workspace/workspace.ts";
import {
  GitWorkspace,
  type RunScript,
  type WorkspaceLimits,
} from "../../../../src/integrations/codex/workspace/git_workspace.ts";

const LIMITS: WorkspaceLimits = {
  largestFile: 100_000,
  mostFiles: 100_000,
  mostBytes: 500_000_000,
  timeoutMs: 60_000,
  keptMs: 86_400_000,
  largestStore: 1_000_000_000,
};

/** Runs it as Codex does, without the sandbox. */
const runHere: RunScript = async ({ text, args = [], variables, writable }) => {
  const output = await new Deno.Command("sh", {
    args: ["-c", text, "record", ...args],
    cwd: writable[0] ?? ".",
    env: { ...variables },
    stdin: "null",
  }).output();
  const read = new TextDecoder();
  return {
    exitCode: output.code,
    output: read.decode(output.stdout),
    errors: read.decode(output.stderr),
  };
};

export function localWorkspace(store: string, limits: Partial<WorkspaceLimits> = {}): GitWorkspace {
  return new GitWorkspace({
    run: runHere,
    storeOf: async (folder) => {
      const path = join(store, folder.replaceAll("/", "_"));
      await Deno.mkdir(path, { recursive: true });
      return path;
    },
    newName: () => `record-${crypto.randomUUID()}`,
    limits: { ...LIMITS, ...limits },
    clock: { now: () => new Date() },
    log: new RecordingLog(),
  });
}

export async function taken(workspace: GitWorkspace, folder: string): Promise<Snapshot> {
  const result = await workspace.snapshot(folder);
  assert.equal(result.type, "taken", JSON.stringify(result));
  assert.ok(result.type === "taken");
  return result.snapshot;
}

/** Runs git as a person does, far from anybody's settings. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: [
      "-C",
      folder,
      "-c",
      "user.name=P",
      "-c",
      "user.email=p@x",
      "-c",
      "protocol.file.allow=always",
      ...args,
    ],
    env: { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
  }).output();
  assert.ok(success, `git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

export async function shell(folder: string, script: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", { args: ["-ec", script], cwd: folder })
    .output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

/** Everything of a folder but `.git`: kind, permissions and content of each path, folders aside. */
export async function everythingIn(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const look = async (path: string): Promise<void> => {
    for await (const { name, isDirectory, isSymlink } of Deno.readDir(join(folder, path))) {
      if (name === ".git") continue;
      const inner = path === "" ? name : `${path}/${name}`;
      const full = join(folder, inner);
      if (isDirectory) await look(inner);
      else if (isSymlink) found[inner] = `link to ${await Deno.readLink(full)}`;
      else {
        const { mode } = await Deno.lstat(full);
        const bytes = await Deno.readFile(full);
        const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
        found[inner] = `${((mode ?? 0) & 0o7777).toString(8)} ${bytes.length} ${hash}`;
      }
    }
  };
  await look("");
  return found;
}
