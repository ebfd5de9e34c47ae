/** A text with entities as HTML: nothing of the text is ever markup. */
import type { SeenEntity } from "../recording.ts";
import { type Html, html } from "./html.ts";
import { liveTime, type Reader } from "./live_time.ts";

/** Entities that cross others or lie outside of the text are passed over. */
export function formattedHtml(
  text: string,
  entities: readonly SeenEntity[],
  reader: Reader,
): Html {
  const outerFirst = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return html`${nested({ text, reader }, outerFirst, 0, text.length)}`;
}

/** Types that stand on lines of their own. */
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** @param entities outer ones first, from left to right */
function nested(
  part: { readonly text: string; readonly reader: Reader },
  entities: readonly SeenEntity[],
  start: number,
  end: number,
): Html[] {
  const { text, reader } = part;
  const pieces: Html[] = [];
  let at = start;
  for (const [index, entity] of entities.entries()) {
    const entityEnd = entity.offset + entity.length;
    if (entity.offset < at || entityEnd > end || entity.length <= 0) continue;
    const block = BLOCKS.has(entity.type);
    const before = text.slice(at, entity.offset);
    pieces.push(html`${block && before.endsWith("\n") ? before.slice(0, -1) : before}`);
    const inside = nested(part, entities.slice(index + 1), entity.offset, entityEnd);
    pieces.push(wrapped(entity, inside, reader));
    // The line break around a block is the block's own.
    at = block && text[entityEnd] === "\n" && entityEnd < end ? entityEnd + 1 : entityEnd;
  }
  pieces.push(html`${text.slice(at, end)}`);
  return pieces;
}

function wrapped(entity: SeenEntity, inside: readonly Html[], reader: Reader): Html {
  const { type, url, language } = entity;
  switch (type) {
    case "bold":
      return html`<b>${inside}</b>`;
    case "italic":
      return html`<i>${inside}</i>`;
    case "underline":
      return html`<u>${inside}</u>`;
    case "strikethrough":
      return html`<s>${inside}</s>`;
    case "code":
      return html`<code>${inside}</code>`;
    case "pre":
      return html`<pre data-language="${language ?? ""}">${inside}</pre>`;
    case "blockquote":
    case "expandable_blockquote":
      return html`<blockquote>${inside}</blockquote>`;
    case "spoiler":
      return html`<span class="spoiler">${inside}</span>`;
    case "text_link":
      return isWebAddress(url) ? html`<a href="${url}">${inside}</a>` : html`<a>${inside}</a>`;
    case "url":
    case "email":
    case "mention":
    case "hashtag":
    case "bot_command":
      return html`<a>${inside}</a>`;
    case "date_time":
      return html`<time>${liveTime(entity, reader) ?? inside}</time>`;
    default:
      return html`${inside}`;
  }
}

function isWebAddress(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//i.test(url);
}
