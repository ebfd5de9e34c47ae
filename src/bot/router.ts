/** One update's way: gate -> command, button or request. Milliseconds; runs go on by themselves. */
import type { Clock } from "../core/clock.ts";
import type { Desk } from "../core/desk.ts";
import type { Engine, StatusReport } from "../core/engine.ts";
import { describeError, StorageError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { RunRecords } from "../core/run_recorder.ts";
import type { SessionKey } from "../core/session.ts";
import type { Pressed } from "./buttons/button.ts";
import { BUTTONS } from "./buttons/table.ts";
import type { Asking, Command } from "./commands/command.ts";
import { nearMiss } from "./commands/near_miss.ts";
import { COMMANDS } from "./commands/table.ts";
import { REQUESTING } from "./commands/talk_commands.ts";
import type { BotProfile } from "./bot_profile.ts";
import type { AllowedGroups } from "./allowed_groups.ts";
import type { Gate } from "./gate.ts";
import { followGroup } from "./group_moves.ts";
import { type Inbound, inboundOf, type Sender } from "./inbound.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { OutboxStats } from "./outbox/stats.ts";
import { type Person, sessionOf } from "./person.ts";
import type { Preferences } from "./preferences.ts";
import type { StatusMessages } from "./presenter/status_messages.ts";
import type { Approvals } from "./presenter/approvals.ts";
import { promptWithQuote } from "./quoted_text.ts";
import { plainText } from "./render/formatted_text.ts";
import { Replies } from "./replies.ts";
import { Requests } from "./requests.ts";
import type { StorageNews } from "./storage_news.ts";
import { textsFor } from "./texts/language.ts";
import type { Texts } from "./texts/texts.ts";

export interface RouterDependencies {
  readonly engine: Engine;
  readonly desk: Desk;
  readonly records: RunRecords;
  readonly preferences: Preferences;
  readonly botProfile: Pick<BotProfile, "languageChosen">;
  readonly gate: Gate;
  readonly groups: AllowedGroups;
  readonly approvals: Approvals;
  readonly statusMessages: StatusMessages;
  readonly outbox: Pick<
    Outbox,
    "send" | "sendDocument" | "edit" | "react" | "answerCallback" | "reachable" | "stats"
  >;
  readonly storageNews: StorageNews;
  readonly leaveChat: (chatId: number) => Promise<unknown>;
  readonly botUsername: string;
  /** Masks secrets; keeps the length of the text. */
  readonly conceal: (text: string) => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

/** Of a text that answers a press. */
const MOST_CALLBACK_CHARACTERS = 200;
/** `profile NAME` without a slash, as the earlier program took it. */
const BARE_PROFILE = /^profile\s+(\S+)$/i;
/** Its name, and what it is about. */
const BUTTON = /^([a-z]+):(.*)$/s;

export class Router {
  readonly #deps: RouterDependencies;
  readonly #replies: Replies;
  readonly #requests: Requests;

  constructor(deps: RouterDependencies) {
    this.#deps = deps;
    this.#replies = new Replies(deps.outbox);
    this.#requests = new Requests({ ...deps, replies: this.#replies });
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
    } else if (verdict.verdict === "pass-over") {
      log.debug("telegram.ignored", { update_id: inbound.updateId, reason: verdict.reason });
    } else {
      this.#refuse(inbound, verdict.reason, verdict.tellId);
    }
  }

  async #routeAllowed(inbound: Exclude<Inbound, { kind: "ignored" }> & Person): Promise<void> {
    const texts = textsFor(this.#deps.preferences.languageOf(inbound));
    const { groups, outbox } = this.#deps;
    if (inbound.kind === "moved") return followGroup(inbound, groups, outbox, texts);
    for (const file of this.#deps.storageNews.for(inbound.userId)) {
      this.#replies.send(inbound, plainText(`⚠️ ${texts.notices.databaseSetAside(file)}`), file);
    }
    switch (inbound.kind) {
      case "command":
        return await this.#command(inbound, texts);
      case "text":
        return await this.#text(inbound, texts);
      case "callback":
        return await this.#button(inbound, texts);
      case "unsupported":
        return this.#replies.send(inbound, plainText(texts.refusals.textOnly(inbound.content)));
      case "membership":
        return;
    }
  }

  async #command(inbound: Inbound & { kind: "command" } & Person, texts: Texts): Promise<void> {
    const command = COMMANDS.get(inbound.name);
    if (command === undefined) this.#unknownCommand(inbound, texts);
    else await this.#run(command, inbound, inbound.args, texts);
  }

  /** Codex has commands of its own; but nobody shall pay a model for a slip of the thumb. */
  #unknownCommand(inbound: Inbound & { kind: "command" } & Person, texts: Texts): void {
    const { name, args, text, chatKind } = inbound;
    const meant = nearMiss(name, COMMANDS.keys());
    if (meant !== undefined) {
      const answer = texts.talk.nearMiss(`/${name}`, `/${meant}`);
      return this.#replies.send(inbound, plainText(answer), "reply");
    }
    // In a group it may be for any bot.
    if (chatKind === "private" || args !== "") this.#requests.submit(inbound, text);
  }

  async #text(inbound: Inbound & { kind: "text" } & Person, texts: Texts): Promise<void> {
    const profile = BARE_PROFILE.exec(inbound.text.trim())?.[1];
    const command = COMMANDS.get("profile");
    if (profile !== undefined && command !== undefined) {
      return await this.#run(command, inbound, profile, texts);
    }
    const shown = this.#runShownIn(inbound);
    // What the bot says of a run is no material for Codex.
    const quoted = shown === undefined ? inbound.quoted : undefined;
    const prompt = promptWithQuote(inbound.text, quoted);
    if (prompt.trim() === "") this.#replies.send(inbound, plainText(texts.refusals.emptyText));
    else if (shown !== undefined && shown === this.#runAtWork(inbound)) {
      this.#requests.steer(inbound, prompt);
    } else this.#requests.submit(inbound, prompt);
  }

  /** The run whose status message is replied to. */
  #runShownIn({ chatId, repliesTo }: Inbound & { kind: "text" }): string | undefined {
    if (repliesTo === undefined) return undefined;
    return this.#deps.statusMessages.runOf(chatId, repliesTo);
  }

  #runAtWork(person: Person): string | undefined {
    return this.#deps.engine.queue(sessionOf(person)).active?.run.id;
  }

  async #run(command: Command, sender: Person, args: string, texts: Texts): Promise<void> {
    const { log } = this.#deps;
    const asking = this.#asking(sender, texts);
    const status = (): Promise<StatusReport> => this.#status(sender, asking.session, texts);
    const { conceal, outbox } = this.#deps;
    const requests = this.#requests;
    const outboxStats = (): OutboxStats => outbox.stats();
    const context = { ...asking, status, requests, sender, outboxStats, conceal, args };
    try {
      const reply = await command(context);
      if (reply !== undefined) this.#replies.send(sender, reply, "reply");
    } catch (error) {
      if (error instanceof StorageError && REQUESTING.has(command)) throw error;
      log.error("telegram.command.failed", { error: describeError(error) });
      this.#replies.send(sender, plainText(texts.commands.failed(describeError(error))));
    }
  }

  async #status(sender: Person, session: SessionKey, texts: Texts): Promise<StatusReport> {
    const report = await this.#deps.engine.status(session);
    if (report.setAside !== undefined) {
      this.#replies.send(sender, plainText(`⚠️ ${texts.notices.sessionSetAside(report.setAside)}`));
    }
    return report;
  }

  async #button(inbound: Inbound & { kind: "callback" } & Person, texts: Texts): Promise<void> {
    const { approvals, outbox, log } = this.#deps;
    if (approvals.press({ ...inbound, texts })) return;
    const answer = (text?: string): void => {
      // The outbox reports its own trouble.
      void outbox.answerCallback(inbound.queryId, text?.slice(0, MOST_CALLBACK_CHARACTERS));
    };
    try {
      const pressed = await this.#press(inbound, texts);
      if (pressed === "stale") return answer(texts.refusals.staleButton);
      answer(pressed.toast);
      if (pressed.edit !== undefined) this.#replies.replace(inbound, pressed.edit);
      if (pressed.reply !== undefined) this.#replies.send(inbound, pressed.reply, "pressed");
    } catch (error) {
      log.error("telegram.button.failed", { error: describeError(error) });
      answer(texts.commands.failed(describeError(error)));
    }
  }

  async #press(inbound: Inbound & { kind: "callback" } & Person, texts: Texts): Promise<Pressed> {
    const [, name = "", data = ""] = BUTTON.exec(inbound.data) ?? [];
    const { messageId } = inbound;
    return await BUTTONS.get(name)?.({ ...this.#asking(inbound, texts), data, messageId }) ??
      "stale";
  }

  #asking(person: Person, texts: Texts): Asking {
    const { engine, desk, records, preferences, botProfile, approvals, clock } = this.#deps;
    const { userId, chatId, topicId, firstName } = person;
    const by = { userId, chatId, firstName, ...(topicId === undefined ? {} : { topicId }) };
    return {
      engine,
      desk,
      records,
      preferences,
      botProfile,
      approvals,
      clock,
      by,
      texts,
      session: sessionOf(person),
    };
  }

  #refuse(inbound: Sender & { kind: string }, reason: string, tellId: number | undefined): void {
    const { log, preferences } = this.#deps;
    log.warn("telegram.refused", {
      update_id: inbound.updateId,
      chat_id: inbound.chatId,
      user_id: inbound.userId,
      reason,
    });
    if (tellId === undefined) return;
    const texts = textsFor(preferences.languageOf(inbound));
    this.#replies.send(inbound, plainText(texts.refusals.notAllowed(tellId)));
  }
}
