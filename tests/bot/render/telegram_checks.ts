/** Checks that the strict Bot API accepts a message and changes nothing of it. */
import assert from "node:assert/strict";
import type { FormattedText } from "../../../src/bot/render/formatted_text.ts";
import { type Entity, readEntities } from "../../../src/demo/bot_api/text/entities.ts";
import { formatMessageText } from "../../../src/demo/bot_api/text/formatted_text.ts";
import { parseJson } from "../../../src/demo/bot_api/wire.ts";

/** Entities that Telegram finds itself. */
const FOUND = new Set([
  "mention",
  "hashtag",
  "cashtag",
  "bot_command",
  "url",
  "email",
  "phone_number",
  "bank_card_number",
]);
const MOST_ENTITIES = 100;

/** @throws {ApiError} with Telegram's description when it is refused */
export function assertAccepted({ text, entities }: FormattedText): void {
  const sent = readEntities(parseJson(JSON.stringify(entities)));
  const seen = formatMessageText({ text, parseMode: "", entities: sent });
  assert.equal(seen.text, text, "the text was repaired");
  // Entities that Telegram finds itself count, too.
  if (seen.entities.length === MOST_ENTITIES) return;
  const kept = seen.entities.filter(({ type }) => !FOUND.has(type));
  assert.deepEqual(looks(text, kept), looks(text, sent), "the entities were repaired");
}

/** Lists the entity types of every stretch of the text, joining equal neighbours. */
function looks(text: string, entities: readonly Entity[]): (readonly [string, string])[] {
  const edges = entities.flatMap(({ offset, length }) => [offset, offset + length]);
  const cuts = [...new Set([0, ...edges, text.length])].toSorted((one, other) => one - other);
  const stretches: [string, string][] = [];
  for (const [index, start] of cuts.slice(0, -1).entries()) {
    const look = entities.filter(({ offset, length }) => offset <= start && start < offset + length)
      .map(({ type, details }) => type === "pre" ? `pre ${String(details.language)}` : type)
      .toSorted().join(" ");
    const stretch = text.slice(start, cuts[index + 1]);
    const last = stretches.at(-1);
    if (last?.[0] === look) last[1] += stretch;
    else stretches.push([look, stretch]);
  }
  return stretches;
}
