/** One update's way: gate -> command, button or request. Milliseconds; runs go on by themselves. */
import type { Redact } from "../core/redaction/redact.ts";
import type { AttachmentFiles, WaitingAttachments } from "../core/chat/attachment.ts";
import type { Clock } from "../core/clock.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { Engine } from "../core/run/engine.ts";
import type { Log } from "../core/log.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import { CallbackRouter } from "./buttons/callback_router.ts";
import { CommandRunner } from "./commands/command_runner.ts";
import { nearMiss } from "../core/text/near_names.ts";
import { ASKING_CODEX, COMMANDS } from "./commands/table.ts";
import type { BotProfile } from "./bot_profile.ts";
import type { AllowedGroups, Gate } from "./gate.ts";
import { type Inbound, inboundOf } from "./inbound.ts";
import { RequestAssembler } from "./intake/request_assembler.ts";
import type { TelegramFiles } from "./intake/telegram_files.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Person, Sender } from "./sender.ts";
import type { Preferences } from "./preferences.ts";
import type { StatusMessages } from "./presenter/status_messages.ts";
import type { Approvals } from "./presenter/approvals.ts";
import { plainText } from "./render/formatted_text.ts";
import { Replies } from "./replies.ts";
import { Requests } from "./requests.ts";
import type { StorageNews } from "./storage_news.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Remainder } from "./update_queue.ts";

export interface RouterDependencies {
  readonly engine: Engine;
  readonly sessionService: SessionService;
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
  readonly files: Pick<TelegramFiles, "fetch">;
  readonly attachments: AttachmentFiles;
  readonly waiting: WaitingAttachments;
  /** How long to wait for further parts of what a person sends, in milliseconds. */
  readonly collectMs: number;
  /** Ends what goes on beside the routing. */
  readonly signal: AbortSignal;
  readonly leaveChat: (chatId: number) => Promise<unknown>;
  readonly botUsername: string;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

/** `profile NAME` without a slash, as the earlier program took it. */
const BARE_PROFILE = /^profile\s+(\S+)$/i;
const COMMAND = /^\/([a-z_]+)/i;

export class Router {
  readonly #deps: RouterDependencies;
  readonly #replies: Replies;
  readonly #requests: Requests;
  readonly #intake: RequestAssembler;
  readonly #commands: CommandRunner;
  readonly #presses: CallbackRouter;

  constructor(deps: RouterDependencies) {
    const replies = new Replies(deps.outbox);
    const requests = new Requests({ ...deps, replies });
    this.#deps = deps;
    this.#replies = replies;
    this.#requests = requests;
    this.#intake = new RequestAssembler({ ...deps, replies, requests });
    this.#commands = new CommandRunner({ ...deps, replies, requests });
    this.#presses = new CallbackRouter({ ...deps, replies });
  }

  /** @param raw the update as it came */
  async route(raw: unknown): Promise<Remainder | void> {
    const { gate, log, outbox } = this.#deps;
    const inbound = this.#inbound(raw);
    if (inbound.kind === "ignored") {
      log.debug("telegram.ignored", { update_id: inbound.updateId, reason: inbound.reason });
      return;
    }
    const verdict = gate.check(inbound);
    if (verdict.verdict === "allow") {
      outbox.reachable(inbound.chatId);
      return await this.#routeAllowed({ ...inbound, userId: verdict.userId });
    } else if (verdict.verdict === "leave") {
      log.warn("telegram.left", { chat_id: inbound.chatId });
      await this.#deps.leaveChat(inbound.chatId);
    } else if (verdict.verdict === "pass-over") {
      log.debug("telegram.ignored", { update_id: inbound.updateId, reason: verdict.reason });
    } else {
      this.#refuse(inbound, verdict.reason, verdict.tellId);
    }
  }

  /** The later pieces of an album or of a long text name nobody, though the first one did. */
  #inbound(raw: unknown): Inbound {
    const inbound = inboundOf(raw, this.#deps.botUsername);
    if (inbound.kind !== "text" || inbound.unaddressed !== true) return inbound;
    const { unaddressed: _unaddressed, userId, ...piece } = inbound;
    return userId !== undefined && this.#intake.awaits({ ...piece, userId })
      ? { ...piece, userId }
      : inbound;
  }

  async #routeAllowed(
    inbound: Exclude<Inbound, { kind: "ignored" }> & Person,
  ): Promise<Remainder | void> {
    const texts = textsFor(this.#deps.preferences.languageOf(inbound));
    if (inbound.kind === "moved") return this.#followGroup(inbound, texts);
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
      case "edited":
        return this.#decline(inbound, texts);
      case "membership":
        return;
    }
  }

  async #command(
    inbound: Inbound & { kind: "command" } & Person,
    texts: Texts,
  ): Promise<Remainder | void> {
    const command = COMMANDS.get(inbound.name);
    if (command === undefined) return this.#unknownCommand(inbound, texts);
    const ended = this.#commands.run(command, inbound, inbound.args, texts);
    return ASKING_CODEX.has(command) ? beside(ended) : await ended;
  }

  async #button(
    inbound: Inbound & { kind: "callback" } & Person,
    texts: Texts,
  ): Promise<Remainder | void> {
    const ended = this.#presses.handle(inbound, texts);
    return this.#presses.asksCodex(inbound) ? beside(ended) : await ended;
  }

  /** Codex has commands of its own; but nobody shall pay a model for a slip of the thumb. */
  #unknownCommand(inbound: Inbound & { kind: "command" } & Person, texts: Texts): void {
    const { name, text, chatKind, isNamed } = inbound;
    // In a group it may be for any bot.
    if (chatKind !== "private" && isNamed !== true) return;
    const meant = nearMiss(name, COMMANDS.keys());
    if (meant !== undefined) {
      const answer = texts.talk.nearMiss(`/${name}`, `/${meant}`);
      return this.#replies.send(inbound, plainText(answer), "reply");
    }
    this.#requests.submit(inbound, text);
  }

  async #text(
    inbound: Inbound & { kind: "text" } & Person,
    texts: Texts,
  ): Promise<Remainder | void> {
    const profile = BARE_PROFILE.exec(inbound.text.trim())?.[1];
    const command = COMMANDS.get("profile");
    if (profile !== undefined && command !== undefined) {
      return await this.#commands.run(command, inbound, profile, texts);
    }
    const name = COMMAND.exec(inbound.text)?.[1] ?? "";
    if (inbound.file !== undefined && COMMANDS.has(name.toLowerCase())) {
      return this.#replies.send(inbound, plainText(texts.files.commandWithFile(`/${name}`)));
    }
    return this.#intake.take(inbound);
  }

  /** What people say to one another in a group is no concern of ours. */
  #decline(inbound: Inbound & { kind: "unsupported" | "edited" } & Person, texts: Texts): void {
    if (inbound.unaddressed === true) return;
    if (inbound.kind === "unsupported") {
      const content = texts.files.content[inbound.content];
      return this.#replies.send(inbound, plainText(texts.files.notTaken(content)));
    }
    const { chatId, messageId: replyTo, topicId } = inbound;
    // The outbox reports its own trouble. However often it is edited, once is enough.
    void this.#deps.outbox.send({
      chatId,
      replyTo,
      key: `edited:${chatId}:${replyTo}`,
      content: plainText(texts.files.edited),
      ...(topicId === undefined ? {} : { topicId }),
    }, "reply");
  }

  /**
   * Lets people work in the supergroup that a group became, and tells them there what to change in
   * the configuration.
   * @throws {StorageError} when the move cannot be stored
   */
  #followGroup({ chatId, newChatId }: Inbound & { kind: "moved" }, { groups }: Texts): void {
    this.#deps.groups.moved(chatId, newChatId);
    const content = plainText(`ℹ️ ${groups.moved(String(chatId), String(newChatId))}`);
    // Telegram announces the move in both chats: the key makes one message of them.
    void this.#deps.outbox.send(
      { chatId: newChatId, content, key: `moved:${chatId}:${newChatId}` },
      "reply",
    );
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

/** A Codex that takes its time must not hold up /cancel. */
function beside(work: Promise<void>): Remainder {
  return { ended: work.then(() => "done" as const) };
}
