/** MarkdownV2: every reserved character either starts or ends something, or is escaped. */
import type { FormattedText } from "../message.ts";
import type { Entity } from "./entity.ts";
import { checkedLink } from "./entity_list.ts";
import { failAt, failParse } from "./markup.ts";

const RESERVED = new Set("_*[]()~`>#+-=|{}.!");

/** Longest first, because `__` and `_` begin alike. */
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
  /** Where the mark stands in the source. */
  readonly index: number;
  /** Where the entity begins in the text. */
  readonly offset: number;
}

export function parseMarkdownV2(source: string): FormattedText {
  return new Parser(source).parse();
}

class Parser {
  readonly #source: string;
  readonly #open: Opened[] = [];
  readonly #entities: Entity[] = [];
  #text = "";
  #index = 0;
  /** The quote that is being read. */
  #quote: { readonly offset: number; readonly type: string } | undefined;
  /** The text's length when the present line began. */
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

  /** @returns true when the line's quote mark was taken */
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
        failAt(this.#source, start, `Can't find end of ${name} entity`);
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
    if (match === null) return failAt(this.#source, start, "Can't find end of a URL");
    this.#index += match[0].length;
    return (match[1] ?? "").replaceAll(/\\([ -~])/g, "$1");
  }

  #failReserved(character: string): never {
    return failParse(
      `Character '${character}' is reserved and must be escaped with the preceding '\\'`,
    );
  }

  #failUnclosed({ name, index }: Opened): never {
    return failAt(this.#source, index, `Can't find end of ${name} entity`);
  }
}
