/**
 * Writes a text with Telegram's entities as Markdown, so that Codex gets links, code and quotes as
 * the person sent them.
 *
 * It only ever adds characters, and adds none to a text without formatting: what people type is
 * often Markdown already.
 */
import { longestBackticks } from "./fences.ts";

/** An entity as Telegram sends it; offsets and lengths are in UTF-16 units. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string | undefined;
  readonly language?: string | undefined;
  readonly unix_time?: number | undefined;
  readonly user?: { readonly first_name: string } | undefined;
}

/** A part of the text with one kind of formatting. */
interface Span {
  readonly entity: Entity;
  readonly from: number;
  readonly to: number;
}

/** Telegram sends at most a hundred. */
const MOST_ENTITIES = 400;
const QUOTES = new Set(["blockquote", "expandable_blockquote"]);
const INLINE = new Set([
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "spoiler",
  "text_link",
  "text_mention",
  "date_time",
  "code",
]);

/** @param entities of any kind and in any order; those that make no sense are passed over */
export function markdownOf(text: string, entities: readonly Entity[] = []): string {
  const spans = entities.slice(0, MOST_ENTITIES).flatMap((entity) => spanOf(text, entity))
    .sort((one, other) => one.from - other.from || other.to - one.to);
  if (spans.length === 0) return text;
  return new MarkdownWriter(text, spans).write();
}

function spanOf(text: string, entity: Entity): Span[] {
  const { type, offset, length } = entity;
  const isKnown = QUOTES.has(type) || INLINE.has(type) || type === "pre";
  if (!isKnown || !Number.isInteger(offset) || !Number.isInteger(length)) return [];
  const from = pairStart(text, Math.max(0, offset));
  const to = pairEnd(text, Math.min(text.length, offset + length));
  return from < to && text.slice(from, to).trim() !== "" ? [{ entity, from, to }] : [];
}

function isInPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, at - 1), at + 1));
}

function pairStart(text: string, at: number): number {
  return isInPair(text, at) ? at - 1 : at;
}

function pairEnd(text: string, at: number): number {
  return isInPair(text, at) ? at + 1 : at;
}

class MarkdownWriter {
  readonly #text: string;
  readonly #quotes: readonly Span[];
  readonly #code: readonly Span[];
  readonly #inline: readonly Span[];

  constructor(text: string, spans: readonly Span[]) {
    this.#text = text;
    this.#quotes = apart(spans.filter(({ entity }) => QUOTES.has(entity.type)));
    this.#code = apart(spans.filter((span) => isBlockOfCode(text, span)));
    this.#inline = spans.filter((span) =>
      INLINE.has(span.entity.type) && !isBlockOfCode(text, span)
    );
  }

  write(): string {
    return this.#blocks(0, this.#text.length, this.#quotes, ({ from, to }) => {
      // The prefix of the line that follows is not part of the quote.
      return { text: this.#withCode(from, to).replaceAll(/^(?!$(?![^]))/gm, "> "), isLazy: true };
    }, (from, to) => this.#withCode(from, to));
  }

  #withCode(from: number, to: number): string {
    return this.#blocks(from, to, this.#code, (span) => {
      const code = this.#text.slice(span.from, span.to);
      const fence = "`".repeat(Math.max(3, longestBackticks(code) + 1));
      const language = (span.entity.language ?? "").replaceAll(/[\s`]+/g, "");
      const end = code.endsWith("\n") ? "" : "\n";
      return { text: `${fence}${language}\n${code}${end}${fence}`, isLazy: false };
    }, (start, end) => this.#line(start, end));
  }

  /** Writes the blocks on lines of their own, and what is between them. */
  #blocks(
    from: number,
    to: number,
    blocks: readonly Span[],
    block: (span: Span) => { readonly text: string; readonly isLazy: boolean },
    between: (from: number, to: number) => string,
  ): string {
    let written = "";
    let at = from;
    for (const span of within(blocks, from, to)) {
      written += between(at, span.from);
      if (written !== "" && !written.endsWith("\n")) written += "\n";
      const { text, isLazy } = block(span);
      written += text;
      at = span.to;
      const rest = this.#text.slice(at, to);
      // Markdown counts a line right below a quote as part of it.
      const wanted = rest === "" ? 0 : isLazy ? 2 : 1;
      const present = breaks(/\n*$/.exec(text)) + breaks(/^\n*/.exec(rest));
      written += "\n".repeat(Math.max(0, wanted - present));
    }
    return written + between(at, to);
  }

  #line(from: number, to: number): string {
    return inlineMarkdown(this.#text, from, to, this.#inline, this.#code.length > 0);
  }
}

function breaks(found: RegExpExecArray | null): number {
  return found?.[0].length ?? 0;
}

/** Code over several lines is a block, whatever Telegram calls it. */
function isBlockOfCode(text: string, { entity: { type }, from, to }: Span): boolean {
  return type === "pre" || (type === "code" && text.slice(from, to).includes("\n"));
}

/** Drops or shortens what overlaps an earlier one. */
function apart(spans: readonly Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of spans) {
    const from = Math.max(span.from, kept.at(-1)?.to ?? 0);
    if (from < span.to) kept.push({ ...span, from });
  }
  return kept;
}

/** The parts of the spans between these places. */
function within(spans: readonly Span[], from: number, to: number): Span[] {
  return spans
    .map((span) => ({ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }))
    .filter((span) => span.from < span.to);
}

interface Marker {
  readonly open: string;
  readonly close: string;
  /** Characters that would end it too early. */
  readonly escaped: string;
}

const MARKERS: Readonly<Record<string, Marker>> = {
  bold: { open: "**", close: "**", escaped: "*" },
  italic: { open: "*", close: "*", escaped: "*" },
  underline: { open: "<u>", close: "</u>", escaped: "" },
  strikethrough: { open: "~~", close: "~~", escaped: "~" },
  spoiler: { open: "||", close: "||", escaped: "|" },
};

/** Writes a stretch without blocks. @param hasCode the message has a block of code somewhere */
function inlineMarkdown(
  text: string,
  from: number,
  to: number,
  spans: readonly Span[],
  hasCode: boolean,
): string {
  const marks = nested(text, within(spans, from, to));
  const places = new Set([from, to, ...marks.flatMap((mark) => [mark.from, mark.to])]);
  const sorted = [...places].sort((one, other) => one - other);
  const open: Span[] = [];
  let written = "";
  for (const [index, at] of sorted.entries()) {
    while ((open.at(-1)?.to ?? Infinity) <= at) written += closing(text, open.pop());
    for (const mark of marks) {
      if (mark.from !== at) continue;
      open.push(mark);
      written += opening(text, mark);
    }
    const next = sorted[index + 1];
    if (next !== undefined) written += literal(text.slice(at, next), open, hasCode);
  }
  return written;
}

/** Cuts the marks so that each is inside or outside of every other, on one line, without blanks. */
function nested(text: string, spans: readonly Span[]): Span[] {
  const code = apart(spans.filter(isCode));
  const kept = [...code];
  for (const span of spans) {
    if (isCode(span)) continue;
    let pieces = linesOf(text, span);
    // Code again at the end: blanks that were taken off may have moved an edge into it.
    for (const other of [...kept, ...code]) {
      pieces = pieces.flatMap((piece) => cut(text, piece, other));
    }
    kept.push(...pieces);
  }
  return kept.sort((one, other) => one.from - other.from || other.to - one.to);
}

function isCode({ entity }: Span): boolean {
  return entity.type === "code";
}

/** Cuts the piece where the other span begins or ends, unless one of them holds the other. */
function cut(text: string, piece: Span, other: Span): Span[] {
  if (piece.to <= other.from || other.to <= piece.from) return [piece];
  // Nothing is formatted within code.
  if (other.from <= piece.from && piece.to <= other.to) return isCode(other) ? [] : [piece];
  if (piece.from <= other.from && other.to <= piece.to) return [piece];
  const at = piece.from < other.from ? other.from : other.to;
  return [{ ...piece, to: at }, { ...piece, from: at }]
    .flatMap((part) => trimmed(text, part))
    .flatMap((part) => cut(text, part, other));
}

function linesOf(text: string, span: Span): Span[] {
  const pieces: Span[] = [];
  for (let from = span.from; from < span.to;) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? span.to : Math.min(end, span.to);
    pieces.push(...trimmed(text, { ...span, from, to }));
    from = to + 1;
  }
  return pieces;
}

/** A marker must stand right at a letter. Code keeps its blanks. */
function trimmed(text: string, span: Span): Span[] {
  const part = text.slice(span.from, span.to);
  if (part.trim() === "") return [];
  if (span.entity.type === "code") return [span];
  const from = span.from + (part.length - part.trimStart().length);
  return [{ ...span, from, to: span.to - (part.length - part.trimEnd().length) }];
}

function opening(text: string, { entity, from, to }: Span): string {
  const label = text.slice(from, to);
  if (entity.type === "code") return codeMarker(label).open;
  if (entity.type === "text_link") return isOwnLabel(label, entity) ? "" : "[";
  return MARKERS[entity.type]?.open ?? "";
}

function closing(text: string, span: Span | undefined): string {
  if (span === undefined) return "";
  const { entity, from, to } = span;
  const label = text.slice(from, to);
  switch (entity.type) {
    case "code":
      return codeMarker(label).close;
    case "text_link":
      return isOwnLabel(label, entity) ? "" : `](${addressOf(entity.url ?? "")})`;
    case "text_mention": {
      const name = entity.user?.first_name ?? "";
      return label.includes(name) ? "" : ` (${name})`;
    }
    case "date_time":
      return whenOf(entity.unix_time);
    default:
      return MARKERS[entity.type]?.close ?? "";
  }
}

function codeMarker(code: string): { readonly open: string; readonly close: string } {
  const fence = "`".repeat(longestBackticks(code) + 1);
  const pad = /^`|`$/.test(code) || /^ .* $/.test(code) ? " " : "";
  return { open: fence + pad, close: pad + fence };
}

/** A link whose words are its address needs no more. */
function isOwnLabel(label: string, { url }: Entity): boolean {
  return url === undefined || url.trim() === "" || label === url;
}

function addressOf(url: string): string {
  const safe = url.replaceAll(/[\r\n]+/g, "").replaceAll("<", "%3C").replaceAll(">", "%3E");
  return /[\s()]/.test(safe) ? `<${safe}>` : safe;
}

/** Says which moment was meant, since Telegram shows it in each reader's own way. */
function whenOf(unixTime: number | undefined): string {
  const date = new Date((unixTime ?? NaN) * 1000);
  return Number.isNaN(date.getTime()) ? "" : ` (${date.toISOString().replace(".000Z", "Z")})`;
}

/** Escapes only what would end an open marker, or begin a block of code that nobody meant. */
function literal(part: string, open: readonly Span[], hasCode: boolean): string {
  const types = open.map(({ entity }) => entity.type);
  if (types.includes("code")) return part;
  const fenced = hasCode ? part.replaceAll(/```/g, "\\`\\`\\`") : part;
  const special = types.map((type) => type === "text_link" ? "[]" : MARKERS[type]?.escaped ?? "")
    .join("");
  if (special === "") return fenced;
  const escaped = [...fenced].map((each) => special.includes(each) ? `\\${each}` : each).join("");
  // A backslash at the very end would escape the marker.
  return escaped.endsWith("\\") ? `${escaped}\\` : escaped;
}
