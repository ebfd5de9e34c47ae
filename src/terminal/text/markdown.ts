/** Markdown, as an agent writes it, as lines for a terminal of so many columns. */
import {
  listMarker,
  type Node,
  type NodeOf,
  readDocument,
  type References,
  withoutBlankEdges,
} from "../../core/text/markdown.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { diffLines } from "./diff_lines.ts";
import { inlineLines } from "./inline.ts";
import { type Line, linesOf, span, toned, widthOf } from "./styled_line.ts";
import { tableLines } from "./table.ts";
import { wrapped } from "./wrap.ts";

/** Where a block stands. */
interface Place {
  readonly references: References;
  readonly columns: number;
  /** Lists around it. */
  readonly depth: number;
}

const LONGEST_RULE = 40;
/** Below that, text moved further in would be a column of syllables. */
const NARROWEST = 16;
const TAB = "    ";

/** Code keeps its lines, however long: they can be copied as they are. */
export function markdownLines(markdown: string, columns: number): Line[] {
  const text = withoutControls(markdown).replaceAll("\t", TAB);
  const document = readDocument(text);
  if (document === undefined) return linesOf(text).flatMap((line) => wrapped(line, columns));
  const { blocks, references } = document;
  return blockLines(blocks, { references, columns, depth: 0 }, true);
}

function blockLines(nodes: readonly Node[], place: Place, airy: boolean): Line[] {
  const blocks = nodes.map((node) => oneBlock(node, place)).filter((lines) => lines.length > 0);
  return blocks.flatMap((lines, index) => index > 0 && airy ? [[], ...lines] : lines);
}

function oneBlock(node: Node, place: Place): Line[] {
  const { references, columns } = place;
  switch (node.type) {
    case "paragraph":
      return inlineLines(node.children, references).flatMap((line) => wrapped(line, columns));
    case "heading":
      return inlineLines(node.children, references)
        .map((line) => node.depth === 1 ? toned(line, "bold", "underline") : toned(line, "bold"))
        .flatMap((line) => wrapped(line, columns));
    case "thematicBreak":
      return [[span("─".repeat(Math.min(columns, LONGEST_RULE)), "dim")]];
    case "code":
      return codeLines(node);
    case "html":
      return linesOf(node.value).flatMap((line) => wrapped(line, columns));
    case "blockquote":
      return indented(node.children, place, [span("│ ", "dim")], [span("│ ", "dim")], true);
    case "list":
      return listLines(node, place);
    case "table":
      return tableLines(node, references, columns);
    case "footnoteDefinition": {
      const number = references.footnotes.get(node.identifier) ?? node.identifier;
      return indented(node.children, place, [span(`[${number}] `, "dim")], [span("  ")], true);
    }
    case "definition":
      return [];
    default:
      return inlineLines([node], references).flatMap((line) => wrapped(line, columns));
  }
}

function codeLines({ value, lang }: NodeOf<"code">): Line[] {
  const code = withoutBlankEdges(value);
  if (code === "") return [];
  const lines = lang === "diff" ? diffLines(code) : linesOf(code, "code");
  return lines.map((line) => [span("  "), ...line]);
}

function listLines(node: NodeOf<"list">, place: Place): Line[] {
  const airy = node.spread === true || node.children.some((item) => item.spread === true);
  const items = node.children.map((item, index) => {
    const marker = listMarker(node, item, index, place.depth);
    const inner = { ...place, depth: place.depth + 1 };
    const rest = " ".repeat(widthOf([span(marker)]));
    return indented(item.children, inner, [span(marker)], [span(rest)], item.spread === true);
  });
  return items.flatMap((lines, index) => index > 0 && airy ? [[], ...lines] : lines);
}

function indented(
  nodes: readonly Node[],
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
