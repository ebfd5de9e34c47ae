/** Draws a text with entities as HTML; the text itself is always escaped. */
import type { SeenEntity } from "../recording.ts";
import { type Html, markup } from "../../../src/report/html/html.ts";

/** Skips entities that cross others or lie outside of the text. */
export function formattedHtml(
  text: string,
  entities: readonly SeenEntity[],
  reader: Reader,
): Html {
  const outerFirst = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return markup`${nested({ text, reader }, outerFirst, 0, text.length)}`;
}

/** Types that take whole lines. */
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
    pieces.push(markup`${block && before.endsWith("\n") ? before.slice(0, -1) : before}`);
    const inside = nested(part, entities.slice(index + 1), entity.offset, entityEnd);
    pieces.push(wrapped(entity, inside, reader));
    // The block replaces the line breaks around it.
    at = block && text[entityEnd] === "\n" && entityEnd < end ? entityEnd + 1 : entityEnd;
  }
  pieces.push(markup`${text.slice(at, end)}`);
  return pieces;
}

function wrapped(entity: SeenEntity, inside: readonly Html[], reader: Reader): Html {
  const { type, url, language } = entity;
  switch (type) {
    case "bold":
      return markup`<b>${inside}</b>`;
    case "italic":
      return markup`<i>${inside}</i>`;
    case "underline":
      return markup`<u>${inside}</u>`;
    case "strikethrough":
      return markup`<s>${inside}</s>`;
    case "code":
      return markup`<code>${inside}</code>`;
    case "pre":
      return markup`<pre data-language="${language ?? ""}">${inside}</pre>`;
    case "blockquote":
    case "expandable_blockquote":
      return markup`<blockquote>${inside}</blockquote>`;
    case "spoiler":
      return markup`<span class="spoiler">${inside}</span>`;
    case "text_link":
      return isWebAddress(url) ? markup`<a href="${url}">${inside}</a>` : markup`<a>${inside}</a>`;
    case "url":
    case "email":
    case "mention":
    case "hashtag":
    case "bot_command":
      return markup`<a>${inside}</a>`;
    case "date_time":
      return markup`<time>${liveTime(entity, reader) ?? inside}</time>`;
    default:
      return markup`${inside}`;
  }
}

function isWebAddress(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//i.test(url);
}

/** When and in which language the text is read. */
export interface Reader {
  /** Milliseconds since the beginning of the epoch. */
  readonly at: number;
  readonly language: string;
}

/** Largest first; seconds. */
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]] as const;

/** Shows a time as the client of the reader keeps it current; undefined for other formats. */
export function liveTime(
  { unixTime, format }: SeenEntity,
  { at, language }: Reader,
): string | undefined {
  if (unixTime === undefined) return undefined;
  // In UTC, so that the page is the same everywhere.
  if (format === "t") return new Date(unixTime * 1000).toISOString().slice(11, 16);
  if (format !== "r") return undefined;
  const seconds = Math.trunc(unixTime - at / 1000);
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language).format(Math.trunc(seconds / length), unit);
}
