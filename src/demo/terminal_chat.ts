/** Shows the chat as lines of text in the terminal, and sends what the person types. */
import type { SeenMessage } from "./bot_api/transcript.ts";
import type { World } from "./bot_api/world.ts";
import type { ChatHandle } from "./bot_api/world_view.ts";

interface TerminalChatOptions {
  readonly world: World;
  readonly chat: ChatHandle;
  readonly print: (text: string) => void;
}

export class TerminalChat {
  readonly #world: World;
  readonly #chat: ChatHandle;
  readonly #print: (text: string) => void;
  /** What each message looked like when it was last drawn. */
  readonly #drawn = new Map<number, string>();

  constructor({ world, chat, print }: TerminalChatOptions) {
    this.#world = world;
    this.#chat = chat;
    this.#print = print;
  }

  /** Prints every message that is new or has changed since the last time. */
  draw(): void {
    for (const message of this.#world.transcript(this.#chat)) {
      const look = lookOf(message);
      if (this.#drawn.get(message.id) === look) continue;
      const edited = this.#drawn.has(message.id);
      this.#drawn.set(message.id, look);
      this.#print(`${heading(message, edited)}\n${indented(look)}\n\n`);
    }
  }

  /**
   * Takes a typed line: `#2` presses the second button of the newest message that has any, anything
   * else is sent as a message.
   */
  type(line: string): void {
    const press = /^#(\d+)$/.exec(line.trim());
    if (press === null) {
      this.#world.send(this.#chat, line);
      return;
    }
    const message = this.#world.botMessages(this.#chat).findLast(({ buttons }) =>
      buttons.length > 0
    );
    const button = message?.buttons.flat()[Number(press[1]) - 1];
    if (message === undefined || button?.data === undefined) {
      this.#print(`There is no button ${line.trim()}\n\n`);
      return;
    }
    this.#world.press(this.#chat, message.id, { data: button.data });
  }

  /** True when the bot has finished with every message: each has an answer or its final reaction. */
  settled(): boolean {
    const requests = this.#world.transcript(this.#chat).filter(({ byBot }) => !byBot);
    return requests.every(({ id, reactions }) =>
      reactions.length > 0 ? !reactions.includes("👀") : this.#answered(id)
    );
  }

  /** True while the bot has asked something that holds up a message, by its newest words. */
  asks(): boolean {
    const messages = this.#world.transcript(this.#chat);
    const open = new Set(
      messages.filter(({ reactions }) => reactions.includes("👀")).map(({ id }) => id),
    );
    // What shows progress has buttons as well, and is silent.
    const said = messages.findLast(({ byBot, silent }) => byBot && !silent);
    return said?.replyTo !== undefined && open.has(said.replyTo) && said.buttons.length > 0;
  }

  #answered(messageId: number): boolean {
    return this.#world.botMessages(this.#chat).some(({ replyTo, id }) =>
      replyTo === messageId || (replyTo === undefined && id > messageId)
    );
  }
}

function heading(message: SeenMessage, edited: boolean): string {
  const who = message.byBot ? "bot" : "you";
  const how = message.byBot && message.silent ? ", silent" : "";
  return `[${message.id}] ${who}${how}${edited ? ", edited" : ""}`;
}

function lookOf(message: SeenMessage): string {
  const file = message.document === undefined ? [] : [`📎 ${message.document.name}`];
  const buttons = message.buttons.flat().map(({ text }, index) => `(#${index + 1} ${text})`);
  const reactions = message.reactions.join(" ");
  return [
    message.deleted ? "(deleted)" : message.text,
    ...file,
    ...(buttons.length === 0 ? [] : [buttons.join(" ")]),
    ...(reactions === "" ? [] : [reactions]),
  ].filter((line) => line !== "").join("\n");
}

function indented(text: string): string {
  return text.split("\n").map((line) => `    ${line}`.trimEnd()).join("\n");
}
