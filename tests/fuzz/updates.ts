/** Samples of updates as Telegram sends them. */
import { GROUP, OWNER, QUESTION_MESSAGE } from "./bot_stage.ts";

const ANN = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "ko" };
const EVE = { id: 7, is_bot: false, first_name: "Eve", username: "eve" };
const BOT = { id: 1, is_bot: true, first_name: "Codex", username: "our_bot" };
const PRIVATE = { id: OWNER, type: "private", first_name: "Ann" };
const EVES = { id: 7, type: "private", first_name: "Eve" };
const TEAM = { id: GROUP, type: "supergroup", title: "Team", is_forum: true };
const FOREIGN = { id: -200, type: "supergroup", title: "Elsewhere" };

const message = { message_id: 5, date: 1_767_000_000 };
const command = (length: number): readonly unknown[] => [
  { type: "bot_command", offset: 0, length },
];

const mentions = (...ranges: readonly (readonly [number, number])[]): readonly unknown[] =>
  ranges.map(([offset, length]) => ({ type: "mention", offset, length }));

function written(fields: Record<string, unknown>): Record<string, unknown> {
  return { update_id: 9, message: { ...message, chat: PRIVATE, from: ANN, ...fields } };
}

function pressed(data: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  const on = { message_id: QUESTION_MESSAGE, date: 1_767_000_000, chat: PRIVATE, from: BOT };
  const query = { id: "q", from: ANN, chat_instance: "1", data, message: on, ...fields };
  return { update_id: 10, callback_query: query };
}

export const UPDATES: readonly unknown[] = [
  written({ text: "fix the build" }),
  written({ text: "profile work" }),
  ...["/status", "/new", "/mode plan", "/mode@our_bot single", "/profile x", "/cancel all"]
    .map((text) => written({ text, entities: command(text.split(" ")[0]?.length ?? 0) })),
  ...["/approve abcde", "/deny abcde", "/start", "/help", "/init"]
    .map((text) => written({ text, entities: command(text.split(" ")[0]?.length ?? 0) })),
  written({ text: "look", quote: { text: "a part", position: 0, is_manual: true } }),
  written({ text: "this", reply_to_message: { ...message, chat: PRIVATE, from: EVE, text: "x" } }),
  written({ text: "theirs", forward_origin: { type: "user", sender_user: EVE, date: 1 } }),
  written({ caption: "see", photo: [{ file_id: "f", width: 1, height: 1 }] }),
  written({ photo: [{ file_id: "g" }, { file_id: "h", file_size: 9 }], media_group_id: "7" }),
  written({ document: { file_id: "d", file_name: "a.txt", mime_type: "text/plain" } }),
  written({ caption: "/new", document: { file_id: "d" } }),
  {
    update_id: 12,
    edited_message: { ...message, chat: PRIVATE, from: ANN, text: "x", edit_date: 2 },
  },
  written({ chat: TEAM, text: "in a topic", message_thread_id: 3, is_topic_message: true }),
  written({ chat: TEAM, from: EVE, text: "let me in" }),
  written({ chat: TEAM, text: "@our_bot fix @eve 🙂", entities: mentions([0, 8], [13, 4]) }),
  written({ chat: TEAM, text: "@other_bot and @our_bot", entities: mentions([0, 10], [15, 8]) }),
  written({ chat: TEAM, caption: "@our_bot see", caption_entities: mentions([0, 8]), photo: [] }),
  written({ chat: TEAM, from: EVE, migrate_to_chat_id: -1001 }),
  written({ chat: FOREIGN, from: EVE, migrate_from_chat_id: GROUP }),
  written({ chat: EVES, from: EVE, text: "hello" }),
  written({ chat: FOREIGN, text: "elsewhere" }),
  written({ chat: TEAM, from: { ...BOT, id: 1087968824 }, sender_chat: TEAM, text: "anonymous" }),
  written({ new_chat_title: "x" }),
  pressed("c:run"),
  pressed("r:run:c"),
  pressed("r:run:d"),
  pressed("a:AAAAAAAAAAAAAAAA:o"),
  pressed("c:run", { from: EVE }),
  {
    update_id: 11,
    my_chat_member: {
      chat: FOREIGN,
      from: EVE,
      date: 1,
      old_chat_member: { user: BOT, status: "left" },
      new_chat_member: { user: BOT, status: "member" },
    },
  },
];
