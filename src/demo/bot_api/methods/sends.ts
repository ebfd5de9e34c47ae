/** Methods that put a new message, or the sign of one, into a chat. */
import { badRequest } from "../api_error.ts";
import {
  type Chat,
  currentVersion,
  messageToWire,
  requireOpenTopic,
  requireWritable,
  type StoredMessage,
} from "../chat.ts";
import { requirePhoto, requireUploadable, type StoredFile } from "../files.ts";
import { readReplyMarkup, type ReplyMarkup } from "../keyboard.ts";
import type { Parameters } from "../parameters.ts";
import { type FormattedText, readEntities } from "../text/entities.ts";
import { formatCaption, formatMessageText, type RawText } from "../text/formatted_text.ts";
import { readRichMessage } from "../text/rich_message.ts";
import { isJsonObject, type Json, JsonFields, type JsonObject } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";

const DESTINATION_PARAMETERS = [
  "business_connection_id",
  "chat_id",
  "message_thread_id",
  "direct_messages_topic_id",
  "disable_notification",
  "protect_content",
  "allow_paid_broadcast",
  "message_effect_id",
  "suggested_post_parameters",
  "ephemeral_message_parameters",
  "reply_parameters",
  "reply_markup",
  "reply_to_message_id",
  "allow_sending_without_reply",
];

const CAPTION_PARAMETERS = ["caption", "parse_mode", "caption_entities"];

export const SEND_METHODS: MethodTable = {
  sendMessage: {
    parameters: [
      ...DESTINATION_PARAMETERS,
      "text",
      "parse_mode",
      "entities",
      "link_preview_options",
      "disable_web_page_preview",
    ],
    run: sendMessage,
  },
  sendRichMessage: { parameters: [...DESTINATION_PARAMETERS, "rich_message"], run: sendRich },
  sendDocument: {
    parameters: [
      ...DESTINATION_PARAMETERS,
      ...CAPTION_PARAMETERS,
      "document",
      "thumbnail",
      "disable_content_type_detection",
    ],
    run: (call) => sendFile(call, "document"),
  },
  sendPhoto: {
    parameters: [
      ...DESTINATION_PARAMETERS,
      ...CAPTION_PARAMETERS,
      "photo",
      "show_caption_above_media",
      "has_spoiler",
    ],
    run: (call) => sendFile(call, "photo"),
  },
  sendMediaGroup: { parameters: [...DESTINATION_PARAMETERS, "media"], run: sendMediaGroup },
  sendChatAction: {
    parameters: ["business_connection_id", "chat_id", "message_thread_id", "action"],
    run: sendChatAction,
  },
};

/** The text of a message with its formatting, from `text`, `parse_mode` and `entities`. */
export function readText(parameters: Parameters): FormattedText {
  requireLinkPreviewOptions(parameters);
  return formatMessageText(readRawText(parameters, "text", "entities"));
}

function sendMessage(call: MethodCall): Json {
  const destination = readDestination(call);
  const content = readText(call.parameters);
  return messageToWire(postFromBot(call, destination, { kind: "text", content }));
}

function sendRich(call: MethodCall): Json {
  const destination = readDestination(call);
  const { blocks, text } = readRichMessage(call.parameters);
  const content = { text, entities: [] };
  const extra = { rich_message: { blocks } };
  return messageToWire(postFromBot(call, destination, { kind: "rich", content, extra }));
}

function sendFile(call: MethodCall, kind: "document" | "photo"): Json {
  const destination = readDestination(call);
  const content = formatCaption(readRawText(call.parameters, "caption", "caption_entities"));
  const file = readFile(call, kind);
  return messageToWire(
    postFromBot(call, destination, { kind: "captioned", content, [kind]: file }),
  );
}

const MOST_IN_ALBUM = 10;

/** Takes photos only, which are all that is sent here as an album. */
function sendMediaGroup(call: MethodCall): Json {
  const destination = readDestination(call);
  const media = call.parameters.json("media", "can't parse media JSON object") ?? [];
  if (!Array.isArray(media)) throw badRequest("media must be an Array");
  if (media.length === 0) throw badRequest("there are no messages to send");
  if (media.length > MOST_IN_ALBUM) throw badRequest("too many messages to send as an album");
  const photos = media.map((item) => readAlbumPhoto(call, item));
  const extra = { media_group_id: crypto.randomUUID() };
  return photos.map(({ content, photo }) =>
    messageToWire(postFromBot(call, destination, { kind: "captioned", content, photo, extra }))
  );
}

function readAlbumPhoto(
  { account, parameters }: MethodCall,
  item: Json,
): { readonly content: FormattedText; readonly photo: StoredFile } {
  if (!isJsonObject(item)) throw badRequest("expected an Object as InputMedia");
  const fields = new JsonFields(item);
  if (fields.string("type") !== "photo") throw badRequest("type of the media is unsupported");
  const upload = parameters.attached(fields.string("media"));
  if (upload === undefined) throw badRequest("wrong file identifier/HTTP URL specified");
  requireUploadable(upload);
  requirePhoto(upload);
  const content = formatCaption({
    text: fields.optionalString("caption") ?? "",
    parseMode: "",
    entities: readEntities(item.caption_entities),
  });
  return { content, photo: account.files.add(upload, "photos") };
}

const CHAT_ACTIONS = new Set([
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note",
]);

function sendChatAction({ account, parameters }: MethodCall): Json {
  const chat = account.findChat(parameters.text("chat_id"));
  requireWritable(chat);
  const action = parameters.text("action").toLowerCase();
  if (!CHAT_ACTIONS.has(action)) throw badRequest("wrong parameter action in request");
  const topicId = parameters.integer("message_thread_id");
  if (topicId !== undefined && !chat.topics.has(topicId)) {
    throw badRequest("message thread not found");
  }
  const at = account.clock.now();
  chat.actions.push({ action, at, ...(topicId === undefined ? {} : { topicId }) });
  return true;
}

function postFromBot(
  { account }: MethodCall,
  destination: Destination,
  body: Pick<StoredMessage, "kind"> & {
    readonly content: FormattedText;
    readonly document?: StoredFile;
    readonly photo?: StoredFile;
    readonly extra?: JsonObject;
  },
): StoredMessage {
  const { replyMarkup } = destination;
  return account.post({
    ...destination,
    ...body,
    from: destination.chat.kind === "channel" ? undefined : account.bot,
    senderChat: destination.chat.kind === "channel" ? destination.chat : undefined,
    keyboard: replyMarkup?.type === "inline" ? replyMarkup.keyboard : undefined,
  });
}

function readRawText(parameters: Parameters, textName: string, entitiesName: string): RawText {
  const parseMode = parameters.text("parse_mode");
  const entities = parameters.json(entitiesName, "can't parse entities JSON object");
  return {
    text: parameters.text(textName),
    parseMode: parseMode.toLowerCase() === "none" ? "" : parseMode,
    entities: readEntities(entities),
  };
}

function requireLinkPreviewOptions(parameters: Parameters): void {
  const complaint = "can't parse link preview options JSON object";
  const value = parameters.json("link_preview_options", complaint);
  if (value === undefined) return;
  if (!isJsonObject(value)) throw badRequest("object expected as link preview options");
  const fields = new JsonFields(value);
  fields.optionalBoolean("is_disabled");
  fields.optionalString("url");
}

function readFile({ account, parameters }: MethodCall, kind: "document" | "photo"): StoredFile {
  const upload = parameters.file(kind);
  if (upload !== undefined) {
    requireUploadable(upload);
    if (kind === "photo") requirePhoto(upload);
    return account.files.add(upload, `${kind}s`);
  }
  const reference = parameters.text(kind);
  if (reference === "" || reference.startsWith("attach://")) {
    throw badRequest(`there is no ${kind} in the request`);
  }
  if (/^https?:\/\//.test(reference)) throw badRequest("failed to get HTTP URL content");
  const known = account.files.byId(reference);
  if (known === undefined) throw badRequest("wrong file identifier/HTTP URL specified");
  return known;
}

/** Where a new message goes and what it answers. */
interface Destination {
  readonly chat: Chat;
  readonly topicId: number | undefined;
  readonly replyTo: StoredMessage | undefined;
  readonly silent: boolean;
  readonly replyMarkup: ReplyMarkup | undefined;
}

function readDestination(call: MethodCall): Destination {
  const { account, parameters } = call;
  const chat = account.findChat(parameters.text("chat_id"));
  requireWritable(chat);
  parameters.boolean("protect_content");
  const replyTo = readReply(call, chat);
  const topicId = readTopic(call, chat) ?? (chat.isForum ? replyTo?.topicId : undefined);
  requireOpenTopic(chat, topicId);
  return {
    chat,
    topicId,
    replyTo,
    silent: parameters.boolean("disable_notification"),
    replyMarkup: readReplyMarkup(parameters),
  };
}

function readTopic({ parameters }: MethodCall, chat: Chat): number | undefined {
  const topicId = parameters.integer("message_thread_id");
  if (topicId === undefined || topicId === 0) return undefined;
  if (!chat.topics.has(topicId)) throw badRequest("message thread not found");
  return topicId;
}

function readReply(call: MethodCall, chat: Chat): StoredMessage | undefined {
  const wanted = readReplyParameters(call);
  if (wanted === undefined) return undefined;
  const from = wanted.chatId === undefined ? chat : call.account.findChat(wanted.chatId);
  const message = from.visibleMessage(wanted.messageId);
  if (message === undefined) {
    if (wanted.optional) return undefined;
    throw badRequest("message to be replied not found");
  }
  requireQuote(message, wanted.quote);
  return message;
}

interface ReplyRequest {
  readonly messageId: number;
  readonly chatId: string | undefined;
  readonly optional: boolean;
  readonly quote: string | undefined;
}

function readReplyParameters({ parameters }: MethodCall): ReplyRequest | undefined {
  const complaint = "can't parse reply parameters JSON object";
  const value = parameters.json("reply_parameters", complaint);
  if (value === undefined) {
    const messageId = parameters.integer("reply_to_message_id");
    const optional = parameters.boolean("allow_sending_without_reply");
    if (messageId === undefined) return undefined;
    return { messageId, chatId: undefined, optional, quote: undefined };
  }
  if (!isJsonObject(value)) throw badRequest("object expected as reply parameters");
  const fields = new JsonFields(value);
  return {
    messageId: fields.integer("message_id"),
    chatId: fields.optionalString("chat_id"),
    optional: fields.optionalBoolean("allow_sending_without_reply"),
    quote: fields.optionalString("quote"),
  };
}

function requireQuote(message: StoredMessage, quote: string | undefined): void {
  if (quote === undefined || quote === "") return;
  if (!currentVersion(message).content.text.includes(quote)) throw badRequest("QUOTE_TEXT_INVALID");
}
