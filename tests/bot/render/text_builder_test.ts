import assert from "node:assert/strict";
import { plainText } from "../../../src/bot/render/formatted_text.ts";
import { TextBuilder } from "../../../src/bot/render/text_builder.ts";
import { describeEntities } from "./formatted_checks.ts";

Deno.test("TextBuilder counts offsets in UTF-16 units", () => {
  const message = new TextBuilder().text("👍 ").bold("ж").text(" ").code("z").build();
  assert.deepEqual(message, {
    text: "👍 ж z",
    entities: [
      { type: "bold", offset: 3, length: 1 },
      { type: "code", offset: 5, length: 1 },
    ],
  });
});

Deno.test("TextBuilder.append moves the entities of what it appends", () => {
  const inner = new TextBuilder().italic("b").build();
  const message = new TextBuilder().text("a ").append(inner).text(" ").quote(inner).build();
  assert.deepEqual(describeEntities(message), ["italic:b", "blockquote:b", "italic:b"]);
});

Deno.test("TextBuilder.sentence makes code of what is between backticks", () => {
  const message = new TextBuilder().text("> ").sentence("type `/cancel all` or `x`.").build();
  assert.equal(message.text, "> type /cancel all or x.");
  assert.deepEqual(describeEntities(message), ["code:/cancel all", "code:x"]);
  assert.deepEqual(new TextBuilder().sentence("a ` b").build(), plainText("a ` b"));
});

Deno.test("TextBuilder leaves no entity for an empty text", () => {
  assert.deepEqual(new TextBuilder().bold("").pre("", "ts").build(), plainText(""));
});

Deno.test("TextBuilder.text expands tabs from the column the text begins in", () => {
  assert.equal(new TextBuilder().text("ab").text("\tc\n\td").build().text, "ab  c\n    d");
});

Deno.test("TextBuilder.relativeTime gives the reader's client a time to keep current", () => {
  const message = new TextBuilder().relativeTime(new Date(5_900), "just now").build();
  assert.deepEqual(message.entities, [
    { type: "date_time", offset: 0, length: 8, unix_time: 5, date_time_format: "r" },
  ]);
});
