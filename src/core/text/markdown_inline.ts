/** Parses what stands within a paragraph: emphasis, code, links, tags, formulas. */
import { CITATION_STARTS, citationAt } from "./markdown_citations.ts";
import { type Delimiter, DelimiterStack, reachOf } from "./markdown_emphasis.ts";
import { CODE_TAGS, readEntity, readTag, STYLE_TAGS } from "./markdown_html.ts";
import { addressAt, linkTarget, normalizedLabel } from "./markdown_links.ts";
import { bracketMathEnd, dollarMathEnd, environmentEnd } from "./markdown_math.ts";
import type { Inline } from "./markdown_nodes.ts";
import { type Piece, PieceList, type SpanStyle, treeOf } from "./markdown_pieces.ts";
import type { WorkBudget } from "./work_budget.ts";

/** What references within the text lead to. */
export interface InlineContext {
  readonly budget: WorkBudget;
  /** Finds the target of a label, which is thereby used. */
  readonly target: (label: string) => string | undefined;
  /** Finds the number of a footnote. */
  readonly footnote: (label: string) => number | undefined;
}

interface Opener {
  readonly piece: Piece;
  /** Where its content begins in the source. */
  readonly at: number;
  readonly delimiter: Delimiter | undefined;
}

interface Bracket extends Opener {
  readonly image: boolean;
  /** Tags that were open before it. */
  readonly tags: number;
}

interface OpenTag extends Opener {
  readonly name: string;
  readonly style: SpanStyle;
  /** Brackets that were open before it. */
  readonly brackets: number;
}

const SPECIAL = new RegExp(
  `[\\\\\`*_~[\\]!<&$\\n]|https?://|www\\.|${CITATION_STARTS}`,
  "gi",
);
const PUNCTUATION = /[!-/:-@[-`{-~]/;
/** Two colons are no address: `Vec<std::string>`. */
const AUTOLINK =
  /<([A-Za-z][A-Za-z0-9.+-]{1,31}:(?!:)[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]+)>/y;
const FOOTNOTE = /\[\^([^\]\s[]{1,100})\]/y;
const LONGEST_LABEL = 999;

export function parseInline(source: string, context: InlineContext): Inline[] {
  return new InlineParser(source, context).parse();
}

class InlineParser {
  readonly #pieces = new PieceList();
  readonly #delimiters: DelimiterStack;
  readonly #brackets: Bracket[] = [];
  readonly #tags: OpenTag[] = [];
  readonly #openTags = new Map<string, number>();
  /** Brackets below that index stand around a link, and begin none. */
  #linkedBelow = 0;
  #at = 0;
  /** Where runs of so many backticks begin. */
  #backticks: ReadonlyMap<number, readonly number[]> | undefined;
  /** By length of a run: those before that index were passed. */
  readonly #passedBackticks = new Map<number, number>();
  #commentsEnd = false;

  constructor(readonly source: string, readonly context: InlineContext) {
    this.#delimiters = new DelimiterStack(this.#pieces, context.budget);
  }

  parse(): Inline[] {
    while (this.#at < this.source.length) {
      this.context.budget.spend();
      SPECIAL.lastIndex = this.#at;
      const found = SPECIAL.exec(this.source);
      const start = found?.index ?? this.source.length;
      if (start > this.#at) this.#text(this.source.slice(this.#at, start));
      this.#at = start;
      if (found !== null) this.#special(found[0]);
    }
    this.#delimiters.pairAbove(undefined);
    return treeOf(this.#pieces, this.context.budget);
  }

  #text(value: string): Piece {
    return this.#pieces.append({ type: "text", value });
  }

  /** Adds what is read up to `end`. */
  #leaf(content: Piece["content"], end: number): void {
    this.#pieces.append(content);
    this.#at = end;
  }

  #special(found: string): void {
    switch (found) {
      case "\\":
        return this.#backslash();
      case "`":
        return this.#code();
      case "*":
      case "_":
      case "~":
        return this.#marks(found);
      case "[":
        return this.#openBracket();
      case "]":
        return this.#closeBracket();
      case "!":
        return this.#exclamation();
      case "<":
        return this.#angle();
      case "&":
        return this.#entity();
      case "$":
        return this.#dollar();
      case "\n":
        return this.#lineEnd();
      default:
        return /^[hw]/i.test(found) ? this.#address(found) : this.#citation(found);
    }
  }

  #backslash(): void {
    const start = this.#at;
    const next = this.source[start + 1] ?? "";
    if (next === "(" || next === "[") {
      const end = bracketMathEnd(this.source, start);
      if (end !== undefined) return this.#math(end);
    }
    if (next === "b") {
      const end = environmentEnd(this.source, start);
      if (end !== undefined) return this.#math(end);
    }
    if (next === "\n") {
      this.#leaf({ type: "break" }, start + 2);
      return this.#skipBlanks();
    }
    const escaped = PUNCTUATION.test(next);
    this.#leaf({ type: "text", value: escaped ? next : "\\" }, start + (escaped ? 2 : 1));
  }

  #math(end: number): void {
    this.#leaf({ type: "math", value: this.source.slice(this.#at, end) }, end);
  }

  #dollar(): void {
    const end = dollarMathEnd(this.source, this.#at);
    if (end !== undefined) this.#math(end);
    else {
      const double = this.source.startsWith("$$", this.#at);
      this.#leaf({ type: "text", value: double ? "$$" : "$" }, this.#at + (double ? 2 : 1));
    }
  }

  #code(): void {
    const start = this.#at;
    const opened = runEnd(this.source, start);
    const length = opened - start;
    const close = this.#closingBackticks(length, opened);
    if (close === undefined) {
      this.#leaf({ type: "text", value: this.source.slice(start, opened) }, opened);
      return;
    }
    const content = this.source.slice(opened, close).replaceAll("\n", " ");
    const padded = /^ .* $/s.test(content) && content.trim() !== "";
    const value = padded ? content.slice(1, -1) : content;
    this.#leaf({ type: "inlineCode", value }, close + length);
  }

  /** Looks every run up once, as texts of unpaired runs would be searched again and again. */
  #closingBackticks(length: number, after: number): number | undefined {
    this.#backticks ??= backtickRuns(this.source);
    const places = this.#backticks.get(length) ?? [];
    let index = this.#passedBackticks.get(length) ?? 0;
    while (index < places.length && (places[index] ?? 0) < after) {
      this.context.budget.spend();
      index += 1;
    }
    this.#passedBackticks.set(length, index);
    return places[index];
  }

  #marks(mark: string): void {
    const start = this.#at;
    const end = runEnd(this.source, start);
    const count = end - start;
    const reach = reachOf(this.source, start, end);
    const none = (mark === "~" && count !== 2) || (!reach.canOpen && !reach.canClose);
    if (none) return this.#leaf({ type: "text", value: this.source.slice(start, end) }, end);
    const piece = this.#pieces.append({ type: "marks", mark, count });
    this.#delimiters.push(piece, mark, count, reach);
    this.#at = end;
  }

  #openBracket(): void {
    FOOTNOTE.lastIndex = this.#at;
    const note = FOOTNOTE.exec(this.source);
    const number = note === null ? undefined : this.context.footnote(note[1] ?? "");
    if (number !== undefined) {
      return this.#leaf({ type: "footnoteReference", number }, FOOTNOTE.lastIndex);
    }
    this.#bracket("[");
  }

  #exclamation(): void {
    if (this.source[this.#at + 1] === "[") this.#bracket("![");
    else this.#leaf({ type: "text", value: "!" }, this.#at + 1);
  }

  #bracket(value: string): void {
    const piece = this.#text(value);
    this.#at += value.length;
    this.#brackets.push({
      piece,
      at: this.#at,
      image: value !== "[",
      delimiter: this.#delimiters.top,
      tags: this.#tags.length,
    });
  }

  #closeBracket(): void {
    const start = this.#at;
    const bracket = this.#brackets.pop();
    const depth = this.#brackets.length;
    const around = depth < this.#linkedBelow;
    this.#linkedBelow = Math.min(this.#linkedBelow, depth);
    const target = bracket === undefined || (around && !bracket.image)
      ? undefined
      : this.#targetOf(bracket, start);
    if (bracket === undefined || target === undefined) {
      return this.#leaf({ type: "text", value: "]" }, start + 1);
    }
    this.#closeTags(bracket.tags);
    this.#delimiters.pairAbove(bracket.delimiter);
    const type = bracket.image ? "image" : "link";
    this.#pieces.wrap(bracket.piece, undefined, { type, url: target.url });
    this.#pieces.remove(bracket.piece);
    if (!bracket.image) this.#linkedBelow = depth;
    this.#at = target.end;
  }

  /** Finds where a link leads whose label ends at `close`. */
  #targetOf({ at }: Opener, close: number): { url: string; end: number } | undefined {
    const direct = linkTarget(this.source, close + 1, this.context.budget);
    if (direct !== undefined) return direct;
    const own = close - at <= LONGEST_LABEL ? this.source.slice(at, close) : "";
    const label = /\[((?:[^[\]\\]|\\.){0,999})\]/sy;
    label.lastIndex = close + 1;
    const [whole, named = ""] = label.exec(this.source) ?? [];
    if (whole !== undefined && named.trim() !== "") {
      const url = this.context.target(normalizedLabel(named));
      if (url !== undefined) return { url, end: label.lastIndex };
    }
    this.context.budget.spend(Math.ceil(own.length / 16));
    const url = /(?<!\\)\[/.test(own) ? undefined : this.context.target(normalizedLabel(own));
    return url === undefined ? undefined : { url, end: close + (whole === "[]" ? 3 : 1) };
  }

  #entity(): void {
    const entity = readEntity(this.source, this.#at);
    this.#leaf(
      { type: "text", value: entity?.value ?? "&" },
      this.#at + (entity?.length ?? 1),
    );
  }

  #lineEnd(): void {
    const last = this.#pieces.last?.content;
    const blanks = last?.type === "text" ? last.value.length - last.value.trimEnd().length : 0;
    if (this.#pieces.last !== undefined && last?.type === "text") {
      this.#pieces.last.content = { type: "text", value: last.value.trimEnd() };
    }
    this.#leaf(blanks >= 2 ? { type: "break" } : { type: "text", value: "\n" }, this.#at + 1);
    this.#skipBlanks();
  }

  #skipBlanks(): void {
    while (this.source[this.#at] === " ") this.#at += 1;
  }

  /** Reads an address without marks around it. Underscores and stars in it are its own. */
  #address(prefix: string): void {
    const start = this.#at;
    const isWord = /[\p{L}\p{N}]/u.test(this.source[start - 1] ?? "");
    const value = isWord ? "" : addressAt(this.source, start, this.#brackets.length > 0);
    this.context.budget.spend(Math.ceil(value.length / 16));
    if (value.length <= prefix.length) {
      return this.#leaf({ type: "text", value: prefix }, start + prefix.length);
    }
    const url = /^w/i.test(value) ? `http://${value}` : value;
    const pieces = new PieceList();
    pieces.append({ type: "text", value });
    this.#leaf({ type: "span", style: { type: "link", url }, pieces }, start + value.length);
  }

  #citation(mark: string): void {
    const start = this.#at;
    const citation = citationAt(this.source, start);
    if (citation === undefined) {
      return this.#leaf({ type: "text", value: mark }, start + mark.length);
    }
    const { path, source = "", end } = citation;
    this.context.budget.spend(Math.ceil((end - start) / 16));
    if (path === undefined) return this.#leaf({ type: "text", value: `[${source}]` }, end);
    const pieces = new PieceList();
    pieces.append({ type: "text", value: path });
    this.#leaf({ type: "span", style: { type: "link", url: path }, pieces }, end);
  }

  #angle(): void {
    const start = this.#at;
    AUTOLINK.lastIndex = start;
    const address = AUTOLINK.exec(this.source)?.[1];
    if (address !== undefined) {
      const pieces = new PieceList();
      pieces.append({ type: "text", value: address });
      const url = address.includes(":") ? address : `mailto:${address}`;
      return this.#leaf({ type: "span", style: { type: "link", url }, pieces }, AUTOLINK.lastIndex);
    }
    const end = this.#commentEnd(start);
    if (end !== undefined) this.#at = end;
    else this.#tag(start);
  }

  #commentEnd(start: number): number | undefined {
    if (this.#commentsEnd || !this.source.startsWith("<!--", start)) return undefined;
    const end = this.source.indexOf("-->", start + 4);
    this.#commentsEnd = end < 0;
    return end < 0 ? undefined : end + 3;
  }

  #tag(start: number): void {
    const tag = readTag(this.source, start);
    if (tag === undefined) return this.#leaf({ type: "text", value: "<" }, start + 1);
    const { name, closing, attributes } = tag;
    const end = start + tag.length;
    this.context.budget.spend(Math.ceil(tag.length / 16));
    if (name === "br" && !closing) {
      this.#leaf({ type: "break" }, end);
      if (this.source[end] === "\n") this.#at += 1;
      return this.#skipBlanks();
    }
    const source = attributes.get("src");
    if (name === "img" && !closing && source !== undefined) {
      const alt = attributes.get("alt") ?? "";
      return this.#leaf({ type: "image", url: source, alt }, end);
    }
    if (closing && (this.#openTags.get(name) ?? 0) > 0) return this.#closeTag(name, end);
    const piece = this.#text(this.source.slice(start, end));
    this.#at = end;
    const style = styleOf(name, attributes);
    if (closing || style === undefined) return;
    this.#openTags.set(name, (this.#openTags.get(name) ?? 0) + 1);
    this.#tags.push({
      piece,
      name,
      style,
      at: end,
      delimiter: this.#delimiters.top,
      brackets: this.#brackets.length,
    });
  }

  #closeTag(name: string, end: number): void {
    let opened = this.#tags.pop();
    while (opened !== undefined) {
      this.context.budget.spend();
      this.#openTags.set(opened.name, (this.#openTags.get(opened.name) ?? 1) - 1);
      if (opened.name === name) break;
      opened = this.#tags.pop();
    }
    this.#at = end;
    if (opened === undefined) return;
    this.#brackets.length = Math.min(this.#brackets.length, opened.brackets);
    this.#linkedBelow = Math.min(this.#linkedBelow, this.#brackets.length);
    this.#delimiters.pairAbove(opened.delimiter);
    this.#pieces.wrap(opened.piece, undefined, opened.style);
    this.#pieces.remove(opened.piece);
  }

  /** Forgets tags that were opened within a link and not closed there. */
  #closeTags(count: number): void {
    for (const { name } of this.#tags.splice(count)) {
      this.#openTags.set(name, (this.#openTags.get(name) ?? 1) - 1);
    }
  }
}

function styleOf(name: string, attributes: ReadonlyMap<string, string>): SpanStyle | undefined {
  if (CODE_TAGS.has(name)) return { type: "inlineCode" };
  const href = attributes.get("href");
  if (name === "a") return href === undefined ? undefined : { type: "link", url: href };
  const type = STYLE_TAGS.get(name);
  return type === undefined ? undefined : { type };
}

/** Finds the end of a run of one character. */
function runEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && text[end] === text[start]) end += 1;
  return end;
}

function backtickRuns(text: string): Map<number, number[]> {
  const runs = new Map<number, number[]>();
  for (const { index, 0: run } of text.matchAll(/`+/g)) {
    const places = runs.get(run.length);
    if (places === undefined) runs.set(run.length, [index]);
    else places.push(index);
  }
  return runs;
}
