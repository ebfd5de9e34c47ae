/** The chat as the page is told it: plain values, without the bytes of files. */
import type { BotCommand } from "../bot_api/bot_profile.ts";
import type { SeenButton, SeenFile, SeenMessage } from "../bot_api/transcript.ts";
import type { Json, JsonObject } from "../bot_api/wire.ts";

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

export interface PageFile {
  readonly kind: "document" | "photo";
  readonly name: string;
  readonly size: number;
  readonly address: string;
}

/** What stays as it is while the page is served. */
export interface PageSetting {
  readonly bot: { readonly name: string; readonly username: string };
  /** `echo` = no Codex is at work. */
  readonly work: "echo" | "codex";
  /** Why there is none although one was asked for, with the remedy. */
  readonly complaint?: string;
}

/** Everything the page shows, at one moment. */
export interface ChatView {
  readonly messages: readonly PageMessage[];
  readonly commands: readonly BotCommand[];
  /** What the bot says about itself in an empty chat. */
  readonly description: string;
  /** The newest chat action, such as `typing`. */
  readonly action: { readonly name: string; readonly at: string } | null;
}

/** A message as a person sees it now. */
export function pageMessage(message: SeenMessage): PageMessage {
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

/** New buttons under the same words are no edit to a person. */
function isEdited({ history }: SeenMessage): boolean {
  const [first] = history;
  return history.some(({ text }) => text !== first?.text);
}

function pageFile({ id, document, photo }: SeenMessage): PageFile | undefined {
  const seen = document ?? photo;
  if (seen === undefined) return undefined;
  const { name, size }: SeenFile = seen;
  return { kind: photo === undefined ? "document" : "photo", name, size, address: `/files/${id}` };
}
