/** Looks up and ends the commands that Codex has left running in a person's conversations. */
import type { BackgroundTerminal } from "../codex/background_terminals.ts";
import type { CodexBackend, Machines } from "../codex/codex.ts";
import { CodexError } from "../errors.ts";
import type { Redact } from "../redaction/redact.ts";
import { type DeveloperThread, type SessionKey, type SessionStore, threadsOf } from "./session.ts";

/** Its command line is without secrets. */
export interface RunningCommand extends BackgroundTerminal {
  /** Where it runs; absent = this machine. */
  readonly machine?: string;
  /** It belongs to a conversation that the person has left. */
  readonly leftBehind: boolean;
}

export interface RunningCommandsReport {
  /** Those of the present conversation first. */
  readonly commands: readonly RunningCommand[];
  /** Why some may be missing; absent when all are known, or the backend never tells. */
  readonly unknown?: CodexError;
  /** Set where the backend can never tell. */
  readonly unsupported?: CodexError;
}

interface RunningCommandsDependencies {
  readonly machines: Machines<Pick<CodexBackend, "terminals">>;
  readonly sessions: SessionStore;
  readonly redact: Redact;
}

export class RunningCommands {
  readonly #deps: RunningCommandsDependencies;

  constructor(deps: RunningCommandsDependencies) {
    this.#deps = deps;
  }

  /** Lists those of the present conversation, and none of those that the person has left. */
  async ofConversation(key: SessionKey): Promise<RunningCommandsReport> {
    const report = await this.list(key);
    return { ...report, commands: report.commands.filter(({ leftBehind }) => !leftBehind) };
  }

  /** Lists them; empty where the backend cannot tell. */
  async list(key: SessionKey): Promise<RunningCommandsReport> {
    const session = await this.#deps.sessions.peek(key);
    const present = session.developerThread?.id;
    const looked = await Promise.all(
      threadsOf(session).map((thread) => this.#look(thread, thread.id !== present)),
    );
    const unknown = looked.find((report) => report.unknown !== undefined)?.unknown;
    const unsupported = looked.find((report) => report.unsupported !== undefined)?.unsupported;
    return {
      commands: looked.flatMap(({ commands }) => commands),
      ...(unknown === undefined ? {} : { unknown }),
      ...(unsupported === undefined ? {} : { unsupported }),
    };
  }

  /**
   * Ends one of them.
   * @returns the command; undefined when the session has none with that id any more
   * @throws {CodexError} when Codex does not answer
   */
  async stop(key: SessionKey, id: string): Promise<RunningCommand | undefined> {
    const { commands } = await this.list(key);
    const command = commands.find((each) => each.id === id);
    return command !== undefined && await this.#stop(command) ? command : undefined;
  }

  /**
   * Ends all of them.
   * @returns those that were ended, and why others may go on
   */
  async stopAll(key: SessionKey): Promise<RunningCommandsReport> {
    const listed = await this.list(key);
    const { unsupported } = listed;
    const stopped = await this.stopThese(listed);
    return { ...stopped, ...(unsupported === undefined ? {} : { unsupported }) };
  }

  /** Ends those of a list. @returns as {@link stopAll} does */
  async stopThese(
    { commands, unknown }: RunningCommandsReport,
  ): Promise<RunningCommandsReport> {
    const ended: RunningCommand[] = [];
    let failed = unknown;
    await Promise.all(commands.map(async (command) => {
      try {
        if (await this.#stop(command)) ended.push(command);
      } catch (error) {
        if (!(error instanceof CodexError)) throw error;
        failed = error;
      }
    }));
    // In the order of the list.
    const stopped = commands.filter((command) => ended.includes(command));
    return { commands: stopped, ...(failed === undefined ? {} : { unknown: failed }) };
  }

  #stop({ machine, threadId, id }: RunningCommand): Promise<boolean> {
    return this.#deps.machines.codexOn(machine).terminals.stop(threadId, id);
  }

  async #look(thread: DeveloperThread, leftBehind: boolean): Promise<RunningCommandsReport> {
    const { machines, redact } = this.#deps;
    const { id, machine } = thread;
    try {
      const terminals = await machines.codexOn(machine).terminals.list(id);
      return {
        commands: terminals.map((terminal) => ({
          ...terminal,
          command: redact(terminal.command),
          leftBehind,
          ...(machine === undefined ? {} : { machine }),
        })),
      };
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      if (error.kind === "unsupported") return { commands: [], unsupported: error };
      return { commands: [], unknown: error };
    }
  }
}
