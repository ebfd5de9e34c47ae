/** Tells Codex what a conversation is called that had its name before its thread began. */
import type { Machines } from "../codex/codex.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SessionKey, SessionStore } from "../session/session.ts";
import type { Profile } from "../session/settings.ts";
import type { Run } from "./run.ts";

interface ThreadNamingDependencies {
  readonly machines: Pick<Machines, "codexOn">;
  readonly sessions: Pick<SessionStore, "peek">;
  readonly log: Log;
}

interface NamedThread {
  readonly threadId: string;
  readonly machine: string | undefined;
  readonly session: SessionKey;
  /** Resolves to whether Codex has taken the name. */
  readonly taken: Promise<boolean>;
}

export class ThreadNaming {
  readonly #deps: ThreadNamingDependencies;
  /** By run, until it ends. */
  readonly #begun = new Map<string, NamedThread>();

  constructor(deps: ThreadNamingDependencies) {
    this.#deps = deps;
  }

  /** Tells the name, beside the work. */
  begin({ id, session }: Run, { machine }: Profile, threadId: string, name: string): void {
    const taken = this.#tell(id, { threadId, machine }, name);
    this.#begun.set(id, { threadId, machine, session, taken });
  }

  /**
   * Tells it once more where Codex did not take it: a thread that has just begun may not be written
   * yet, and Codex names what is written.
   */
  ended(runId: string): void {
    const begun = this.#begun.get(runId);
    this.#begun.delete(runId);
    // void: never rejects, and nobody waits for it.
    if (begun !== undefined) void this.#tellAgain(runId, begun);
  }

  async #tellAgain(runId: string, thread: NamedThread): Promise<void> {
    if (await thread.taken) return;
    try {
      // It may have got another one meanwhile, or be left.
      const { name, developerThread } = await this.#deps.sessions.peek(thread.session);
      if (name === undefined || developerThread?.id !== thread.threadId) return;
      await this.#tell(runId, thread, name);
    } catch (error) {
      this.#notNamed(runId, error);
    }
  }

  async #tell(
    runId: string,
    { threadId, machine }: Pick<NamedThread, "threadId" | "machine">,
    name: string,
  ): Promise<boolean> {
    try {
      await this.#deps.machines.codexOn(machine).queries.nameThread(threadId, name);
      return true;
    } catch (error) {
      this.#notNamed(runId, error);
      return false;
    }
  }

  #notNamed(run: string, error: unknown): void {
    this.#deps.log.debug("session.thread-not-named", { run, error: describeError(error) });
  }
}
