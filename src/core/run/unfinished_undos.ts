/** Puts folders right at the start in which an earlier process was killed in the middle of an undo. */
import type { ChatPort } from "../chat/chat.ts";
import type { CodexBackend, Machines } from "../codex/codex.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { RecordedRun, SnapshotStore, UndoDirection } from "../workspace/recording.ts";
import type { Undo } from "../workspace/undo.ts";
import type { Run } from "./run.ts";

/** An undo that a process has begun and not ended. */
export interface OpenUndo {
  readonly run: Run;
  readonly recorded: RecordedRun;
  readonly direction: UndoDirection;
}

export interface OpenUndoStore extends Pick<SnapshotStore, "endUndo"> {
  /** Throws a StorageError when the disk cannot be read. */
  openUndos(): readonly OpenUndo[];
}

/** What had become of an undo that was cut short. */
export type CutUndoEnd =
  /** It was half way: the files are as before it again. */
  | "put-back"
  /** All of it was done. */
  | "done"
  /** It had not begun, or the files were changed since. */
  | "not-done";

export interface UnfinishedUndosDependencies {
  readonly machines: Machines<Pick<CodexBackend, "start" | "workspace">>;
  readonly store: OpenUndoStore;
  readonly undo: Pick<Undo, "keep">;
  readonly chat: Pick<ChatPort, "notify">;
  readonly log: Log;
}

export class UnfinishedUndos {
  readonly #deps: UnfinishedUndosDependencies;

  constructor(deps: UnfinishedUndosDependencies) {
    this.#deps = deps;
  }

  /** Asks Codex for nothing where there are none. Never rejects: what fails is tried at the next start. */
  async putRight(): Promise<void> {
    const { store, chat, log } = this.#deps;
    try {
      for (const open of store.openUndos()) {
        const { run, direction } = open;
        try {
          const end = await this.#end(open);
          // The person's command may have come again, and gone through.
          if (end === undefined) continue;
          store.endUndo(run.id);
          log.info("undo.cut-short", { run: run.id, direction, end });
          chat.notify(run, { type: "undo.cut-short", direction, end });
        } catch (error) {
          log.warn("undo.not-put-right", { run: run.id, error: describeError(error) });
        }
      }
    } catch (error) {
      log.error("undo.not-put-right", { error: describeError(error) });
    }
  }

  /**
   * @returns undefined when it has ended meanwhile
   * @throws {Error} when the folder cannot be looked at now
   */
  async #end({ run, recorded, direction }: OpenUndo): Promise<CutUndoEnd | undefined> {
    const { machine, before, after, undone } = recorded;
    // The process may have died after it had kept that all was done.
    if (undone === (direction === "undo")) return "done";
    const codex = this.#deps.machines.codexOn(machine);
    await codex.start();
    const { workspace } = codex;
    if (workspace === undefined) return "not-done";
    if (await workspace.putBack(after.folder)) return "put-back";
    const now = await workspace.snapshot(after.folder, undefined, before);
    if (!this.#deps.store.openUndos().some((open) => open.run.id === run.id)) return undefined;
    const wanted = direction === "undo" ? before : after;
    if (now.type === "refused" || now.snapshot.tree !== wanted.tree) return "not-done";
    await this.#deps.undo.keep(run.session, recorded, direction);
    return "done";
  }
}
