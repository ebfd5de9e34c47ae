/** Paragraphs, headings, lists, quotes, code: whatever stands on lines of its own. */
import { withoutBlankEdges } from "../../core/text/blank_edges.ts";
import { languageOf } from "./code_block.ts";
import { type FormattedText, plainText } from "./formatted_text.ts";
import { indentLines } from "./indent.ts";
import { renderInline } from "./inline.ts";
import type { Node, NodeOf, References } from "../../core/text/markdown_tree.ts";
import { listMarker } from "../../core/text/list_marker.ts";
import { renderTable } from "./table.ts";
import { TextBuilder } from "./text_builder.ts";

/** Where a block stands. */
export interface Place {
  readonly references: References;
  /** Lists around it. */
  readonly listDepth: number;
  /** Quotes around it. */
  readonly quoteDepth: number;
}

const RULE = "─".repeat(12);
/** Deeper levels are moved no further: on a phone nothing would be left of the line. */
const DEEPEST_INDENT = 6;
const DEEPEST_QUOTE = 4;

export function renderBlocks(nodes: readonly Node[], place: Place): FormattedText {
  return joinBlocks(nodes.map((node) => renderBlock(node, place)), "\n\n");
}

function renderBlock(node: Node, place: Place): FormattedText {
  switch (node.type) {
    case "paragraph":
      return renderInline(node.children, place.references);
    case "heading":
      return new TextBuilder()
        .styled({ type: "bold" }, renderInline(node.children, place.references)).build();
    case "thematicBreak":
      return plainText(RULE);
    case "code":
      return renderCode(node);
    case "html":
      return new TextBuilder().text(node.value).build();
    case "blockquote":
      return renderQuote(node, place);
    case "list":
      return renderList(node, place);
    case "table":
      return renderTable(node, place.references);
    case "footnoteDefinition":
      return renderFootnote(node, place);
    default:
      return renderInline([node], place.references);
  }
}

function renderCode({ value, lang }: NodeOf<"code">): FormattedText {
  return new TextBuilder().pre(withoutBlankEdges(value), languageOf(lang)).build();
}

/** Telegram has no quote within a quote. */
function renderQuote(node: NodeOf<"blockquote">, place: Place): FormattedText {
  const quoteDepth = place.quoteDepth + 1;
  const content = renderBlocks(node.children, { ...place, quoteDepth });
  if (quoteDepth === 1) return new TextBuilder().quote(content).build();
  return quoteDepth > DEEPEST_QUOTE ? content : indentLines(content, "> ", "> ");
}

function renderFootnote(node: NodeOf<"footnoteDefinition">, place: Place): FormattedText {
  const number = place.references.footnotes.get(node.identifier) ?? node.identifier;
  return new TextBuilder().text(`[${number}] `)
    .append(renderBlocks(node.children, place)).build();
}

function renderList(node: NodeOf<"list">, place: Place): FormattedText {
  const airy = node.spread === true || node.children.some((item) => item.spread === true);
  const items = node.children.map((item, index) =>
    renderItem(item, listMarker(node, item, index, place.listDepth), place)
  );
  return joinBlocks(items, airy ? "\n\n" : "\n");
}

function renderItem(item: NodeOf<"listItem">, marker: string, place: Place): FormattedText {
  const inner = { ...place, listDepth: place.listDepth + 1 };
  const blocks = item.children.map((node) => renderBlock(node, inner));
  const content = joinBlocks(blocks, item.spread === true ? "\n\n" : "\n");
  return indentLines(content, marker, place.listDepth < DEEPEST_INDENT ? "  " : "");
}

function joinBlocks(blocks: readonly FormattedText[], separator: string): FormattedText {
  const builder = new TextBuilder();
  for (const block of blocks) {
    if (block.text === "") continue;
    if (builder.length > 0) builder.text(separator);
    builder.append(block);
  }
  return builder.build();
}
