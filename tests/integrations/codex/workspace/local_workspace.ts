/** A workspace whose scripts run in a plain shell of this machine, and folders to record. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { RecordingLog } from "../../../fakes/recording_log.ts";
import type { Snapshot } from "../../../../src/core/workspace/workspace.ts";
import {
  GitWorkspace,
  type WorkspaceLimits,
} from "../../../../src/integrations/codex/workspace/git_workspace.ts";
import type { RunScript, ScriptEnd } from "../../../../src/integrations/codex/workspace/script.ts";

const LIMITS: WorkspaceLimits = {
  largestFile: 100_000,
  mostFiles: 100_000,
  mostBytes: 500_000_000,
  timeoutMs: 60_000,
  keptMs: 86_400_000,
  largestStore: 1_000_000_000,
};

/** How scripts are run here. */
export interface LocalOptions {
  readonly limits?: Partial<WorkspaceLimits>;
  /** With its first arguments; `sh` unless said. */
  readonly shell?: readonly [string, ...string[]];
  /** In the environment of the scripts, as Codex's own variables are. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Folders of the program and of Codex, which belong to no record. */
  readonly excluded?: readonly string[];
  readonly rest?: () => Promise<boolean>;
  /** The time by this program's clock; the computer's unless said. */
  readonly now?: () => Date;
}

/** Runs scripts as Codex does, without the sandbox; waits on disposal for those that nobody waits for. */
export class LocalWorkspace extends GitWorkspace implements AsyncDisposable {
  readonly #running: Set<Promise<unknown>>;
  readonly #log: RecordingLog;

  constructor(store: string, options: LocalOptions) {
    const running = new Set<Promise<unknown>>();
    const log = new RecordingLog();
    const noted = async <Result>(work: Promise<Result>): Promise<Result> => {
      running.add(work);
      return await work.finally(() => running.delete(work));
    };
    super({
      run: (script) => noted(runHere(script, options)),
      storeOf: async (folder) => {
        const path = join(store, folder.replaceAll("/", "_"));
        // Of what nobody waits for it may be all that has begun.
        await noted(Deno.mkdir(path, { recursive: true }));
        return path;
      },
      newName: () => `record-${crypto.randomUUID()}`,
      clock: { now: options.now ?? (() => new Date()) },
      excluded: () => Promise.resolve(options.excluded ?? []),
      limits: { ...LIMITS, ...options.limits },
      ...(options.rest === undefined ? {} : { rest: options.rest }),
      log,
    });
    this.#running = running;
    this.#log = log;
  }

  /** What it has logged. */
  complaints(): string {
    return JSON.stringify(this.#log.lines);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.quiet();
  }

  /** Resolves when all that was begun has ended, what nobody waits for included. */
  async quiet(): Promise<void> {
    // What is queued behind a script starts a few turns of the event loop after it.
    for (let quiet = 0; quiet < 3; quiet++) {
      if (this.#running.size > 0) quiet = 0;
      await Promise.allSettled(this.#running);
      await delay(1);
    }
  }
}

async function runHere(
  { definitions, text, args = [], variables, writable }: Parameters<RunScript>[0],
  options: LocalOptions,
): Promise<ScriptEnd> {
  const [shell, ...first] = options.shell ?? ["sh"];
  const output = await new Deno.Command(shell, {
    args: [...first, "-c", definitions + text, "record", ...args],
    cwd: writable[0] ?? ".",
    env: { ...options.variables, ...variables },
    stdin: "null",
  }).output();
  const read = new TextDecoder();
  return {
    exitCode: output.code,
    output: read.decode(output.stdout),
    errors: read.decode(output.stderr),
  };
}

export function localWorkspace(store: string, options: LocalOptions = {}): LocalWorkspace {
  return new LocalWorkspace(store, options);
}

export async function taken(
  workspace: LocalWorkspace,
  folder: string,
  since?: Snapshot,
): Promise<Snapshot> {
  const result = await workspace.snapshot(folder, undefined, since);
  assert.equal(result.type, "taken", `${JSON.stringify(result)} ${workspace.complaints()}`);
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
    for await (const entry of Deno.readDir(join(folder, path))) {
      const { name, isDirectory, isSymlink, isFile } = entry;
      if (name === ".git") continue;
      const inner = path === "" ? name : `${path}/${name}`;
      const full = join(folder, inner);
      if (isDirectory) await look(inner);
      else if (isSymlink) found[inner] = `link to ${await Deno.readLink(full)}`;
      // Deno cannot open a name that is no UTF-8, and a test that opens a FIFO waits for ever.
      else if (inner.includes("\ufffd") || !isFile) found[inner] = "there";
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

/** Everything of a repository's own folder: content, permissions and time of each file. */
export async function everythingOf(repository: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const look = async (path: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      const full = join(path, name);
      if (isDirectory) await look(full);
      else {
        const { mode, mtime } = await Deno.lstat(full);
        // Git notes in an object of its own when it would have written it once more.
        const time = full.includes("/objects/") ? 0 : mtime?.getTime();
        const hash = new Uint8Array(
          await crypto.subtle.digest("SHA-256", await Deno.readFile(full)),
        ).toHex();
        found[full] = `${(mode ?? 0).toString(8)} ${time} ${hash}`;
      }
    }
  };
  await look(repository);
  return found;
}

/** The folders called `.git` of a folder and of those in it, with all that is in them. */
export async function repositoriesIn(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const look = async (path: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      if (!isDirectory) continue;
      const full = join(path, name);
      if (name === ".git") Object.assign(found, await everythingOf(full));
      else await look(full);
    }
  };
  await look(folder);
  return found;
}
