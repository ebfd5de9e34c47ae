/** Checks what must hold of every message to Telegram. */
import assert from "node:assert/strict";
import type { MessageEntity } from "@grammyjs/types";
import type { FormattedText } from "../../../src/bot/render/formatted_text.ts";

export function assertValid({ text, entities }: FormattedText): void {
  assert.equal(text, text.trimEnd(), "ends in white space");
  // deno-lint-ignore no-control-regex -- they must not be there
  assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f\u2028-\u202e]/);
  assert.ok(text.isWellFormed(), "holds half a surrogate pair");
  for (const [index, entity] of entities.entries()) {
    assertWithinBounds(text, entity);
    const before = entities[index - 1];
    if (before !== undefined) assertSorted(before, entity);
    for (const other of entities.slice(index + 1)) assertCombination(entity, other);
  }
}

/** Removes white space and joiners, so that the rest must survive any cutting. */
export function visibleText(text: string): string {
  return text.replace(/\s|\u200d/g, "");
}

/** Lists entities as `bold:words`, in order. */
export function describeEntities({ text, entities }: FormattedText): string[] {
  return entities.map((entity) => {
    const detail = entity.type === "pre"
      ? entity.language ?? ""
      : entity.type === "text_link"
      ? entity.url
      : "";
    const covered = text.slice(entity.offset, entity.offset + entity.length);
    return `${entity.type}${detail === "" ? "" : `(${detail})`}:${covered}`;
  });
}

function assertWithinBounds(text: string, { offset, length }: MessageEntity): void {
  assert.ok(Number.isInteger(offset) && offset >= 0 && length > 0);
  assert.ok(offset + length <= text.length, "reaches past the end");
  for (const edge of [offset, offset + length]) {
    const pair = /[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(Math.max(0, edge - 1), edge + 1));
    assert.ok(!pair, "begins or ends in a surrogate pair");
  }
  const covered = text.slice(offset, offset + length);
  assert.equal(covered, covered.trimEnd(), "marks white space at its end");
}

function assertSorted(before: MessageEntity, after: MessageEntity): void {
  const ordered = before.offset < after.offset ||
    before.offset === after.offset && before.length >= after.length;
  assert.ok(ordered, "entities are out of order");
}

function assertCombination(outer: MessageEntity, inner: MessageEntity): void {
  const outerEnd = outer.offset + outer.length;
  if (inner.offset >= outerEnd) return;
  assert.ok(inner.offset + inner.length <= outerEnd, "entities cross");
  assert.notEqual(outer.type, inner.type, "an entity lies in its like");
  assert.ok(!["code", "pre"].includes(outer.type), "code holds an entity");
  const innerIsCode = ["code", "pre"].includes(inner.type);
  assert.ok(!innerIsCode || outer.type.endsWith("blockquote"), `code lies in ${outer.type}`);
}
