/** Shows what happened on the server, and waits for what shall happen, without changing anything. */
import type { Account } from "./account.ts";
import type { ApiCall, CallLog } from "./call_log.ts";
import type { Chat, ChatKind, StoredMessage } from "./chat.ts";
import type { BotCommand } from "./bot_profile.ts";
import type { CallbackAnswer } from "./keyboard.ts";
import type { Person } from "./people.ts";
import { type SeenMessage, seenMessage, transcriptOf } from "./transcript.ts";

/** Real milliseconds: long enough for a busy machine. */
const WAIT_MS = 120_000;

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

  /** The same, of those behind that one: does not look through the whole chat. */
  botMessagesAfter(chat: ChatHandle, messageId: number): readonly SeenMessage[] {
    const { messages } = this.chatOf(chat);
    return [...messages.keys()].filter((id) => id > messageId)
      .map((id) => this.message(chat, id)).filter(({ byBot, deleted }) => byBot && !deleted);
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
    return this.account.profile.commands.firstOf(scopes, person.languageCode ?? "");
  }

  /** What the bot says about itself to this person, in a chat without messages. */
  descriptionFor({ languageCode = "" }: Person): string {
    return this.account.profile.descriptions.for(languageCode);
  }

  /**
   * Calls the listener after each change and each call of the bot.
   * @returns a function that stops watching
   */
  watch(listener: () => void): () => void {
    return this.account.changes.watch(listener);
  }

  /**
   * Waits until `probe` returns a value; calls it after each change and each call of the bot.
   * @throws {Error} after the timeout, with the chats and the last calls
   */
  waitFor<T>(probe: () => T | undefined | null | false, options: WaitOptions = {}): Promise<T> {
    const { timeoutMs = WAIT_MS, what = "the awaited state" } = options;
    const describe = (): string =>
      `Waited ${timeoutMs} ms for ${what}\n${describeWorld(this.account, this.#log.all())}`;
    return this.account.changes.until(probe, { timeoutMs, describe });
  }

  /** Waits for the first message of the bot in the chat that fits, now or after an edit. */
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

  /** Waits for the first finished call of the method that fits. */
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

/** Identifies a chat in the calls of {@link WorldView} and `World`. */
export interface ChatHandle {
  readonly id: number;
  readonly kind: ChatKind;
  readonly title: string | undefined;
}

export interface SentMessage {
  readonly id: number;
  /** Absent when the bot cannot see the message. */
  readonly updateId: number | undefined;
}

export interface ButtonPress {
  readonly queryId: string;
  readonly updateId: number | undefined;
}

interface WaitOptions {
  /** Real milliseconds; default 60,000. */
  readonly timeoutMs?: number;
  /** Names the awaited thing in the error message. */
  readonly what?: string;
}

/** A part of the text, a pattern, or any test. */
type MessageTest = string | RegExp | ((message: SeenMessage) => boolean);

function fitsTest(message: SeenMessage, test: MessageTest): boolean {
  if (typeof test === "function") return test(message);
  return typeof test === "string" ? message.text.includes(test) : test.test(message.text);
}

const SHOWN_CALLS = 15;
const SHOWN_MESSAGES = 10;
const SHOWN_CHARACTERS = 160;

/** Lists the newest messages and calls, for the error of a wait that failed. */
function describeWorld(account: Account, calls: readonly ApiCall[]): string {
  const lines: string[] = [];
  for (const chat of account.chats.values()) {
    lines.push(
      `Chat ${chat.id}:`,
      ...transcriptOf(chat).slice(-SHOWN_MESSAGES).map(describeMessage),
    );
  }
  lines.push("Last calls:", ...calls.slice(-SHOWN_CALLS).map(describeCall));
  return lines.join("\n");
}

function describeMessage(message: SeenMessage): string {
  const who = message.byBot ? "bot" : `${message.fromId ?? "channel"}`;
  const labels = message.buttons.flat().map((button) => `[${button.text}]`).join(" ");
  const marks = `${message.deleted ? " (deleted)" : ""}${message.reactions.join("")}`;
  return shorten(`  #${message.id} ${who}${marks}: ${message.text} ${labels}`);
}

function describeCall({ method, parameters, outcome }: ApiCall): string {
  const end = outcome === undefined
    ? "under way"
    : outcome.type === "refused"
    ? `${outcome.status} ${outcome.description}`
    : outcome.type;
  return shorten(`  ${method} ${JSON.stringify(parameters)} -> ${end}`);
}

function shorten(line: string): string {
  const flat = line.replaceAll("\n", "⏎");
  return flat.length <= SHOWN_CHARACTERS ? flat : `${flat.slice(0, SHOWN_CHARACTERS)}…`;
}
