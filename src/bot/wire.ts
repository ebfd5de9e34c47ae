/** Declares the fields that we read of updates; loose, as every Bot API version adds some. */
import { z } from "../core/schema.ts";

const chat = z.looseObject({ id: z.number(), type: z.string() });

const person = z.looseObject({
  id: z.number(),
  is_bot: z.boolean().default(false),
  first_name: z.string().default(""),
  username: z.string().optional(),
  language_code: z.string().optional(),
});

const entity = z.looseObject({
  type: z.string(),
  offset: z.number(),
  length: z.number(),
  url: z.string().optional().catch(undefined),
  language: z.string().optional().catch(undefined),
  unix_time: z.number().optional().catch(undefined),
  user: z.looseObject({ first_name: z.string() }).optional().catch(undefined),
});
const entities = z.array(entity).optional();

/** What a message says; the same in the message that it replies to. */
const words = {
  text: z.string().optional(),
  caption: z.string().optional(),
  entities,
  caption_entities: entities,
};

const repliedMessage = z.looseObject({
  message_id: z.number(),
  from: person.optional(),
  ...words,
});

const keyboard = z.looseObject({
  inline_keyboard: z.array(z.array(z.looseObject({
    text: z.string(),
    callback_data: z.string().optional(),
    url: z.string().optional(),
    style: z.enum(["danger", "success", "primary"]).optional().catch(undefined),
  }))),
});

const message = z.looseObject({
  message_id: z.number(),
  date: z.number().optional(),
  chat,
  from: person.optional(),
  message_thread_id: z.number().optional(),
  is_topic_message: z.boolean().optional(),
  ...words,
  migrate_to_chat_id: z.number().optional(),
  migrate_from_chat_id: z.number().optional(),
  edit_date: z.number().optional(),
  forward_origin: z.unknown().optional(),
  media_group_id: z.string().optional(),
  reply_to_message: repliedMessage.optional(),
  /** A message of another chat or topic: what it carries, but not its words. */
  external_reply: z.looseObject(words).optional().catch(undefined),
  quote: z.looseObject({ text: z.string(), entities }).optional(),
  sender_chat: z.unknown().optional(),
  via_bot: z.unknown().optional(),
  is_automatic_forward: z.boolean().optional(),
  business_connection_id: z.string().optional(),
  sender_business_bot: z.unknown().optional(),
  guest_query_id: z.string().optional(),
  reply_markup: keyboard.optional().catch(undefined),
});
export type WireMessage = z.infer<typeof message>;

export const wireUpdate = z.looseObject({
  update_id: z.number(),
  message: message.optional(),
  edited_message: message.optional(),
  callback_query: z.looseObject({
    id: z.string(),
    from: person,
    data: z.string().optional(),
    message: message.optional(),
  }).optional(),
  my_chat_member: z.looseObject({
    chat,
    from: person,
    new_chat_member: z.looseObject({ status: z.string() }),
  }).optional(),
});

/** Tells whether somebody else may have written it; a Bot API before 7.0 dates it only. */
export function isForwarded(message: Readonly<Record<string, unknown>>): boolean {
  return (message["forward_origin"] ?? message["forward_date"]) !== undefined;
}

/** The fields in which a message carries something besides text. */
const CONTENT = [
  "animation",
  "audio",
  "checklist",
  "contact",
  "dice",
  "document",
  "game",
  "giveaway",
  "invoice",
  "live_photo",
  "location",
  "paid_media",
  "photo",
  "poll",
  "rich_message",
  "sticker",
  "story",
  "venue",
  "video",
  "video_note",
  "voice",
] as const;

/** `unknown` = what Telegram has added since. */
export type CarriedKind = typeof CONTENT[number] | "unknown";
export type ContentKind = CarriedKind | "text" | "service";

/** `service` = somebody joined, a title changed, or whatever Telegram adds next without a caption. */
export function contentKindOf(
  message: Readonly<Record<string, unknown>> & { readonly text?: string | undefined },
): ContentKind {
  const found = CONTENT.find((name) => message[name] !== undefined);
  if (found !== undefined) return found;
  if (message.text !== undefined) return "text";
  return message["caption"] === undefined ? "service" : "unknown";
}

/** Finds the chat that an update belongs to; 0 for one that cannot be read. */
export function chatIdOf(raw: unknown): number {
  const update = wireUpdate.safeParse(raw);
  if (!update.success) return 0;
  const { edited_message: edited, callback_query: query, my_chat_member: member } = update.data;
  const message = update.data.message ?? edited;
  return message?.chat.id ?? query?.message?.chat.id ?? member?.chat.id ?? 0;
}
