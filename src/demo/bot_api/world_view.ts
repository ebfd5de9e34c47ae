/** What one can see of the world, and wait for, without touching it. */
import type { Account } from "./account.ts";
import type { ApiCall, CallLog } from "./call_log.ts";
import type { CallbackAnswer } from "./callback_queries.ts";
import type { Chat } from "./chats.ts";
import type { BotCommand } from "./command_book.ts";
import type { StoredMessage } from "./message.ts";
import type { Person } from "./people.ts";
import { describeWorld } from "./report.ts";
import { type SeenMessage, seenMessage, transcriptOf } from "./transcript.ts";
import {
  type ButtonPress,
  type ChatHandle,
  fitsTest,
  type MessageTest,
  type WaitOptions,
} from "./world_types.ts";

/** Real milliseconds: long enough for a busy machine, as waiting costs nothing when all is well. */
const PATIENCE_MS = 60_000;

export class WorldView {
  protected readonly account: Account;
  readonly #log: CallLog;

  constructor(account: Account, log: CallLog) {
    this.account = account;
    this.#log = log;
  }

  get bot(): Person {
    return this.account.bot;
  }

  answerTo(press: ButtonPress): CallbackAnswer | undefined {
    return this.account.queries.answerOf(press.queryId);
  }

  /** Ids of the updates that the bot has not confirmed yet. */
  pendingUpdates(): readonly number[] {
    return this.account.updates.pending().map((update) => update.id);
  }

  /** Every message of the chat in order, deleted ones included. */
  transcript(chat: ChatHandle): readonly SeenMessage[] {
    return transcriptOf(this.chatOf(chat));
  }

  /** The message as it is now. */
  message(chat: ChatHandle, messageId: number): SeenMessage {
    return seenMessage(this.messageOf(chat, messageId));
  }

  /** Messages of the bot that still exist, in order. */
  botMessages(chat: ChatHandle): readonly SeenMessage[] {
    return this.transcript(chat).filter((message) => message.byBot && !message.deleted);
  }

  /** Chat actions (`typing`, …) that the bot sent, in order. */
  actions(chat: ChatHandle): Chat["actions"] {
    return this.chatOf(chat).actions;
  }

  /** The command menu that this person is shown in this chat. */
  commandsFor(chat: ChatHandle, person: Person): readonly BotCommand[] {
    const target = this.chatOf(chat);
    const everywhere = target.kind === "private" ? "all_private_chats" : "all_group_chats";
    const scopes = [
      `chat_member:${chat.id}:${person.id}`,
      `chat:${chat.id}`,
      everywhere,
      "default",
    ];
    return this.account.commands.firstOf(scopes, person.languageCode ?? "");
  }

  /** What the bot says about itself to this person, in a chat without messages. */
  descriptionFor({ languageCode = "" }: Person): string {
    const { descriptions } = this.account.profile;
    return descriptions.get(languageCode) || descriptions.get("") || "";
  }

  /**
   * Calls the listener after each change of the world and each call of the bot.
   * @returns ends the watching
   */
  watch(listener: () => void): () => void {
    return this.account.changes.watch(listener);
  }

  /**
   * Waits until `probe` gives something; it is asked after each change of the world and each call.
   * @throws {Error} after the timeout, with the chats and the last calls
   */
  waitFor<T>(probe: () => T | undefined | null | false, options: WaitOptions = {}): Promise<T> {
    const { timeoutMs = PATIENCE_MS, what = "the awaited state" } = options;
    const describe = (): string =>
      `Waited ${timeoutMs} ms for ${what}\n${describeWorld(this.account, this.#log.all())}`;
    return this.account.changes.until(probe, { timeoutMs, describe });
  }

  /** The first message of the bot in the chat that fits; looks at edits too. */
  waitForMessage(
    chat: ChatHandle,
    fits: MessageTest,
    options: WaitOptions & { readonly after?: number } = {},
  ): Promise<SeenMessage> {
    const { after = 0 } = options;
    const what = options.what ?? `a message of the bot that fits ${String(fits)}`;
    const probe = (): SeenMessage | undefined =>
      this.botMessages(chat).find((message) => message.id > after && fitsTest(message, fits));
    return this.waitFor(probe, { ...options, what });
  }

  /** The first finished call of the method that fits. */
  waitForCall(
    method: string,
    fits: (call: ApiCall) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<ApiCall> {
    const probe = (): ApiCall | undefined =>
      this.#log.all().find((call) => call.method === method && call.outcome && fits(call));
    return this.waitFor(probe, { what: `a call of ${method}`, ...options });
  }

  waitForAnswer(press: ButtonPress, options: WaitOptions = {}): Promise<CallbackAnswer> {
    return this.waitFor(() => this.answerTo(press), {
      what: "the answer to a pressed button",
      ...options,
    });
  }

  protected chatOf({ id }: { readonly id: number }): Chat {
    const chat = this.account.chats.get(id);
    if (chat === undefined) throw new Error(`There is no chat ${id}`);
    return chat;
  }

  protected messageOf(chat: ChatHandle, messageId: number): StoredMessage {
    const message = this.chatOf(chat).messages.get(messageId);
    if (message === undefined) throw new Error(`There is no message ${messageId} in ${chat.id}`);
    return message;
  }
}
