/** Cuts a long message into parts that Telegram takes. */
import { isVisible } from "./clean_text.ts";
import { findCut } from "./cut.ts";
import { type FormattedText, sliceFormatted, sortEntities } from "./formatted_text.ts";
import { trimFormatted } from "./normalize.ts";

export interface SplitOptions {
  /** UTF-16 units per part. Telegram counts up to 4,096 code points, which are never more. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 4000;

/** Telegram ignores the entities after the hundredth without a word. */
const MOST_ENTITIES = 100;

/** All entities of a message together, targets included; at about 9,500 bytes it is refused. */
const MOST_ENTITY_BYTES = 8000;
const BYTES_PER_ENTITY = 24;

/**
 * Parts in order, none without anything visible, each within the limits. Cuts at a blank line, a line's end, a space, or
 * between characters as a reader sees them; keeps a code block whole where it fits, else goes on with
 * it in the next part. Nothing is lost but the white space at the cuts and parts without anything visible.
 */
export function splitMessage(
  message: FormattedText,
  { limit = DEFAULT_LIMIT }: SplitOptions = {},
): FormattedText[] {
  const whole = { text: message.text, entities: sortEntities(message.entities) };
  const parts: FormattedText[] = [];
  for (let start = 0; start < whole.text.length;) {
    const end = partEnd(whole, start, limit);
    const part = trimFormatted(sliceFormatted(whole, start, end));
    if (isVisible(part.text)) parts.push(withinEntityLimit(part));
    start = end;
  }
  return parts;
}

function partEnd(message: FormattedText, start: number, limit: number): number {
  const furthest = Math.min(start + limit, entitiesEnd(message, start));
  if (furthest >= message.text.length) return message.text.length;
  return findCut(message, start, furthest, limit);
}

/** Where the first entity begins that would be one too many in a part from `start` on. */
function entitiesEnd({ text, entities }: FormattedText, start: number): number {
  let count = 0;
  let bytes = 0;
  for (const entity of entities) {
    if (entity.offset + entity.length <= start) continue;
    count += 1;
    bytes += BYTES_PER_ENTITY + (entity.type === "text_link" ? entity.url.length : 0);
    const tooMuch = count > MOST_ENTITIES || bytes > MOST_ENTITY_BYTES;
    if (tooMuch && entity.offset > start) return entity.offset;
  }
  return text.length;
}

/** Only a pile of more than a hundred entities on one spot has something to give up. */
function withinEntityLimit({ text, entities }: FormattedText): FormattedText {
  return { text, entities: entities.slice(0, MOST_ENTITIES) };
}
