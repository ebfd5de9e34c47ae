/** Says of a message that it may have arrived before. */
import type { FormattedText } from "../render/formatted_text.ts";
import { splitMessage } from "../render/split.ts";

/** Every repeat begins with this sign, in any language. */
export const REPEAT_SIGN = "🔁";

/** How long a text may be, in UTF-16 units. */
export const MESSAGE_LIMIT = 4096;
export const CAPTION_LIMIT = 1024;

/**
 * With the note before it where there is room, else with the sign alone; a text that leaves no room
 * for that either is cut short.
 *
 * @param note a sentence that begins with the sign; absent = the sign alone
 */
export function markedRepeat(
  content: FormattedText,
  limit: number,
  note = REPEAT_SIGN,
): FormattedText {
  const long = `${note}\n`;
  const mark = long.length + content.text.length <= limit ? long : `${REPEAT_SIGN} `;
  const { text, entities } = beginningOf(content, limit - mark.length);
  return {
    text: mark + text,
    entities: entities.map((entity) => ({ ...entity, offset: entity.offset + mark.length })),
  };
}

function beginningOf(content: FormattedText, limit: number): FormattedText {
  if (content.text.length <= limit) return content;
  return splitMessage(content, { limit })[0] ?? { text: "", entities: [] };
}
