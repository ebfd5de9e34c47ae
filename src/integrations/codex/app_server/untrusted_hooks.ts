/**
 * Tells which of the person's hooks Codex leaves out. It runs none before a person has said in Codex's
 * terminal that it is trusted, and says so only to who asks.
 */
import { describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { AppServerConnection } from "./connection.ts";
import type { AppServerNews } from "./news.ts";

/** Nobody waits for it. */
const DEADLINE_MS = 30_000;
/** With it Codex runs them all, and still calls them untrusted. */
const TRUSTS_ALL = "--dangerously-bypass-hook-trust";
const LEFT_OUT: ReadonlySet<string> = new Set(["untrusted", "modified"]);

interface UntrustedHooksSettings {
  readonly news: Pick<AppServerNews, "add">;
  /** How Codex was started. */
  readonly commandLine: string;
  readonly log: Log;
}

export class UntrustedHooks {
  readonly #settings: UntrustedHooksSettings;
  /** Folders that were asked about, by the process that was asked. */
  readonly #asked = new WeakMap<AppServerConnection, Set<string>>();

  constructor(settings: UntrustedHooksSettings) {
    this.#settings = settings;
  }

  /** Asks about the hooks of a folder, once in each process. Never rejects. */
  async look(connection: AppServerConnection, folder: string): Promise<void> {
    if (this.#settings.commandLine.includes(TRUSTS_ALL)) return;
    const asked = this.#asked.get(connection) ?? new Set();
    if (asked.has(folder)) return;
    this.#asked.set(connection, asked.add(folder));
    const { news, log } = this.#settings;
    try {
      const { data } = await connection.ask("hooks/list", { cwds: [folder] }, DEADLINE_MS);
      for (
        const { enabled, trustStatus, eventName: hook, command } of data.flatMap(({ hooks }) =>
          hooks
        )
      ) {
        if (!enabled || !LEFT_OUT.has(trustStatus)) continue;
        news.add({ type: "hook.untrusted", hook, text: command ?? "" });
      }
    } catch (error) {
      log.info("codex.hooks.unknown", { error: describeError(error) });
    }
  }
}
