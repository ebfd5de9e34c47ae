import assert from "node:assert/strict";
import fc from "fast-check";
import { type Inbound, inboundOf } from "../../src/bot/inbound.ts";
import { type IncomingFile, incomingFile } from "../../src/bot/normalise/incoming_file.ts";
import { wireUpdate } from "../../src/bot/wire.ts";

const FROM = { id: 42, is_bot: false, first_name: "Ann", language_code: "ko" };

function messageOf(fields: Record<string, unknown>): Inbound {
  const chat = { id: 42, type: "private" };
  return inboundOf(
    { update_id: 9, message: { message_id: 5, date: 1, chat, from: FROM, ...fields } },
    "Our_Bot",
  );
}

function command(text: string, length: number): Inbound {
  return messageOf({ text, entities: [{ type: "bot_command", offset: 0, length }] });
}

/** Picks the fields of an inbound that tests look at. */
function essence(inbound: Inbound): Record<string, unknown> {
  const wanted = ["kind", "text", "quoted", "name", "args", "content", "topicId"];
  return Object.fromEntries(Object.entries(inbound).filter(([name]) => wanted.includes(name)));
}

Deno.test("inboundOf() reads a text and its sender", () => {
  assert.deepEqual(messageOf({ text: "do it" }), {
    kind: "text",
    text: "do it",
    updateId: 9,
    chatId: 42,
    chatKind: "private",
    userId: 42,
    firstName: "Ann",
    languageCode: "ko",
    messageId: 5,
    sentAt: 1,
    impersonalFields: [],
  });
});

Deno.test("inboundOf() reads a command with its arguments, for us or for everybody", () => {
  for (const [text, length] of [["/Mode plan", 5], ["/mode@our_bot plan", 13]] as const) {
    assert.deepEqual(essence(command(text, length)), {
      kind: "command",
      name: "mode",
      args: "plan",
      // Whom it was for is nothing that Codex has to read.
      text: text.replace("@our_bot", ""),
    });
  }
});

Deno.test("inboundOf() ignores a command for another bot, which in private is meant for this one", () => {
  const entities = [{ type: "bot_command", offset: 0, length: 14 }];
  const named = (chat: unknown): string =>
    messageOf({ text: "/new@other_bot", entities, chat }).kind;
  assert.equal(named({ id: -9, type: "supergroup" }), "ignored");
  assert.equal(named({ id: 42, type: "private" }), "command");
});

Deno.test("inboundOf() takes what an old Bot API forwards for somebody else's", () => {
  const entities = [{ type: "bot_command", offset: 0, length: 7 }];
  const forwarded = messageOf({ text: "/cancel all", entities, forward_date: 1 });
  assert.deepEqual(essence(forwarded), { kind: "text", text: "", quoted: "/cancel all" });
});

Deno.test("inboundOf() takes the caption of what it does not know, and says that the rest is left out", () => {
  const inbound = messageOf({ hologram: {}, caption: "what is this?" });
  assert.deepEqual(essence(inbound), { kind: "text", text: "what is this?" });
  assert.equal(inbound.kind === "text" && inbound.omitted, "unknown");
});

Deno.test("inboundOf() reads a slash without a command entity as text", () => {
  assert.deepEqual(essence(messageOf({ text: "/etc/hosts is what?" })), {
    kind: "text",
    text: "/etc/hosts is what?",
  });
});

Deno.test("inboundOf() reads a command with a full-width slash", () => {
  assert.deepEqual(essence(messageOf({ text: "／Cancel all" })), {
    kind: "command",
    name: "cancel",
    args: "all",
    text: "/Cancel all",
  });
  for (const text of ["／상태", "／home/ann", "a ／cancel"]) {
    assert.deepEqual(essence(messageOf({ text })), { kind: "text", text });
  }
});

Deno.test("inboundOf() reads forwarded words as data, never as a command", () => {
  const forwarded = messageOf({
    text: "/cancel all",
    entities: [{ type: "bot_command", offset: 0, length: 7 }],
    forward_origin: { type: "user" },
  });
  assert.deepEqual(essence(forwarded), { kind: "text", text: "", quoted: "/cancel all" });
});

Deno.test("inboundOf() quotes the message that is replied to, unless the bot wrote it", () => {
  const reply = (from: Record<string, unknown>): Inbound =>
    messageOf({ text: "fix this", reply_to_message: { message_id: 1, from, text: "an error" } });
  const quoted = { kind: "text", text: "fix this", quoted: "an error" };
  assert.deepEqual(essence(reply({ id: 8 })), quoted);
  assert.deepEqual(essence(reply({ id: 9, is_bot: true })), { kind: "text", text: "fix this" });
});

Deno.test("inboundOf() reads no quote from the root message of a topic", () => {
  const inTopic = messageOf({
    text: "hello",
    message_thread_id: 77,
    is_topic_message: true,
    reply_to_message: { message_id: 77, from: { id: 8 }, text: "the topic" },
  });
  assert.deepEqual(essence(inTopic), { kind: "text", text: "hello", topicId: 77 });
});

Deno.test("inboundOf() names the kind of content that cannot be put into words", () => {
  for (const content of ["sticker", "photo", "document", "video", "story", "rich_message"]) {
    assert.deepEqual(essence(messageOf({ [content]: {} })), { kind: "unsupported", content });
    const captioned = messageOf({ [content]: {}, caption: "look" });
    assert.deepEqual(essence(captioned), { kind: "text", text: "look" });
    assert.equal(captioned.kind === "text" && captioned.omitted, content, "said to be left out");
  }
});

Deno.test("inboundOf() reads only an edit that a person made", () => {
  const edited = (fields: Record<string, unknown>): string => {
    const chat = { id: 42, type: "private" };
    const message = { message_id: 5, date: 1, chat, from: FROM, ...fields };
    return inboundOf({ update_id: 9, edited_message: message }, "our_bot").kind;
  };
  assert.equal(edited({ text: "x", edit_date: 2 }), "edited");
  assert.equal(edited({ text: "x" }), "ignored", "Telegram tells of a preview of its own");
  assert.equal(edited({ location: {}, edit_date: 2 }), "ignored", "it was never taken");
});

Deno.test("inboundOf() ignores service messages, and takes no word of a button whose message is gone", () => {
  assert.equal(messageOf({ new_chat_title: "x" }).kind, "ignored");
  const query = { id: "q", from: FROM, data: "a:x", message: undefined };
  assert.equal(inboundOf({ update_id: 1, callback_query: query }, "b").kind, "ignored");
  const gone = { message_id: 1, date: 0, chat: { id: 42, type: "private" } };
  const late = inboundOf({ update_id: 1, callback_query: { ...query, message: gone } }, "b");
  assert.deepEqual([late.kind, late.kind === "callback" && late.data], ["callback", ""]);
});

Deno.test("inboundOf() reads the person who pressed a button as the sender, not the bot", () => {
  const message = {
    message_id: 6,
    date: 5,
    chat: { id: 42, type: "private" },
    from: { id: 1, is_bot: true },
  };
  const inbound = inboundOf({
    update_id: 1,
    callback_query: { id: "q", from: FROM, data: "c:run", message },
  }, "b");
  assert.ok(inbound.kind === "callback");
  assert.deepEqual([inbound.userId, inbound.data, inbound.messageId, inbound.impersonalFields], [
    42,
    "c:run",
    6,
    [],
  ]);
  // The message is as old as it is; who presses does so now.
  assert.equal(inbound.sentAt, undefined);
});

Deno.test("inboundOf() tells a button for somebody else, and none below what only stands in their topic", () => {
  const message = {
    message_id: 6,
    date: 5,
    chat: { id: -9, type: "supergroup" },
    from: { id: 1, is_bot: true },
    message_thread_id: 3,
    reply_to_message: { message_id: 3, from: { id: 8 } },
  };
  const isOthers = (more: Record<string, unknown>): boolean => {
    const callback_query = { id: "q", from: FROM, data: "c:run", message: { ...message, ...more } };
    const inbound = inboundOf({ update_id: 1, callback_query }, "b");
    return inbound.kind === "callback" && inbound.isOthers === true;
  };
  assert.deepEqual([isOthers({}), isOthers({ is_topic_message: true })], [true, false]);
});

Deno.test("inboundOf() reads any JSON without an error", () => {
  fc.assert(fc.property(fc.jsonValue(), (raw) => {
    inboundOf(raw, "b");
    inboundOf({ update_id: 1, message: raw }, "b");
    inboundOf({ update_id: 1, callback_query: raw }, "b");
  }));
});

Deno.test("inboundOf() says which message is replied to", () => {
  const replied = { message_id: 4, from: { id: 9, is_bot: true, first_name: "Bot" }, text: "…" };
  const inbound = messageOf({ text: "in green", reply_to_message: replied });
  assert.equal(inbound.kind === "text" && inbound.repliesTo, 4);
});

function fileOf(fields: Record<string, unknown>): IncomingFile | undefined {
  const message = { message_id: 5, chat: { id: 1, type: "private" }, ...fields };
  const read = wireUpdate.parse({ update_id: 1, message }).message;
  assert.ok(read);
  return incomingFile(read);
}

Deno.test("incomingFile() takes the largest size of a photo", () => {
  const photo = [{ file_id: "small", file_size: 1 }, { file_id: "large", file_size: 9 }];
  assert.deepEqual(fileOf({ photo }), {
    fileId: "large",
    kind: "image",
    name: "photo-5.jpg",
    size: 9,
  });
});

Deno.test("incomingFile() reads a document as an image only in formats that models read", () => {
  for (
    const [type, kind] of [
      ["image/png", "image"],
      ["image/webp", "image"],
      ["image/svg+xml", "file"],
      ["image/heic", "file"],
      ["application/pdf", "file"],
    ] as const
  ) {
    const document = { file_id: "d", file_name: "a.x", mime_type: type };
    assert.deepEqual(fileOf({ document }), { fileId: "d", kind, name: "a.x" });
  }
  assert.equal(fileOf({ document: { file_id: "d" } })?.name, "document-5");
});

Deno.test("incomingFile() finds no file where none can be read", () => {
  assert.deepEqual([fileOf({}), fileOf({ photo: {} }), fileOf({ photo: [] })], [
    undefined,
    undefined,
    undefined,
  ]);
  assert.equal(fileOf({ document: { file_name: "x" } }), undefined);
});
