/** Markdown, as an agent writes it, as lines for a terminal of so many columns. */
import {
  type Alert,
  type Block,
  type BlockOf,
  type HeadingDepth,
  type ListBlock,
  listMarker,
  type MarkdownOptions,
  readDocument,
  withoutBlankEdges,
} from "../../core/text/markdown.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { withoutTabs } from "../../core/text/markdown_lines.ts";
import { diffLines } from "./diff_lines.ts";
import { inlineLines } from "./inline.ts";
import { type Line, linesOf, span, type Tone, toned, widthOf } from "./styled_line.ts";
import { tableLines } from "./table.ts";
import { wrapped } from "./wrap.ts";

/** Where a block stands. */
interface Place {
  readonly columns: number;
  /** Lists around it. */
  readonly depth: number;
}

const LONGEST_RULE = 40;
/** Below that, text moved further in would be a column of syllables. */
const NARROWEST = 16;

/** Code keeps its lines, however long: they can be copied as they are. */
export function markdownLines(
  markdown: string,
  columns: number,
  options: MarkdownOptions = {},
): Line[] {
  // To the next stop, as the reader of Markdown counts: a nested list may be indented by one.
  const text = withoutControls(markdown).split("\n").map(withoutTabs).join("\n");
  const document = readDocument(text, options);
  if (document === undefined) return linesOf(text).flatMap((line) => wrapped(line, columns));
  return blockLines(document.blocks, { columns, depth: 0 }, true);
}

function blockLines(nodes: readonly Block[], place: Place, airy: boolean): Line[] {
  const blocks = nodes.map((node) => oneBlock(node, place)).filter((lines) => lines.length > 0);
  return blocks.flatMap((lines, index) => index > 0 && airy ? [[], ...lines] : lines);
}

function oneBlock(node: Block, place: Place): Line[] {
  const { columns } = place;
  switch (node.type) {
    case "paragraph":
      return inlineLines(node.children).flatMap((line) => wrapped(line, columns));
    case "heading":
      return inlineLines(node.children)
        .map((line) => toned(line, ...HEADINGS[node.depth]))
        .flatMap((line) => wrapped(line, columns));
    case "thematicBreak":
      return [[span("─".repeat(Math.min(columns, LONGEST_RULE)), "dim")]];
    case "code":
      return codeLines(node);
    case "mathBlock":
      return linesOf(node.value).map((line) => [span("  "), ...line]);
    case "blockquote":
      return quoteLines(node, place);
    case "details":
      return [
        ...inlineLines(node.summary).flatMap((line) => wrapped(toned(line, "bold"), columns)),
        ...indented(node.children, place, BAR, BAR, true),
      ];
    case "list":
      return listLines(node, place);
    case "table":
      return tableLines(node, columns);
    case "footnoteDefinition":
      return indented(node.children, place, [span(`[${node.number}] `, "dim")], [span("  ")], true);
    default:
      return node satisfies never;
  }
}

const BAR: Line = [span("│ ", "dim")];

const HEADINGS: Readonly<Record<HeadingDepth, readonly Tone[]>> = {
  1: ["bold", "underline"],
  2: ["bold"],
  3: ["bold", "italic"],
  4: ["italic"],
  5: ["italic"],
  6: ["italic"],
};

function quoteLines({ alert, children }: BlockOf<"blockquote">, place: Place): Line[] {
  const lines = indented(children, place, BAR, BAR, true);
  if (alert === undefined) return lines;
  const title = alert.slice(0, 1).toUpperCase() + alert.slice(1);
  return [[...BAR, span(title, "bold", ALERT_TONES[alert])], ...lines];
}

const ALERT_TONES: Readonly<Record<Alert, Tone>> = {
  note: "accent",
  tip: "good",
  important: "accent",
  warning: "warning",
  caution: "bad",
};

function codeLines({ value, lang }: BlockOf<"code">): Line[] {
  const code = withoutBlankEdges(value);
  if (code === "") return [];
  const lines = lang === "diff" ? diffLines(code) : linesOf(code, "code");
  return lines.map((line) => [span("  "), ...line]);
}

function listLines(node: ListBlock, place: Place): Line[] {
  const airy = node.spread || node.items.some((item) => item.spread);
  const items = node.items.map((item) => {
    const marker = listMarker(item, place.depth);
    const inner = { ...place, depth: place.depth + 1 };
    const rest = " ".repeat(widthOf([span(marker)]));
    return indented(item.children, inner, [span(marker)], [span(rest)], item.spread);
  });
  return items.flatMap((lines, index) => index > 0 && airy ? [[], ...lines] : lines);
}

function indented(
  nodes: readonly Block[],
  place: Place,
  first: Line,
  rest: Line,
  airy: boolean,
): Line[] {
  const columns = Math.max(NARROWEST, place.columns - widthOf(first));
  const lines = blockLines(nodes, { ...place, columns }, airy);
  return (lines.length === 0 ? [[]] : lines)
    .map((line, index) => [...(index === 0 ? first : rest), ...line]);
}
