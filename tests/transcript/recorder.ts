/** Watches a chat of the Bot API server and records each change that a person would see. */
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { World } from "../../src/demo/bot_api/world.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import type { Entity } from "../../src/demo/bot_api/text/entities.ts";
import type { Look, RecordedMessage, Recording, SeenEntity } from "./recording.ts";

export class Recorder implements Disposable {
  readonly #world: World;
  readonly #chat: ChatHandle;
  readonly #messages = new Map<number, RecordedMessage>();
  readonly #moments: { readonly name: string; readonly at: number }[] = [];
  readonly #endWatching: () => void;

  constructor(world: World, chat: ChatHandle) {
    this.#world = world;
    this.#chat = chat;
    this.#endWatching = world.watch(() => this.#look());
  }

  /** Names the current moment, for a picture. */
  mark(name: string): void {
    this.#moments.push({ name, at: Date.now() });
  }

  recording(): Recording {
    return { messages: [...this.#messages.values()], moments: this.#moments };
  }

  [Symbol.dispose](): void {
    this.#endWatching();
  }

  #look(): void {
    const at = Date.now();
    for (const seen of this.#world.transcript(this.#chat)) {
      const known = this.#messages.get(seen.id) ?? newMessage(seen);
      this.#messages.set(seen.id, known);
      const look = lookOf(seen, at);
      if (isChange(look, known.looks.at(-1))) known.looks.push(look);
    }
  }
}

function newMessage({ id, byBot, silent, replyTo, document }: SeenMessage): RecordedMessage {
  return {
    id,
    byBot,
    silent,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(document === undefined ? {} : { document: { name: document.name, size: document.size } }),
    looks: [],
  };
}

function lookOf({ text, entities, buttons, reactions, deleted }: SeenMessage, at: number): Look {
  return {
    at,
    text,
    entities: entities.map(seenEntity),
    buttons: buttons.map((row) =>
      row.map(({ text, style }) => ({ text, ...(style === undefined ? {} : { style }) }))
    ),
    reactions: [...reactions],
    deleted,
  };
}

function seenEntity({ type, offset, length, details }: Entity): SeenEntity {
  const { url, language, unix_time: unixTime, date_time_format: format } = details;
  return {
    type,
    offset,
    length,
    ...(typeof url === "string" ? { url } : {}),
    ...(typeof language === "string" ? { language } : {}),
    ...(typeof unixTime === "number" ? { unixTime } : {}),
    ...(typeof format === "string" ? { format } : {}),
  };
}

function isChange(look: Look, last: Look | undefined): boolean {
  if (last === undefined) return true;
  return JSON.stringify({ ...look, at: 0 }) !== JSON.stringify({ ...last, at: 0 });
}
