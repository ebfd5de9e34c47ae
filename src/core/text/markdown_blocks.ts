/** Parses the blocks of Markdown, line by line, as CommonMark describes it. */
import { htmlBlockStart, type HtmlEnd } from "./markdown_html.ts";
import {
  alignments,
  cellsOf,
  endsFence,
  type Fence,
  fenceStart,
  headingStart,
  indentOf,
  isBlank,
  isRule,
  listMarkerStart,
  type Marker,
  underlineDepth,
  withoutTabs,
} from "./markdown_lines.ts";
import { mathBlockCloser } from "./markdown_math.ts";
import type { Align, HeadingDepth } from "./markdown_nodes.ts";
import type { WorkBudget } from "./work_budget.ts";

/** Blocks within blocks, lists and their items apart; what nests deeper is text. */
const DEEPEST_BLOCK = 40;

/** What a block is, and what its further lines are judged by. */
type Kind =
  | { readonly type: "document" | "quote" | "paragraph" | "indented" | "rule" }
  | { readonly type: "list"; readonly marker: Marker }
  /**
   * @param indent columns that its further lines are moved in
   * @param number as written; absent = a bullet
   */
  | { readonly type: "item"; readonly indent: number; readonly number?: number | undefined }
  | { readonly type: "footnote"; readonly label: string }
  | { readonly type: "heading"; readonly depth: HeadingDepth }
  | { readonly type: "fence"; readonly fence: Fence; readonly indent: number }
  | { readonly type: "html"; readonly end: HtmlEnd }
  | { readonly type: "math"; readonly closer: string }
  | { readonly type: "table"; readonly align: readonly Align[] };

/** A block whose text is still Markdown. */
export interface RawBlock {
  kind: Kind;
  readonly children: RawBlock[];
  readonly lines: string[];
  /** Blank lines stand between its children. */
  spread: boolean;
}

/** Any text is Markdown: an unclosed fence is code to the end, which serves streaming. */
export function parseBlocks(text: string, budget: WorkBudget): RawBlock {
  return new BlockParser(text.split("\n").map(withoutTabs), budget).parse();
}

class BlockParser {
  readonly #root: RawBlock = newBlock({ type: "document" });
  /** From the document to the block that is written on. */
  readonly #open: RawBlock[] = [this.#root];
  #blankBefore = false;
  #index = 0;

  constructor(readonly lines: readonly string[], readonly budget: WorkBudget) {}

  parse(): RawBlock {
    for (; this.#index < this.lines.length; this.#index++) {
      this.#read(this.lines[this.#index] ?? "");
    }
    return this.#root;
  }

  #read(line: string): void {
    let rest: string | undefined = line;
    let matched = 1;
    for (; matched < this.#open.length; matched++) {
      this.budget.spend();
      const block = this.#open[matched];
      const next: string | undefined = block && this.#goOn(block, rest);
      if (next === undefined) break;
      rest = next;
    }
    const tip = this.#open[matched - 1] ?? this.#root;
    if (isLiteral(tip.kind)) this.#addLiteral(tip, rest);
    else this.#start(rest, matched);
    this.#blankBefore = isBlank(rest);
  }

  /** @returns what is left of the line for the block's content; undefined where it ends before */
  #goOn({ kind, children }: RawBlock, line: string): string | undefined {
    switch (kind.type) {
      case "document":
      case "list":
        return line;
      case "quote":
        return afterQuoteMark(line);
      case "item":
        // An item begins with one blank line at most.
        if (isBlank(line)) return children.length === 0 ? undefined : line.slice(kind.indent);
        return indentOf(line) >= kind.indent ? line.slice(kind.indent) : undefined;
      case "footnote":
        if (isBlank(line)) return line.slice(4);
        return indentOf(line) >= 4 ? line.slice(4) : undefined;
      case "fence":
      case "math":
        return line;
      case "indented":
        if (isBlank(line)) return line.slice(4);
        return indentOf(line) >= 4 ? line.slice(4) : undefined;
      case "html":
        return kind.end === undefined && isBlank(line) ? undefined : line;
      case "paragraph":
      case "table":
        return isBlank(line) ? undefined : line;
      case "heading":
      case "rule":
        return undefined;
      default:
        return kind satisfies never;
    }
  }

  #addLiteral(tip: RawBlock, line: string): void {
    const { kind } = tip;
    if (kind.type === "fence") {
      if (endsFence(line, kind.fence)) this.#open.pop();
      else tip.lines.push(line.slice(Math.min(indentOf(line), kind.indent)));
      return;
    }
    tip.lines.push(line);
    const ends = kind.type === "math" ? line.trimEnd().endsWith(kind.closer) : endsHtml(kind, line);
    if (ends) this.#open.pop();
  }

  /** Opens the blocks that begin in the line, and adds the rest of it. */
  #start(line: string, matchedAtFirst: number): void {
    let rest = line;
    let matched = matchedAtFirst;
    let started = false;
    for (;;) {
      this.budget.spend();
      const next = this.#startOne(rest, matched, started);
      if (next === "done") return;
      if (next === undefined) break;
      rest = next;
      started = true;
      matched = this.#open.length;
    }
    if (isBlank(rest)) {
      if (started || matched < this.#open.length) this.#close(matched);
      return;
    }
    const last = this.#open.at(-1) ?? this.#root;
    if (!started && matched < this.#open.length && last.kind.type === "paragraph") {
      last.lines.push(rest.trimStart());
      return;
    }
    this.#close(matched);
    const tip = this.#open.at(-1) ?? this.#root;
    if (tip.kind.type === "paragraph") tip.lines.push(rest.trimStart());
    else if (tip.kind.type === "table" && isRow(rest, tip.kind.align.length)) tip.lines.push(rest);
    else if (tip.kind.type === "table") {
      this.#closeText(matched);
      this.#add({ type: "paragraph" }).lines.push(rest.trimStart());
    } else this.#add({ type: "paragraph" }).lines.push(rest.trimStart());
  }

  /**
   * @returns what is left for the content of a block that was opened, "done" where nothing is, and
   *   undefined where none begins
   */
  #startOne(line: string, matched: number, started: boolean): string | "done" | undefined {
    const tip = this.#open[matched - 1] ?? this.#root;
    const isText = tip.kind.type === "paragraph" || tip.kind.type === "table";
    const lazy = !started && this.#open.at(-1)?.kind.type === "paragraph";
    const indent = indentOf(line);
    if (isBlank(line)) return undefined;
    if (indent >= 4) {
      if (isText || lazy) return undefined;
      this.#close(matched);
      this.#add({ type: "indented" }).lines.push(line.slice(4));
      return "done";
    }
    const text = line.slice(indent);
    return this.#startContainer(line, text, indent, matched) ??
      this.#startLeaf(line, text, indent, matched);
  }

  #startContainer(
    line: string,
    text: string,
    indent: number,
    matched: number,
  ): string | undefined {
    const tip = this.#open[matched - 1] ?? this.#root;
    if (matched > DEEPEST_BLOCK) return undefined;
    if (text.startsWith(">")) {
      this.#closeText(matched);
      this.#add({ type: "quote" });
      return afterQuoteMark(line);
    }
    const note = /^\[\^([^\]\s]{1,100})\]:(?: |$)/.exec(text);
    if (note !== null) {
      this.#closeText(matched);
      this.#add({ type: "footnote", label: note[1] ?? "" });
      return text.slice(note[0].length);
    }
    const marker = isRule(text) ? undefined : listMarkerStart(text);
    if (marker === undefined) return undefined;
    // `---` or `-` below a paragraph underlines it.
    const after = text.slice(marker.width);
    const interrupts = tip.kind.type === "paragraph";
    if (interrupts && (isBlank(after) || (marker.start ?? 1) !== 1)) return undefined;
    this.#closeText(matched);
    this.#openList(marker);
    const blanks = indentOf(after);
    const gap = isBlank(after) || blanks > 4 ? 1 : blanks;
    this.#add({
      type: "item",
      indent: indent + marker.width + gap,
      number: marker.start,
    });
    return after.slice(gap);
  }

  #openList(marker: Marker): void {
    const tip = this.#open.at(-1) ?? this.#root;
    if (tip.kind.type === "list" && tip.kind.marker.kind === marker.kind) {
      if (this.#blankBefore) tip.spread = true;
      return;
    }
    if (tip.kind.type === "list") this.#open.pop();
    this.#add({ type: "list", marker });
  }

  #startLeaf(
    line: string,
    text: string,
    indent: number,
    matched: number,
  ): "done" | undefined {
    const tip = this.#open[matched - 1] ?? this.#root;
    const heading = headingStart(text);
    if (heading !== undefined) {
      this.#closeText(matched);
      this.#add({ type: "heading", depth: heading.depth }).lines.push(heading.text);
      this.#open.pop();
      return "done";
    }
    const fence = fenceStart(text);
    if (fence !== undefined) {
      this.#closeText(matched);
      this.#add({ type: "fence", fence, indent });
      return "done";
    }
    const closer = mathBlockCloser(line, this.#following());
    if (closer !== undefined) {
      this.#closeText(matched);
      this.#add({ type: "math", closer }).lines.push(text);
      return "done";
    }
    const html = htmlBlockStart(text, tip.kind.type === "paragraph");
    if (html !== undefined) {
      this.#closeText(matched);
      const kind = { type: "html", end: html.end } as const;
      this.#add(kind).lines.push(text);
      if (endsHtml(kind, text)) this.#open.pop();
      return "done";
    }
    if (tip.kind.type === "paragraph" && this.#changeParagraph(tip, text, matched)) return "done";
    if (!isRule(text)) return undefined;
    this.#closeText(matched);
    this.#add({ type: "rule" });
    this.#open.pop();
    return "done";
  }

  /** Makes a heading or a table of a paragraph that is underlined so. */
  #changeParagraph(paragraph: RawBlock, line: string, matched: number): boolean {
    const depth = underlineDepth(line);
    if (depth !== undefined && !isOnlyDefinitions(paragraph.lines)) {
      this.#close(matched);
      paragraph.kind = { type: "heading", depth };
      this.#open.pop();
      return true;
    }
    const header = paragraph.lines.at(-1) ?? "";
    const align = header.includes("|") ? alignments(line) : undefined;
    if (align === undefined || cellsOf(header).length !== align.length) return false;
    this.#close(matched);
    if (paragraph.lines.length === 1) {
      paragraph.kind = { type: "table", align };
      return true;
    }
    paragraph.lines.pop();
    this.#open.pop();
    this.#add({ type: "table", align }).lines.push(header);
    return true;
  }

  *#following(): Generator<string> {
    for (let index = this.#index + 1; index < this.lines.length; index++) {
      this.budget.spend();
      yield this.lines[index] ?? "";
    }
  }

  #close(matched: number): void {
    this.#open.length = Math.min(this.#open.length, matched);
  }

  /** Ends what does not go on, and a paragraph or table as well. */
  #closeText(matched: number): void {
    this.#close(matched);
    const type = this.#open.at(-1)?.kind.type;
    if (type === "paragraph" || type === "table") this.#open.pop();
  }

  #add(kind: Kind): RawBlock {
    // Only items stand in a list.
    if (kind.type !== "item" && this.#open.at(-1)?.kind.type === "list") this.#open.pop();
    const parent = this.#open.at(-1) ?? this.#root;
    if (this.#blankBefore && parent.children.length > 0) parent.spread = true;
    const block = newBlock(kind);
    parent.children.push(block);
    this.#open.push(block);
    return block;
  }
}

function newBlock(kind: Kind): RawBlock {
  return { kind, children: [], lines: [], spread: false };
}

function isLiteral({ type }: Kind): boolean {
  return type === "fence" || type === "html" || type === "math" || type === "indented";
}

function endsHtml(kind: Kind, line: string): boolean {
  return kind.type === "html" && kind.end !== undefined && line.toLowerCase().includes(kind.end);
}

/** GFM takes any line below a table for a row; agents go on with a sentence there. */
function isRow(line: string, columns: number): boolean {
  return columns < 2 || line.includes("|");
}

function afterQuoteMark(line: string): string | undefined {
  const indent = indentOf(line);
  if (indent > 3 || line[indent] !== ">") return undefined;
  return line.slice(indent + (line[indent + 1] === " " ? 2 : 1));
}

/** A rule below definitions underlines nothing. */
function isOnlyDefinitions(lines: readonly string[]): boolean {
  return lines.every((line) => /^\[[^\]]+\]: *\S+ *$/.test(line));
}
