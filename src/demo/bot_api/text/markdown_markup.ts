/** The first Markdown of the Bot API: five marks, no nesting, a backslash before four of them. */
import type { FormattedText } from "../message.ts";
import type { Entity } from "./entity.ts";
import { checkedLink } from "./entity_list.ts";
import { failAt } from "./markup.ts";

const TYPES: Readonly<Record<string, string>> = {
  "*": "bold",
  "_": "italic",
  "`": "code",
  "```": "pre",
};

export function parseMarkdown(source: string): FormattedText {
  const entities: Entity[] = [];
  let text = "";
  let index = 0;
  while (index < source.length) {
    const rest = source.slice(index);
    const escaped = /^\\([_*`[])/.exec(rest)?.[1];
    const mark = /^(?:```|[*_`[])/.exec(rest)?.[0];
    if (escaped !== undefined || mark === undefined) {
      text += escaped ?? source[index] ?? "";
      index += escaped === undefined ? 1 : 2;
      continue;
    }
    const piece = readPiece(source, index, mark);
    const { content, end, type, details } = piece;
    const entity = { type, offset: text.length, length: content.length, details };
    if (content !== "" && type !== "") entities.push(entity);
    text += content;
    index = end;
  }
  return { text, entities };
}

interface Piece {
  readonly content: string;
  /** Empty for a link that leads nowhere. */
  readonly type: string;
  readonly details: Entity["details"];
  /** Index behind the closing mark. */
  readonly end: number;
}

function readPiece(source: string, start: number, mark: string): Piece {
  if (mark === "[") return readLink(source, start);
  const from = start + mark.length;
  const close = source.indexOf(mark, from);
  if (close === -1) failUnclosed(source, start);
  const end = close + mark.length;
  const content = source.slice(from, close);
  if (mark !== "```") return { content, type: TYPES[mark] ?? "", details: {}, end };
  const language = /^([^\s`]+)\n/.exec(content)?.[1];
  const body = language === undefined ? content : content.slice(language.length + 1);
  return { content: body, type: "pre", details: language === undefined ? {} : { language }, end };
}

function readLink(source: string, start: number): Piece {
  const close = source.indexOf("]", start);
  if (close === -1) failUnclosed(source, start);
  const content = source.slice(start + 1, close);
  if (source[close + 1] !== "(") return { content, type: "", details: {}, end: close + 1 };
  const end = source.indexOf(")", close);
  if (end === -1) failUnclosed(source, start);
  const url = checkedLink(source.slice(close + 2, end));
  const link = url === undefined
    ? { type: "", details: {} }
    : { type: "text_link", details: { url } };
  return { content, ...link, end: end + 1 };
}

function failUnclosed(source: string, start: number): never {
  return failAt(source, start, "Can't find end of the entity starting");
}
