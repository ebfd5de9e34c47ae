/** Runs a command for whom the gate has let in, and sends what it answers. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { WaitingAttachments } from "../../core/chat/attachment.ts";
import type { StatusReport } from "../../core/run/engine.ts";
import { describeError, StorageError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { SessionKey } from "../../core/session/session.ts";
import { errorText } from "../../texts/trouble_texts.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { OutboxStats } from "../outbox/outgoing.ts";
import type { Person } from "../sender.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Replies } from "../replies.ts";
import type { Requests } from "../requests.ts";
import type { Texts } from "../../texts/texts.ts";
import { askingOf, type AskingParts } from "./asking.ts";
import type { Command } from "./command.ts";
import { REQUESTING } from "./talk_commands.ts";

export interface CommandRunnerDependencies extends AskingParts {
  readonly replies: Replies;
  readonly requests: Requests;
  readonly outbox: Pick<Outbox, "stats">;
  readonly waiting: WaitingAttachments;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly log: Log;
}

export class CommandRunner {
  readonly #deps: CommandRunnerDependencies;

  constructor(deps: CommandRunnerDependencies) {
    this.#deps = deps;
  }

  /**
   * A command that fails says so to its sender.
   * @throws {StorageError} when it makes a request and the disk does not take that
   */
  async run(command: Command, sender: Person, args: string, texts: Texts): Promise<void> {
    const { replies, requests, outbox, waiting, redact, log } = this.#deps;
    const asking = askingOf(this.#deps, sender, texts);
    const status = (): Promise<StatusReport> => this.#status(sender, asking.session, texts);
    const outboxStats = (): OutboxStats => outbox.stats();
    const context = { ...asking, status, requests, waiting, sender, outboxStats, redact, args };
    try {
      const reply = await command(context);
      if (reply !== undefined) replies.send(sender, reply, "reply");
    } catch (error) {
      if (error instanceof StorageError && REQUESTING.has(command)) throw error;
      log.error("telegram.command.failed", { error: describeError(error) });
      replies.send(sender, plainText(texts.commands.failed(errorText(error, texts))));
    }
  }

  async #status(sender: Person, session: SessionKey, texts: Texts): Promise<StatusReport> {
    const { engine, replies } = this.#deps;
    const report = await engine.status(session);
    if (report.setAside !== undefined) {
      replies.send(sender, plainText(`⚠️ ${texts.notices.sessionSetAside(report.setAside)}`));
    }
    return report;
  }
}
