/** Finds what Telegram marks up by itself: commands, mentions, links, hashtags, addresses. */
import { type Entity, entityEnd } from "./entity.ts";

/** Not preceded by a letter, digit, underscore or one of the given characters. */
const PATTERNS: readonly { readonly type: string; readonly pattern: RegExp }[] = [
  {
    type: "bot_command",
    pattern:
      /(?<![\p{L}\p{N}_/<>])\/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu,
  },
  {
    type: "email",
    pattern:
      /(?<![\p{L}\p{N}._+-])[a-zA-Z0-9._+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,}/gu,
  },
  {
    type: "url",
    pattern: /(?<![\p{L}\p{N}_@])(?:https?:\/\/|www\.)[^\s<>"]+\.[^\s<>"]*[^\s<>".,;:!?')\]]/giu,
  },
  { type: "mention", pattern: /(?<![\p{L}\p{N}_])@[a-zA-Z0-9_]{3,32}(?![\p{L}\p{N}_])/gu },
  { type: "hashtag", pattern: /(?<![\p{L}\p{N}_&])#(?=[\p{L}\p{N}_]*\p{L})[\p{L}\p{N}_]{1,255}/gu },
];

/** Entities that somebody set take precedence: nothing is found inside or across them. */
export function findEntities(text: string, taken: readonly Entity[]): readonly Entity[] {
  const opaque = taken.filter((entity) => OPAQUE.has(entity.type));
  const found: Entity[] = [];
  for (const { type, pattern } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length, details: {} };
      if (![...opaque, ...found].some((other) => overlaps(entity, other))) found.push(entity);
    }
  }
  return found;
}

const OPAQUE = new Set(["code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"]);

function overlaps(one: Entity, other: Entity): boolean {
  return one.offset < entityEnd(other) && other.offset < entityEnd(one);
}
