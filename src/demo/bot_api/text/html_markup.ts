/** Parses Telegram's HTML: a few tags, five character references, and no tolerance for errors. */
import { byteOffset, failParse, failParseAt } from "../api_error.ts";
import type { JsonObject } from "../wire.ts";
import { checkedLink, type Entity, entityEnd, type FormattedText } from "./entities.ts";

const STYLES: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  span: "spoiler",
  "tg-spoiler": "spoiler",
  code: "code",
  pre: "pre",
  a: "text_link",
  blockquote: "blockquote",
  "tg-emoji": "custom_emoji",
};

const REFERENCES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

interface OpenTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly offset: number;
}

export function parseHtml(source: string): FormattedText {
  const open: OpenTag[] = [];
  const entities: Entity[] = [];
  let text = "";
  let index = 0;
  while (index < source.length) {
    if (source[index] !== "<") {
      const { decoded, length } = readCharacter(source, index);
      text += decoded;
      index += length;
    } else if (source[index + 1] === "/") {
      const { name, end } = readEndTag(source, index);
      const tag = closeTag(source, index, open.pop(), name);
      const entity = entityOf(tag, text);
      if (entity !== undefined) entities.push(entity);
      index = end;
    } else {
      const { name, attributes, end } = readStartTag(source, index);
      open.push({ name, attributes, offset: text.length });
      index = end;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    failParse(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  }
  return { text, entities: withLanguages(entities) };
}

function readCharacter(source: string, index: number): { decoded: string; length: number } {
  const match = /^&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|amp|quot));?/i.exec(
    source.slice(index, index + 12),
  );
  if (match === null) return { decoded: source[index] ?? "", length: 1 };
  const [whole, decimal, hexadecimal, name] = match;
  if (name !== undefined) {
    return { decoded: REFERENCES[name.toLowerCase()] ?? whole, length: whole.length };
  }
  const code = decimal === undefined ? parseInt(hexadecimal ?? "", 16) : Number(decimal);
  const isCharacter = code > 0 && code <= 0x10ffff;
  return { decoded: isCharacter ? String.fromCodePoint(code) : whole, length: whole.length };
}

function readStartTag(
  source: string,
  start: number,
): { name: string; attributes: Map<string, string>; end: number } {
  const name = /^[^\s>]*/.exec(source.slice(start + 1))?.[0].toLowerCase() ?? "";
  const close = closingBracket(source, start + 1 + name.length);
  if (close === -1) failParseAt(source, start, "Unclosed start tag");
  if (STYLES[name] === undefined) failParseAt(source, start, `Unsupported start tag "${name}"`);
  const attributes = new Map<string, string>();
  const inside = source.slice(start + 1 + name.length, close);
  for (const match of inside.matchAll(/([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g)) {
    const [, attribute = "", double, single, bare] = match;
    attributes.set(attribute.toLowerCase(), decodeAll(double ?? single ?? bare ?? ""));
  }
  requireAttributes(source, start, name, attributes);
  return { name, attributes, end: close + 1 };
}

function closingBracket(source: string, from: number): number {
  let quote = "";
  for (let index = from; index < source.length; index += 1) {
    const character = source[index] ?? "";
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return index;
  }
  return -1;
}

function requireAttributes(
  source: string,
  start: number,
  name: string,
  attributes: ReadonlyMap<string, string>,
): void {
  if (name === "span" && attributes.get("class") !== "tg-spoiler") {
    failParseAt(source, start, 'Tag "span" must have class "tg-spoiler"');
  }
  if (name === "tg-emoji" && !/^\d+$/.test(attributes.get("emoji-id") ?? "")) {
    failParse("Invalid custom emoji identifier specified");
  }
}

function decodeAll(source: string): string {
  let decoded = "";
  for (let index = 0; index < source.length;) {
    const next = readCharacter(source, index);
    decoded += next.decoded;
    index += next.length;
  }
  return decoded;
}

function readEndTag(source: string, start: number): { name: string; end: number } {
  const match = /^<\/([^\s>]*)\s*>/.exec(source.slice(start));
  if (match === null) return failParseAt(source, start, "Unclosed end tag");
  return { name: match[1]?.toLowerCase() ?? "", end: start + match[0].length };
}

function closeTag(
  source: string,
  index: number,
  tag: OpenTag | undefined,
  name: string,
): OpenTag {
  if (tag === undefined) return failParseAt(source, index, "Unexpected end tag");
  if (name !== "" && name !== tag.name) {
    return failParse(
      `Unmatched end tag at byte offset ${byteOffset(source, index)}, ` +
        `expected "</${tag.name}>", found "</${name}>"`,
    );
  }
  return tag;
}

/** @returns undefined for an empty tag and for a link without an address */
function entityOf(tag: OpenTag, text: string): Entity | undefined {
  const length = text.length - tag.offset;
  const type = STYLES[tag.name];
  if (length === 0 || type === undefined) return undefined;
  const place = { offset: tag.offset, length };
  if (type === "text_link") {
    const url = checkedLink(tag.attributes.get("href") ?? text.slice(tag.offset));
    return url === undefined ? undefined : { ...place, type, details: { url } };
  }
  const expandable = type === "blockquote" && tag.attributes.has("expandable");
  return {
    ...place,
    type: expandable ? "expandable_blockquote" : type,
    details: detailsOf(tag),
  };
}

function detailsOf({ name, attributes }: OpenTag): JsonObject {
  if (name === "tg-emoji") return { custom_emoji_id: attributes.get("emoji-id") ?? "" };
  const language = /^language-(.+)$/.exec(attributes.get("class") ?? "")?.[1];
  return name === "code" && language !== undefined ? { language } : {};
}

/** Joins `<pre><code class="language-x">` into one block; the server ignores other languages. */
function withLanguages(entities: readonly Entity[]): readonly Entity[] {
  const blocks = entities.filter((entity) => entity.type === "pre");
  const isInBlock = (code: Entity): boolean =>
    blocks.some((block) => block.offset <= code.offset && entityEnd(code) <= entityEnd(block));
  return entities.filter((entity) => entity.type !== "code" || !isInBlock(entity)).map((entity) => {
    if (entity.type === "code") return { ...entity, details: {} };
    if (entity.type !== "pre") return entity;
    const inner = entities.find((other) =>
      other.type === "code" && other.offset === entity.offset && other.length === entity.length
    );
    return { ...entity, details: inner?.details ?? {} };
  });
}
