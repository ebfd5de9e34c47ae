/** setMessageReaction, with the reactions that a bot may use. */
import { badRequest } from "../api_error.ts";
import { requireWritable } from "../chats.ts";
import { JsonFields } from "../json_fields.ts";
import { isJsonArray, isJsonObject, type Json } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";

/** The documented list of `ReactionTypeEmoji`. */
export const REACTION_EMOJI: ReadonlySet<string> = new Set(
  ("👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 " +
    "🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡")
    .split(" "),
);

export const REACTION_METHODS: MethodTable = {
  setMessageReaction: {
    parameters: ["chat_id", "message_id", "reaction", "is_big"],
    run: setMessageReaction,
  },
};

function setMessageReaction({ account, parameters }: MethodCall): Json {
  const chat = account.findChat(parameters.text("chat_id"));
  requireWritable(chat);
  const messageId = parameters.integer("message_id");
  if (messageId === undefined) throw badRequest("message identifier is not specified");
  const reactions = readReactions(
    parameters.json("reaction", "can't parse reaction types JSON object"),
  );
  const message = chat.visibleMessage(messageId);
  if (message === undefined) throw badRequest("message to react not found");
  if (message.kind === "service") throw badRequest("message can't be reacted");
  if (reactions.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  if (reactions.length === 0) message.reactions.delete(account.bot.id);
  else message.reactions.set(account.bot.id, reactions);
  return true;
}

function readReactions(value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  if (!isJsonArray(value)) throw badRequest("expected an Array of ReactionType");
  return value.map(readReaction);
}

function readReaction(value: Json): string {
  const prefix = "can't parse ReactionType: ";
  if (!isJsonObject(value)) throw badRequest(`${prefix}expected an Object`);
  const fields = new JsonFields(value, prefix);
  switch (fields.string("type")) {
    case "emoji": {
      const emoji = fields.string("emoji");
      if (!REACTION_EMOJI.has(emoji)) throw badRequest("REACTION_INVALID");
      return emoji;
    }
    case "custom_emoji":
    case "paid":
      throw badRequest("REACTION_INVALID");
    default:
      return fields.fail("invalid reaction type specified");
  }
}
