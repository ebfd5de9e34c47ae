/** The workspace in git's terms, by shell scripts that Codex runs in its sandbox. */
import { dirname } from "node:path";
import type { Clock } from "../../../core/clock.ts";
import { abortable } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { Comparison, ComparisonTarget } from "../../../core/workspace/comparison.ts";
import type { FolderPlace } from "../../../core/workspace/folder_place.ts";
import { diffOfFiles } from "../../../core/workspace/unified_diff.ts";
import {
  type CarryResult,
  type ChangedFile,
  type Commit,
  type Patch,
  type PatchOptions,
  RecordGoneError,
  type Snapshot,
  type SnapshotRefusal,
  type SnapshotResult,
  type Workspace,
} from "../../../core/workspace/workspace.ts";
import { PUT_BACK, REFUSE_UNFINISHED } from "./carry_scripts.ts";
import { carryChange } from "./carrying.ts";
import { COMMITS, COMPARE, COMPLETE_PATCH, LOCATE, PATCH } from "./scripts.ts";
import { SNAPSHOT } from "./snapshot_script.ts";
import { PRUNE, PruningSchedule } from "./pruning.ts";
import {
  GoneError,
  type RunScript,
  type ScriptEnd,
  ScriptError,
  type ScriptText,
} from "./script.ts";
import { QUICK_DEFINITIONS, QUICK_SNAPSHOT } from "./quick_snapshot.ts";
import { comparisonVariables, readComparison, refusedComparison } from "./comparison.ts";
import { COMPARISON } from "./comparison_script.ts";
import { readToldSnapshot } from "./told_difference.ts";
import { changedFiles } from "./tree_changes.ts";

export interface GitWorkspaceSettings {
  readonly run: RunScript;
  /** The store of a working folder; made where it is missing. @throws {CodexError} when it cannot be */
  readonly storeOf: (folder: string) => Promise<string>;
  /**
   * Folders of this program and of Codex on that machine, which belong to no record, though they may
   * lie inside of a folder. @throws {CodexError} when Codex cannot be asked
   */
  readonly excluded: () => Promise<readonly string[]>;
  /** Opens what scripts that write to this store alone run in, this one first. @throws {CodexError} when it cannot */
  readonly open?: (store: string, first: ScriptText) => Promise<void>;
  /** Waits until old records may be deleted. @returns false when they may not; absent = at once */
  readonly rest?: () => Promise<boolean>;
  readonly newName: () => string;
  readonly clock: Pick<Clock, "now">;
  readonly limits: WorkspaceLimits;
  readonly log: Log;
}

export interface WorkspaceLimits {
  /** Bytes of a file; the content of a larger one is not kept. */
  readonly largestFile: number;
  /** Files and bytes that are read at one time. */
  readonly mostFiles: number;
  readonly mostBytes: number;
  readonly timeoutMs: number;
  /** Records are deleted after so long. */
  readonly keptMs: number;
  /** Of all that a store keeps, in bytes. */
  readonly largestStore: number;
}

/** Records a folder. */
const RECORD: ScriptText = {
  definitions: QUICK_DEFINITIONS,
  text: REFUSE_UNFINISHED + QUICK_SNAPSHOT + SNAPSHOT,
};
/** Lines of what a script prints, when it is not a patch. */
const LISTING_BYTES = 32_000_000;
const REFUSED = 9;
/** A record is used again in the first part of the time for which it is kept. */
const FRESH_PART = 10;

const REFUSALS: ReadonlySet<string> = new Set<SnapshotRefusal>([
  "no-git",
  "missing",
  "git-folder",
  "too-many-files",
  "too-many-bytes",
]);

export class GitWorkspace implements Workspace {
  readonly #settings: GitWorkspaceSettings;
  /** The last work on each folder: two scripts never share a store at the same time. */
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #pruning: PruningSchedule;

  constructor(settings: GitWorkspaceSettings) {
    this.#settings = settings;
    this.#pruning = new PruningSchedule(settings.limits.keptMs);
  }

  async locate(folder: string): Promise<FolderPlace | undefined> {
    const { run, limits: { timeoutMs } } = this.#settings;
    // Writes nothing, so that it waits for no work on the store.
    const script = { definitions: "", text: LOCATE, variables: { FOLDER: folder }, writable: [] };
    const { output } = await readable(run({ ...script, mostBytes: LISTING_BYTES, timeoutMs }));
    const facts = keywords(output);
    const [path, top = "none"] = [facts.get("path"), facts.get("top")];
    if (path === undefined) return undefined;
    return top === "none" ? { path } : { path, top };
  }

  async prepare(folder: string): Promise<void> {
    const { storeOf, open, log } = this.#settings;
    try {
      await open?.(await storeOf(folder), RECORD);
    } catch (error) {
      // Whoever records the folder tries again, and tells what is wrong.
      log.debug("workspace.not-prepared", { folder, error: describeError(error) });
    }
  }

  async snapshot(
    folder: string,
    signal?: AbortSignal,
    since?: Snapshot,
  ): Promise<SnapshotResult> {
    const taking = this.#alone(folder, () => this.#take(folder, since));
    // Does not reject.
    void this.#prune(folder);
    return signal === undefined ? await taking : await abortable(taking, signal);
  }

  async changes(from: Snapshot, to: Snapshot): Promise<readonly ChangedFile[]> {
    if (from.id === to.id) return [];
    return await readable(this.#alone(to.folder, () => this.#compare(from, to)));
  }

  async patch(from: Snapshot, to: Snapshot, options: PatchOptions): Promise<Patch> {
    const { paths, applicable, mostBytes } = options;
    const complete = applicable === true;
    const form = complete ? {} : { FORM: "-p -M -l2000", QUOTED: "false" };
    const variables = { FROM: from.id, TO: to.id, ...form };
    const script = complete ? COMPLETE_PATCH : PATCH;
    // A name that is no UTF-8 cannot be handed over: then everything is read.
    const named = paths?.some((path) => path.includes("\ufffd")) === true ? undefined : paths;
    const reading = this.#alone(
      to.folder,
      () => this.#script(to.folder, script, variables, { args: named ?? [to.prefix], mostBytes }),
    );
    const { output } = await readable(reading);
    const text = named === paths ? output : diffOfFiles(output, new Set(paths));
    return { text, cut: new TextEncoder().encode(output).length >= mostBytes };
  }

  async compare(folder: string, target: ComparisonTarget): Promise<Comparison> {
    const { newName, log } = this.#settings;
    try {
      return await this.#alone(folder, async () => {
        const now = await this.#take(folder);
        const refusal = refusedComparison(now, target);
        if (refusal !== undefined) return refusal;
        const variables = comparisonVariables(now, target, newName());
        const { output } = await this.#script(folder, COMPARISON, variables);
        return readComparison(folder, output);
      });
    } catch (error) {
      log.warn("workspace.not-compared", { folder, error: describeError(error) });
      const reason = failureOf(error) === "unsupported" ? "unsupported" : "not-recorded";
      return { type: "refused", reason };
    }
  }

  async commits(from: Snapshot, to: Snapshot): Promise<readonly Commit[]> {
    if (to.head === undefined || from.head === to.head) return [];
    try {
      const range = from.head === undefined ? to.head : `${from.head}..${to.head}`;
      const variables = { TOP: to.top, RANGE: range };
      const { output } = await this.#alone(
        to.folder,
        () => this.#script(to.folder, COMMITS, variables),
      );
      return output.split("\n").filter((line) => line !== "").map((line) => {
        const [id = "", ...words] = line.split(" ");
        return { id, subject: words.join(" ") };
      });
    } catch (error) {
      this.#settings.log.info("workspace.no-commits", { error: describeError(error) });
      return [];
    }
  }

  async carry(from: Snapshot, to: Snapshot): Promise<CarryResult> {
    const { folder } = to;
    try {
      return await this.#alone(folder, () => this.#carry(from, to));
    } catch (error) {
      this.#settings.log.warn("workspace.not-carried", { folder, error: describeError(error) });
      const reason = error instanceof GoneError ? "gone" : failureOf(error);
      return { type: "failed", reason, detail: describeError(error) };
    }
  }

  async putBack(folder: string): Promise<boolean> {
    return await this.#alone(folder, async () => {
      const { exitCode, output } = await this.#script(folder, REFUSE_UNFINISHED, {});
      const top = keywords(output).get("top");
      if (exitCode !== REFUSED || top === undefined) return false;
      await this.#putBack(folder, top);
      return true;
    });
  }

  async #putBack(folder: string, top: string): Promise<void> {
    this.#settings.log.warn("workspace.put-back", { folder });
    await this.#script(folder, PUT_BACK, {}, { writable: [top] });
  }

  /**
   * Never rejects: what goes wrong is a refusal, which is logged. After a failure, the folder is read
   * anew once: what the store knows of it may have been left by a script that was killed.
   * @param place a record in whose tree the folder is recorded, where it can be: they will be compared
   */
  async #take(folder: string, since?: Snapshot, place = since): Promise<SnapshotResult> {
    const { log } = this.#settings;
    try {
      return await this.#record(folder, { since, place, anew: false });
    } catch (error) {
      log.warn("workspace.not-recorded", { folder, error: describeError(error) });
      if (!(error instanceof ScriptError) || error.reason !== "failed") {
        return { type: "refused", reason: failureOf(error) };
      }
    }
    try {
      return await this.#record(folder, { since, place, anew: true });
    } catch (error) {
      log.warn("workspace.not-recorded", { folder, error: describeError(error) });
      return { type: "refused", reason: failureOf(error) };
    }
  }

  async #record(folder: string, wanted: WantedRecord): Promise<SnapshotResult> {
    const { since, place, anew } = wanted;
    const { limits, newName, clock, excluded } = this.#settings;
    const { exitCode, output } = await this.#script(
      folder,
      RECORD.text,
      {
        NOW: String(Math.floor(clock.now().getTime() / 1000)),
        FRESH: String(Math.floor(limits.keptMs / 1000 / FRESH_PART)),
        LARGEST: String(limits.largestFile),
        MOST_FILES: String(limits.mostFiles),
        MOST_BYTES: String(limits.mostBytes),
        NAME: newName(),
        EXCLUDED: (await excluded()).join("\n"),
        SINCE: since?.id ?? "",
        PLACE_TOP: place?.top ?? "",
        PLACE_PREFIX: place?.prefix ?? "",
        ANEW: anew ? "yes" : "",
      },
      { definitions: RECORD.definitions },
    );
    const told = readToldSnapshot(output, isCut(output));
    const facts = keywords(told.facts);
    const [refusal, top] = [facts.get("refused"), facts.get("top")];
    if (exitCode === REFUSED && refusal === "unfinished" && top !== undefined) {
      await this.#putBack(folder, top);
      return await this.#record(folder, wanted);
    }
    if (exitCode === REFUSED) {
      // What the store does not know the person's git may have read, as when it switched branches.
      const isTooMuch = refusal === "too-many-files" || refusal === "too-many-bytes";
      return isTooMuch && !anew
        ? await this.#record(folder, { ...wanted, anew: true })
        : refused(refusal);
    }
    const { difference } = told;
    return {
      type: "taken",
      snapshot: snapshotOf(folder, facts),
      ...(difference === undefined ? {} : { difference }),
    };
  }

  /** Deletes old records behind the next one; nobody waits for it. Does not reject. */
  async #prune(folder: string): Promise<void> {
    const { limits: { keptMs, largestStore }, clock, log, rest } = this.#settings;
    const now = clock.now();
    if (!this.#pruning.isDue(folder, now)) return;
    try {
      if (rest !== undefined && !await rest()) return;
      await this.#alone(folder, async () => {
        // It may remove the stores of other folders.
        const stores = dirname(await this.#settings.storeOf(folder));
        await this.#script(folder, PRUNE, {
          NOW: String(Math.floor(now.getTime() / 1000)),
          KEPT: String(Math.round(keptMs / 1000)),
          MOST_KILOBYTES: String(Math.round(largestStore / 1000)),
        }, { writable: [stores] });
      });
    } catch (error) {
      log.info("workspace.not-pruned", { folder, error: describeError(error) });
    }
  }

  async #compare(from: Snapshot, to: Snapshot): Promise<ChangedFile[]> {
    const variables = { FROM: from.id, TO: to.id, PREFIX: to.prefix };
    const { output } = await this.#script(to.folder, COMPARE, variables);
    if (isCut(output)) {
      throw new ScriptError("failed", "The list of changed files is too long");
    }
    // Permissions are listed for the whole tree.
    const within = to.prefix === "." ? "" : to.prefix;
    return changedFiles(output).filter(({ path }) => path.startsWith(within));
  }

  async #carry(from: Snapshot, to: Snapshot): Promise<CarryResult> {
    const { folder } = to;
    return await carryChange(from, to, {
      script: async (text, variables, options) =>
        (await this.#script(folder, text, variables, options)).output,
      take: () => this.#take(folder, undefined, to),
      compare: (earlier, later) => this.#compare(earlier, later),
    });
  }

  async #script(
    folder: string,
    text: string,
    variables: Readonly<Record<string, string>>,
    { definitions = "", args = [], writable = [], mostBytes = LISTING_BYTES }: ScriptOptions = {},
  ): Promise<ScriptEnd> {
    const { run, storeOf, limits } = this.#settings;
    const store = await storeOf(folder);
    const end = await run({
      definitions,
      text,
      args,
      variables: { STORE: store, FOLDER: folder, ...variables },
      writable: [store, ...writable],
      mostBytes,
      timeoutMs: limits.timeoutMs,
    });
    if (end.exitCode === REFUSED && end.output.startsWith("refused gone")) throw new GoneError();
    if (end.exitCode === 0 || end.exitCode === REFUSED) return end;
    const said = end.errors.trim().split("\n").at(-1) ?? "";
    // Without the repository whose objects the record borrows.
    if (/^fatal: (?:unable to read|bad tree object) /.test(said)) throw new GoneError();
    throw new ScriptError("failed", `git ended with code ${end.exitCode}: ${said}`);
  }

  /** Works on one folder after the other work on it has ended. */
  #alone<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(folder) ?? Promise.resolve();
    const value = before.then(work, work);
    this.#last.set(folder, value);
    return value;
  }
}

/** @throws {CodexError} `request` when the records cannot be read */
async function readable<Value>(reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof GoneError) throw new RecordGoneError(error);
    if (!(error instanceof ScriptError)) throw error;
    throw new CodexError("request", `Cannot read what was recorded: ${error.message}`, {
      cause: error,
    });
  }
}

interface WantedRecord {
  readonly since: Snapshot | undefined;
  readonly place: Snapshot | undefined;
  /** Reads anew what the store knows of the files. */
  readonly anew: boolean;
}

interface ScriptOptions {
  readonly definitions?: string;
  readonly args?: readonly string[];
  readonly writable?: readonly string[];
  readonly mostBytes?: number;
}

function isCut(listing: string): boolean {
  return new TextEncoder().encode(listing).length >= LISTING_BYTES;
}

/** Reads lines of a keyword and its value. */
function keywords(output: string): Map<string, string> {
  return new Map(
    output.split("\n").map((line): [string, string] => {
      const end = line.indexOf(" ");
      return end < 0 ? [line, ""] : [line.slice(0, end), line.slice(end + 1)];
    }),
  );
}

/** @throws {ScriptError} when the script has not said what it must */
function snapshotOf(folder: string, facts: ReadonlyMap<string, string>): Snapshot {
  const fact = (name: string): string => {
    const value = facts.get(name);
    if (value === undefined) throw new ScriptError("failed", `The record has no ${name}`);
    return value;
  };
  const known = (name: "head" | "branch"): { readonly head?: string; readonly branch?: string } => {
    const value = facts.get(name) ?? "none";
    return value === "none" ? {} : { [name]: value };
  };
  return {
    folder,
    id: fact("snapshot"),
    tree: fact("tree"),
    top: fact("top"),
    prefix: fact("prefix"),
    repository: fact("repository") === "yes",
    ...known("head"),
    ...known("branch"),
    nested: Number(fact("nested")),
    withoutContent: Number(fact("large")),
  };
}

function refused(said: string | undefined): SnapshotResult {
  return { type: "refused", reason: isRefusal(said) ? said : "failed" };
}

function isRefusal(said: string | undefined): said is SnapshotRefusal {
  return said !== undefined && REFUSALS.has(said);
}

function failureOf(error: unknown): ScriptError["reason"] {
  if (error instanceof ScriptError) return error.reason;
  return error instanceof CodexError && error.kind === "unresponsive" ? "too-slow" : "failed";
}
