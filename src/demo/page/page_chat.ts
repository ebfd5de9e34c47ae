/** Gives the page one person's chat with the bot, as plain values without the bytes of files. */
import type { BotCommand } from "../bot_api/bot_profile.ts";
import type { Person } from "../bot_api/people.ts";
import type { SeenButton, SeenFile, SeenMessage } from "../bot_api/transcript.ts";
import type { Json, JsonObject } from "../bot_api/wire.ts";
import type { World } from "../bot_api/world.ts";
import type { ChatHandle } from "../bot_api/world_view.ts";

export class PageChat {
  readonly world: World;
  readonly chat: ChatHandle;
  #person: Person;

  constructor(world: World, person: Person) {
    this.world = world;
    this.chat = world.privateChat(person);
    this.#person = person;
  }

  get person(): Person {
    return this.#person;
  }

  /** Sets the person's language, which Telegram clients send with every message. */
  speak(languageCode: string): void {
    if (languageCode === this.#person.languageCode) return;
    this.#person = this.world.createPerson({ ...this.#person, languageCode });
  }

  view(): ChatView {
    const { world, chat } = this;
    const action = world.actions(chat).at(-1);
    return {
      messages: world.transcript(chat).filter(({ deleted }) => !deleted).map(pageMessage),
      commands: world.commandsFor(chat, this.#person),
      description: world.descriptionFor(this.#person),
      action: action === undefined ? null : { name: action.action, at: action.at.toISOString() },
    };
  }

  /** @returns undefined when there is none, or it is deleted */
  message(id: number): SeenMessage | undefined {
    return this.world.transcript(this.chat).find((each) => each.id === id && !each.deleted);
  }
}

export interface PageMessage {
  readonly id: number;
  readonly mine: boolean;
  readonly at: string;
  readonly edited: boolean;
  readonly text: string;
  readonly entities: readonly JsonObject[];
  readonly blocks?: Json;
  readonly file?: PageFile;
  readonly buttons: readonly (readonly SeenButton[])[];
  readonly replyTo?: number;
  readonly silent: boolean;
  readonly reactions: readonly string[];
}

interface PageFile {
  readonly kind: "document" | "photo";
  readonly name: string;
  readonly size: number;
  /** Relative to the page. */
  readonly address: string;
}

/** What does not change while the page is served. */
export interface PageSetting {
  readonly bot: { readonly name: string; readonly username: string };
  /** `script` = a scripted Codex, `echo` = canned answers. */
  readonly work: "script" | "echo" | "codex";
  /** What the script knows, by language. */
  readonly suggestions?: Readonly<Record<"en" | "ko", readonly string[]>>;
  /** What does not work here, and what to do about it. */
  readonly complaint?: string;
}

/** Everything the page shows at one moment. */
export interface ChatView {
  readonly messages: readonly PageMessage[];
  readonly commands: readonly BotCommand[];
  /** The bot's description, shown in an empty chat. */
  readonly description: string;
  /** The newest chat action, such as `typing`. */
  readonly action: { readonly name: string; readonly at: string } | null;
}

/** A message as a person sees it now. */
function pageMessage(message: SeenMessage): PageMessage {
  const file = pageFile(message);
  return {
    id: message.id,
    mine: !message.byBot,
    at: message.date.toISOString(),
    edited: isEdited(message),
    text: message.text,
    entities: message.entities.map(({ type, offset, length, details }) => ({
      ...details,
      type,
      offset,
      length,
    })),
    ...(message.blocks === undefined ? {} : { blocks: message.blocks }),
    ...(file === undefined ? {} : { file }),
    buttons: message.buttons,
    ...(message.replyTo === undefined ? {} : { replyTo: message.replyTo }),
    silent: message.silent,
    reactions: message.reactions,
  };
}

/** Ignores edits that only change the buttons, which a person does not see as edits. */
function isEdited({ history }: SeenMessage): boolean {
  const [first] = history;
  return history.some(({ text }) => text !== first?.text);
}

function pageFile({ id, document, photo }: SeenMessage): PageFile | undefined {
  const seen = document ?? photo;
  if (seen === undefined) return undefined;
  const { name, size }: SeenFile = seen;
  return { kind: photo === undefined ? "document" : "photo", name, size, address: `files/${id}` };
}
