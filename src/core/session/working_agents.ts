/** Looks up and stops the sub-agents that are at work for a person, with and without a request. */
import type { CodexBackend, Machines } from "../codex/codex.ts";
import { type CodexActivity, type SubAgent, WITHOUT_ACTIVITY } from "../codex/thread_activity.ts";
import { CodexError } from "../errors.ts";
import type { Redact } from "../redaction/redact.ts";
import { type DeveloperThread, type SessionKey, type SessionStore, threadsOf } from "./session.ts";

export interface WorkingAgent {
  readonly name: string;
  /** The command it runs, or its thought, without secrets; absent while it has told nothing. */
  readonly doing?: string;
  /** Where it works; absent = this machine. */
  readonly machine?: string;
}

/** What was stopped beside the request. */
export interface StoppedAgents {
  /** Their names. */
  readonly agents: readonly string[];
  /** How many commands they had left running. */
  readonly commands: number;
}

interface WorkingAgentsDependencies {
  readonly machines: Machines<Pick<CodexBackend, "activity">>;
  readonly sessions: SessionStore;
  readonly redact: Redact;
}

export class WorkingAgents {
  readonly #deps: WorkingAgentsDependencies;

  constructor(deps: WorkingAgentsDependencies) {
    this.#deps = deps;
  }

  /** Those of the present conversation first. */
  async list(key: SessionKey): Promise<readonly WorkingAgent[]> {
    const { redact } = this.#deps;
    return (await this.#threads(key)).flatMap(({ id, machine }) =>
      this.#activity({ machine }).alive(id).agents.map(({ agent: { name }, doing }) => ({
        name,
        ...(doing === undefined ? {} : { doing: redact(doing) }),
        ...(machine === undefined ? {} : { machine }),
      }))
    );
  }

  /** Stops them, with the commands that they left running; tells also those of a request just stopped. */
  async stop(key: SessionKey): Promise<StoppedAgents> {
    const stopped = await Promise.all(
      (await this.#threads(key)).map((thread) => this.#activity(thread).stopAgents(thread.id)),
    );
    return {
      agents: stopped.flatMap(({ agents }) => agents).map(({ name }: SubAgent) => name),
      commands: stopped.flatMap(({ commands }) => commands).length,
    };
  }

  /** A machine may be in the configuration no longer. */
  #activity({ machine }: { readonly machine?: string | undefined }): CodexActivity {
    try {
      return this.#deps.machines.codexOn(machine).activity;
    } catch (error) {
      if (error instanceof CodexError) return WITHOUT_ACTIVITY;
      throw error;
    }
  }

  async #threads(key: SessionKey): Promise<readonly DeveloperThread[]> {
    return threadsOf(await this.#deps.sessions.peek(key));
  }
}
