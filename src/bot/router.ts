/** One update's way: gate -> command, button or request. Milliseconds; runs go on by themselves. */
import type { Clock } from "../core/clock.ts";
import type { Engine, StatusReport } from "../core/engine.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Origin } from "../core/run.ts";
import type { SessionKey } from "../core/session.ts";
import { type Command, type CommandContext } from "./commands/command.ts";
import { COMMANDS } from "./commands/table.ts";
import type { Gate } from "./gate.ts";
import { type Inbound, inboundOf, type Sender } from "./inbound.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Approvals } from "./presenter/approvals.ts";
import { promptWithQuote } from "./quoted_text.ts";
import { type FormattedText, plainText } from "./render/formatted_text.ts";
import { splitMessage } from "./render/split.ts";
import type { StorageNews } from "./storage_news.ts";
import { languageOf, textsFor } from "./texts/language.ts";
import type { Texts } from "./texts/texts.ts";

export interface RouterDependencies {
  readonly engine: Engine;
  readonly gate: Gate;
  readonly approvals: Approvals;
  readonly outbox: Pick<Outbox, "send" | "react" | "answerCallback" | "reachable">;
  readonly storageNews: StorageNews;
  readonly leaveChat: (chatId: number) => Promise<unknown>;
  readonly botUsername: string;
  /** Masks secrets; keeps the length of the text. */
  readonly conceal: (text: string) => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

/** What a request looks like in the log. */
const LOGGED_CHARACTERS = 200;
/** Of a text that answers a press. */
const MOST_CALLBACK_CHARACTERS = 200;
/** `profile NAME` without a slash, as the earlier program took it. */
const BARE_PROFILE = /^profile\s+(\S+)$/i;
/** Cancel, and the two answers to an offer. */
const RUN_BUTTON = /^(?:c:([^:]+)|r:([^:]+):([cd]))$/;

type Person = Sender & { readonly userId: number };

export class Router {
  readonly #deps: RouterDependencies;

  constructor(deps: RouterDependencies) {
    this.#deps = deps;
  }

  /** @param raw the update as it came */
  async route(raw: unknown): Promise<void> {
    const { gate, log, outbox } = this.#deps;
    const inbound = inboundOf(raw, this.#deps.botUsername);
    if (inbound.kind === "ignored") {
      log.debug("telegram.ignored", { update_id: inbound.updateId, reason: inbound.reason });
      return;
    }
    const verdict = gate.check(inbound);
    if (verdict.verdict === "allow") {
      outbox.reachable(inbound.chatId);
      await this.#routeAllowed({ ...inbound, userId: verdict.userId });
    } else if (verdict.verdict === "leave") {
      log.warn("telegram.left", { chat_id: inbound.chatId });
      await this.#deps.leaveChat(inbound.chatId);
    } else {
      this.#refuse(inbound, verdict.reason, verdict.tellId);
    }
  }

  async #routeAllowed(inbound: Exclude<Inbound, { kind: "ignored" }> & Person): Promise<void> {
    const texts = textsFor(languageOf(inbound.languageCode));
    for (const file of this.#deps.storageNews.for(inbound.userId)) {
      this.#reply(inbound, plainText(`⚠️ ${texts.notices.databaseSetAside(file)}`), file);
    }
    switch (inbound.kind) {
      case "command":
        return await this.#command(inbound, texts);
      case "text":
        return await this.#text(inbound, texts);
      case "callback":
        return this.#button(inbound, texts);
      case "unsupported":
        return this.#reply(inbound, plainText(texts.refusals.textOnly(inbound.content)));
      case "membership":
        return;
    }
  }

  async #command(inbound: Inbound & { kind: "command" } & Person, texts: Texts): Promise<void> {
    const command = COMMANDS.get(inbound.name);
    // Codex has commands of its own.
    if (command === undefined) this.#submit(inbound, inbound.text);
    else await this.#run(command, inbound, inbound.args, texts);
  }

  async #text(inbound: Inbound & { kind: "text" } & Person, texts: Texts): Promise<void> {
    const profile = BARE_PROFILE.exec(inbound.text.trim())?.[1];
    const command = COMMANDS.get("profile");
    if (profile !== undefined && command !== undefined) {
      return await this.#run(command, inbound, profile, texts);
    }
    const prompt = promptWithQuote(inbound.text, inbound.quoted);
    if (prompt.trim() === "") this.#reply(inbound, plainText(texts.refusals.emptyText));
    else this.#submit(inbound, prompt);
  }

  async #run(command: Command, sender: Person, args: string, texts: Texts): Promise<void> {
    const { engine, approvals, clock, log } = this.#deps;
    const { userId, chatId, firstName } = sender;
    const by = { userId, chatId, firstName };
    const session = sessionOf(sender);
    const context: CommandContext = {
      engine,
      status: () => this.#status(sender, session, texts),
      approvals,
      clock,
      by,
      texts,
      args,
      session,
    };
    try {
      const reply = await command(context);
      if (reply !== undefined) this.#reply(sender, reply, "reply");
    } catch (error) {
      log.error("telegram.command.failed", { error: describeError(error) });
      this.#reply(sender, plainText(texts.commands.failed(describeError(error))));
    }
  }

  async #status(sender: Person, session: SessionKey, texts: Texts): Promise<StatusReport> {
    const report = await this.#deps.engine.status(session);
    if (report.setAside !== undefined) {
      this.#reply(sender, plainText(`⚠️ ${texts.notices.sessionSetAside(report.setAside)}`));
    }
    return report;
  }

  #submit(sender: Person, prompt: string): void {
    const { engine, outbox, conceal, clock, log, newId } = this.#deps;
    log.info("telegram.inbound", {
      chat_id: sender.chatId,
      user_id: sender.userId,
      text: conceal(prompt).slice(0, LOGGED_CHARACTERS),
    });
    engine.submit({
      id: newId(),
      session: sessionOf(sender),
      prompt,
      origin: originOf(sender),
      createdAt: clock.now().toISOString(),
      ...sentAt(sender),
    }, `telegram:${sender.updateId}`);
    // Only now: the reaction says that the request is stored.
    outbox.react(sender.chatId, sender.messageId, "👀");
  }

  #button(inbound: Inbound & { kind: "callback" } & Person, texts: Texts): void {
    const { approvals, outbox, log } = this.#deps;
    if (approvals.press(inbound)) return;
    const answer = (text?: string): void => {
      // The outbox reports its own trouble.
      void outbox.answerCallback(inbound.queryId, text);
    };
    try {
      const done = this.#pressRunButton(inbound.data, sessionOf(inbound));
      answer(done ? undefined : texts.refusals.staleButton);
    } catch (error) {
      log.error("telegram.button.failed", { error: describeError(error) });
      answer(texts.commands.failed(describeError(error)).slice(0, MOST_CALLBACK_CHARACTERS));
    }
  }

  /** Whoever presses acts on a run of their own session, in this chat, or on none. */
  #pressRunButton(data: string, session: SessionKey): boolean {
    const { engine } = this.#deps;
    const [, cancelled, offered, answer] = RUN_BUTTON.exec(data) ?? [];
    if (cancelled !== undefined) return engine.cancelRun(session, cancelled);
    if (offered === undefined) return false;
    return answer === "c" ? engine.continueRun(session, offered) : engine.dropRun(session, offered);
  }

  #refuse(inbound: Sender & { kind: string }, reason: string, tellId: number | undefined): void {
    const { log } = this.#deps;
    log.warn("telegram.refused", {
      update_id: inbound.updateId,
      chat_id: inbound.chatId,
      user_id: inbound.userId,
      reason,
    });
    if (tellId === undefined) return;
    const texts = textsFor(languageOf(inbound.languageCode));
    this.#reply(inbound, plainText(texts.refusals.notAllowed(tellId)));
  }

  /**
   * @param name what it is among the replies to this update; with one it is sent even if the
   * program ends now, and once, however often the update is routed
   */
  #reply(to: Sender, content: FormattedText, name?: string): void {
    const { updateId, chatId, messageId, topicId } = to;
    for (const [index, part] of splitMessage(content).entries()) {
      // The outbox tells failures as values and reports them itself.
      void this.#deps.outbox.send({
        chatId,
        replyTo: messageId,
        content: part,
        ...(name === undefined ? {} : { key: `${name}:${updateId}:${index}` }),
        ...(topicId === undefined ? {} : { topicId }),
      }, "reply");
    }
  }
}

function sentAt({ sentAt: seconds = NaN }: Person): { readonly sentAt?: string } {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? {} : { sentAt: date.toISOString() };
}

function sessionOf({ chatId, userId }: Person): SessionKey {
  return { chatId: String(chatId), userId: String(userId) };
}

function originOf({ chatId, messageId, topicId, languageCode }: Person): Origin {
  return {
    chatId: String(chatId),
    messageId,
    language: languageOf(languageCode),
    ...(topicId === undefined ? {} : { topicId }),
  };
}
