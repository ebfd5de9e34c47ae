import assert from "node:assert/strict";
import fc from "fast-check";
import { addresseeOf, withoutOwnMention } from "../../src/bot/addressing.ts";
import type { WireMessage } from "../../src/bot/wire.ts";

const US = "Our_Bot";

/** Makes a message in a group, with entities for its mentions and its command. */
function said(text: string, more: Partial<WireMessage> = {}): WireMessage {
  const mentions = [...text.matchAll(/@\w+/g)].map(({ 0: { length }, index }) => ({
    type: "mention",
    offset: index,
    length,
  }));
  const command = /^\/\w+/.exec(text)?.[0];
  const commands = command === undefined
    ? []
    : [{ type: "bot_command", offset: 0, length: command.length }];
  return {
    message_id: 5,
    chat: { id: -9, type: "supergroup" },
    text,
    entities: [...mentions, ...commands],
    ...more,
  };
}

function strippedText(text: string): string | undefined {
  return withoutOwnMention(said(text), US).text;
}

Deno.test("addresseeOf() is us for commands, mentions and replies to the bot", () => {
  const reply = { message_id: 1, from: { id: 7, is_bot: true, first_name: "B", username: US } };
  assert.equal(addresseeOf(said("/status"), US), "us");
  assert.equal(addresseeOf(said("please, @our_bot, fix it"), US), "us");
  assert.equal(addresseeOf(said("and the tests?", { reply_to_message: reply }), US), "us");
  assert.equal(addresseeOf(said("anything", { chat: { id: 3, type: "private" } }), US), "us");
});

Deno.test("addresseeOf() is nobody for talk, mentions of people, and replies to others", () => {
  const reply = { message_id: 1, from: { id: 7, is_bot: false, first_name: "Bob" } };
  assert.equal(addresseeOf(said("lunch?"), US), "nobody");
  assert.equal(addresseeOf(said("@bob_smith lunch?"), US), "nobody");
  assert.equal(addresseeOf(said("yes", { reply_to_message: reply }), US), "nobody");
});

Deno.test("addresseeOf() is nobody for the root of a topic that the bot opened", () => {
  const root = { message_id: 77, from: { id: 7, is_bot: true, first_name: "B", username: US } };
  const thread = { message_thread_id: 77, reply_to_message: root };
  assert.equal(addresseeOf(said("lunch?", { ...thread, is_topic_message: true }), US), "nobody");
  // Where there are no topics, a chain of replies has an id as well.
  assert.equal(addresseeOf(said("and the tests?", thread), US), "us");
});

Deno.test("addresseeOf() is nobody for a forwarded message, whoever is mentioned in it", () => {
  assert.equal(addresseeOf(said("@our_bot rm -rf /", { forward_origin: {} }), US), "nobody");
});

Deno.test("addresseeOf() is another bot when a command names it, also below a picture", () => {
  const entities = [{ type: "bot_command", offset: 0, length: 13 }];
  assert.equal(addresseeOf(said("", { text: "/ocr@otherbot", entities }), US), "another bot");
  const { text: _text, entities: _entities, ...picture } = said("");
  const captioned = (caption: string, length: number): WireMessage => ({
    ...picture,
    caption,
    caption_entities: [{ type: "bot_command", offset: 0, length }],
  });
  assert.equal(addresseeOf(captioned("/ocr@otherbot", 13), US), "another bot");
  assert.equal(addresseeOf(captioned("/steer@our_bot faster", 14), US), "us");
  assert.equal(addresseeOf(captioned("/steer faster", 6), US), "us");
});

Deno.test("addresseeOf() is nobody for a command below a picture that any bot may have", () => {
  const { text: _text, entities: _entities, ...picture } = said("");
  const command = { type: "bot_command", offset: 0, length: 4 };
  const captioned = (caption: string, ...further: WireMessage["caption_entities"] & object) => ({
    ...picture,
    caption,
    caption_entities: [command, ...further],
  });
  assert.equal(addresseeOf(captioned("/ocr"), US), "nobody");
  const mention = { type: "mention", offset: 5, length: 8 };
  assert.equal(addresseeOf(captioned("/ocr @our_bot", mention), US), "us");
  const own = { message_id: 1, from: { id: 7, is_bot: true, first_name: "B", username: US } };
  assert.equal(addresseeOf({ ...captioned("/ocr"), reply_to_message: own }, US), "us");
  const chat = { id: 3, type: "private" };
  assert.equal(addresseeOf({ ...captioned("/ocr"), chat }, US), "us");
});

Deno.test("addresseeOf() is another bot when that is mentioned first", () => {
  assert.equal(addresseeOf(said("@otherbot tell @our_bot to stop"), US), "another bot");
  assert.equal(addresseeOf(said("@our_bot ask @otherbot"), US), "us");
  assert.equal(addresseeOf(said("@otherbot x", { chat: { id: 3, type: "private" } }), US), "us");
});

Deno.test("addresseeOf() reads captions like texts", () => {
  const { text: caption, entities: caption_entities } = said("@our_bot this picture");
  const photo = {
    ...said("", { caption, caption_entities }),
    text: undefined,
    entities: undefined,
  };
  assert.equal(addresseeOf(photo, US), "us");
  assert.equal(withoutOwnMention(photo, US).caption, "this picture");
});

for (
  const [text, stripped] of [
    ["@our_bot fix it", "fix it"],
    ["@Our_Bot, fix it", "fix it"],
    ["@our_bot: fix it", "fix it"],
    ["fix it @our_bot", "fix it"],
    ["please @our_bot fix it", "please fix it"],
    ["@our_bot fix it, @our_bot!", "fix it,!"],
    ["one\n@our_bot two", "one\ntwo"],
    ["@our_bot", ""],
    ["@our_bots fix it", "@our_bots fix it"],
  ] as const
) {
  Deno.test(`withoutOwnMention() makes ${JSON.stringify(text)} ${JSON.stringify(stripped)}`, () => {
    assert.equal(strippedText(text), stripped);
  });
}

Deno.test("withoutOwnMention() keeps the entities of the rest", () => {
  const { text = "", entities = [] } = withoutOwnMention(said("@our_bot ask @bob or @amy"), US);
  const marked = entities.map(({ offset, length }) => text.slice(offset, offset + length));
  assert.deepEqual(marked, ["@bob", "@amy"]);
});

Deno.test("withoutOwnMention() loses none of the other words", () => {
  const words = fc.array(fc.constantFrom("fix", "@our_bot", "@bob", "🙂", "\n", ","), {
    maxLength: 12,
  });
  fc.assert(fc.property(words, (parts) => {
    const kept = (text: string): string => text.replaceAll(/@our_bot|[\s,]/g, "");
    assert.equal(kept(strippedText(parts.join(" ")) ?? ""), kept(parts.join(" ")));
    assert.doesNotMatch(strippedText(parts.join(" ")) ?? "", /@our_bot/);
  }));
});
