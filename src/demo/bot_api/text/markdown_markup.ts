/**
 * Parses the two Markdown dialects of `parse_mode`. The old one has five marks, no nesting and a
 * backslash before four of them; in MarkdownV2 every reserved character is a mark or is escaped.
 */
import { failParse, failParseAt } from "../api_error.ts";
import { checkedLink, type Entity, type FormattedText } from "./entities.ts";

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
  /** Empty for a link without an address. */
  readonly type: string;
  readonly details: Entity["details"];
  /** The index after the closing mark. */
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
  return failParseAt(source, start, "Can't find end of the entity starting");
}

const RESERVED = new Set("_*[]()~`>#+-=|{}.!");

/** Longest first, as `__` begins like `_`. */
const MARKS = [
  { mark: "__", type: "underline", name: "Underline" },
  { mark: "||", type: "spoiler", name: "Spoiler" },
  { mark: "*", type: "bold", name: "Bold" },
  { mark: "_", type: "italic", name: "Italic" },
  { mark: "~", type: "strikethrough", name: "Strikethrough" },
] as const;

interface Opened {
  readonly type: string;
  readonly name: string;
  /** Position of the mark in the source. */
  readonly index: number;
  /** Position of the entity in the text. */
  readonly offset: number;
}

export function parseMarkdownV2(source: string): FormattedText {
  return new MarkdownV2Parser(source).parse();
}

class MarkdownV2Parser {
  readonly #source: string;
  readonly #open: Opened[] = [];
  readonly #entities: Entity[] = [];
  #text = "";
  #index = 0;
  /** The quote that is open now. */
  #quote: { readonly offset: number; readonly type: string } | undefined;
  /** The text's length when the current line began. */
  #lineStartedAt = -1;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): FormattedText {
    while (this.#index < this.#source.length) this.#step();
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) this.#failUnclosed(unclosed);
    this.#endQuote();
    return { text: this.#text, entities: this.#entities };
  }

  #step(): void {
    if (this.#startLine() || this.#expandQuote()) return;
    const character = this.#source[this.#index] ?? "";
    if (character === "\\") return this.#escaped();
    if (!RESERVED.has(character)) return this.#literal(character);
    if (character === "`") return this.#code();
    if (character === "[") return this.#openLink(1);
    if (this.#source.startsWith("![", this.#index)) return this.#openLink(2);
    if (character === "]" && this.#open.at(-1)?.type === "text_link") return this.#closeLink();
    const mark = MARKS.find((each) => this.#source.startsWith(each.mark, this.#index));
    if (mark === undefined) this.#failReserved(character);
    this.#toggle(mark);
  }

  /** @returns true when it consumed the line's quote mark */
  #startLine(): boolean {
    const isStart = this.#text === "" || this.#text.endsWith("\n");
    if (!isStart || this.#lineStartedAt === this.#text.length) return false;
    this.#lineStartedAt = this.#text.length;
    const mark = /^(?:\*\*)?>/.exec(this.#source.slice(this.#index))?.[0];
    if (mark === undefined) {
      this.#endQuote();
      return false;
    }
    this.#quote ??= { offset: this.#text.length, type: "blockquote" };
    this.#index += mark.length;
    return true;
  }

  /** Two bars that end the last line of a quote make it expandable. */
  #expandQuote(): boolean {
    const isLast = /^\|\|(?:\n|$)/.test(this.#source.slice(this.#index));
    if (this.#quote === undefined || !isLast) return false;
    if (this.#open.some((opened) => opened.type === "spoiler")) return false;
    this.#quote = { ...this.#quote, type: "expandable_blockquote" };
    this.#index += 2;
    return true;
  }

  #endQuote(): void {
    if (this.#quote === undefined) return;
    const { offset, type } = this.#quote;
    const length = this.#text.replace(/\n+$/, "").length - offset;
    this.#quote = undefined;
    if (length > 0) this.#entities.push({ type, offset, length, details: {} });
  }

  #literal(character: string): void {
    this.#text += character;
    this.#index += 1;
  }

  #escaped(): void {
    const next = this.#source.charCodeAt(this.#index + 1);
    const isEscape = next > 0 && next <= 126;
    this.#text += isEscape ? String.fromCharCode(next) : "\\";
    this.#index += isEscape ? 2 : 1;
  }

  #toggle({ mark, type, name }: (typeof MARKS)[number]): void {
    const last = this.#open.at(-1);
    const isEnd = last?.type === type;
    if (!isEnd && this.#open.some((opened) => opened.type === type)) {
      this.#failUnclosed(last ?? { type, name, index: this.#index, offset: 0 });
    }
    if (isEnd) this.#close();
    else this.#open.push({ type, name, index: this.#index, offset: this.#text.length });
    this.#index += mark.length;
  }

  #close(details: Entity["details"] = {}): void {
    const opened = this.#open.pop();
    if (opened === undefined) return;
    const length = this.#text.length - opened.offset;
    const { type, offset } = opened;
    if (length > 0) this.#entities.push({ type, offset, length, details });
  }

  #code(): void {
    const isBlock = this.#source.startsWith("```", this.#index);
    const mark = isBlock ? "```" : "`";
    const start = this.#index;
    this.#index += mark.length;
    const language = isBlock ? this.#language() : "";
    const offset = this.#text.length;
    while (!this.#source.startsWith(mark, this.#index)) {
      if (this.#index >= this.#source.length) {
        const name = isBlock ? (language === "" ? "Pre" : "PreCode") : "Code";
        failParseAt(this.#source, start, `Can't find end of ${name} entity`);
      }
      if (this.#source[this.#index] === "\\") this.#escaped();
      else if (this.#source[this.#index] === "`") this.#failReserved("`");
      else this.#literal(this.#source[this.#index] ?? "");
    }
    this.#index += mark.length;
    const length = this.#text.length - offset;
    const details = language === "" ? {} : { language };
    if (length > 0) {
      this.#entities.push({ type: isBlock ? "pre" : "code", offset, length, details });
    }
  }

  #language(): string {
    const match = /^([^\s`]*)\n/.exec(this.#source.slice(this.#index));
    if (match === null) return "";
    this.#index += match[0].length;
    return match[1] ?? "";
  }

  #openLink(markLength: number): void {
    const type = markLength === 1 ? "text_link" : "custom_emoji";
    const name = markLength === 1 ? "TextUrl" : "CustomEmoji";
    if (markLength === 2) failParse("Custom emoji entities are not available here");
    this.#open.push({ type, name, index: this.#index, offset: this.#text.length });
    this.#index += markLength;
  }

  #closeLink(): void {
    const opened = this.#open.at(-1);
    this.#index += 1;
    let url = this.#text.slice(opened?.offset ?? 0);
    if (this.#source[this.#index] === "(") url = this.#linkTarget();
    const checked = checkedLink(url);
    if (checked === undefined) this.#open.pop();
    else this.#close({ url: checked });
  }

  #linkTarget(): string {
    const start = this.#index;
    const match = /^\(((?:\\[\s\S]|[^)\\])*)\)/.exec(this.#source.slice(start));
    if (match === null) return failParseAt(this.#source, start, "Can't find end of a URL");
    this.#index += match[0].length;
    return (match[1] ?? "").replaceAll(/\\([ -~])/g, "$1");
  }

  #failReserved(character: string): never {
    return failParse(
      `Character '${character}' is reserved and must be escaped with the preceding '\\'`,
    );
  }

  #failUnclosed({ name, index }: Opened): never {
    return failParseAt(this.#source, index, `Can't find end of ${name} entity`);
  }
}
