/** Renders an agent's Markdown as text and entities, so that nothing has to be escaped. */
import {
  listMarker,
  type MarkdownDocument,
  type Node,
  type NodeOf,
  readDocument,
  type References,
  withoutBlankEdges,
} from "../../core/text/markdown.ts";
import { alignedLines, displayWidth, mayFit } from "../../core/text/columns.ts";
import { cleanText, isVisible } from "./clean_text.ts";
import { type FormattedText, indentLines, normalize, plainText } from "./formatted_text.ts";
import { renderInline } from "./inline.ts";
import { TextBuilder } from "./text_builder.ts";

/**
 * Renders a document as one message of any length, for `splitMessage` to cut. Text that shows
 * nothing becomes empty; text of more than 100,000 characters or that nests absurdly deep stays as
 * it was written.
 */
export function renderMarkdown(markdown: string): FormattedText {
  const message = rendered(cleanText(markdown));
  return isVisible(message.text) ? message : plainText("");
}

function rendered(text: string): FormattedText {
  const document = readDocument(text);
  if (document === undefined) return normalize(plainText(text));
  const { blocks, references } = document;
  return normalize(renderBlocks(blocks, { references, listDepth: 0, quoteDepth: 0 }));
}

/** @returns undefined for text that is too long or too deep, see {@link renderMarkdown} */
export function readMarkdown(markdown: string): MarkdownDocument | undefined {
  return readDocument(cleanText(markdown));
}

interface Place {
  readonly references: References;
  /** How many lists are around the block. */
  readonly listDepth: number;
  /** How many quotes are around the block. */
  readonly quoteDepth: number;
}

const RULE = "─".repeat(12);
/** Deeper levels are indented no further, as a phone would have no room left for the text. */
const DEEPEST_INDENT = 6;
const DEEPEST_QUOTE = 4;

function renderBlocks(nodes: readonly Node[], place: Place): FormattedText {
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

/** Marks inner quotes by `>`, since Telegram knows no quote inside a quote. */
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

/** Columns of fixed-width text that fit on a phone without wrapping. */
const WIDEST_TABLE = 44;

type Row = readonly FormattedText[];

function renderTable(table: NodeOf<"table">, references: References): FormattedText {
  const rows = table.children.map((row) =>
    row.children.map((cell) => renderInline(cell.children, references))
  );
  const texts = rows.map((row) => row.map(({ text }) => text.replace(/\s+/g, " ").trim()));
  const [header = [], ...records] = rows;
  const mayAlign = records.length === 0 ||
    (mayFit(texts, WIDEST_TABLE) && !rows.some((row) => row.some(hidesTarget)));
  const lines = mayAlign ? alignedLines(texts, table.align ?? []) : [];
  const fits = lines.length > 0 && lines.every((line) => displayWidth(line) <= WIDEST_TABLE);
  if (fits || records.length === 0) return new TextBuilder().pre(lines.join("\n")).build();
  return renderRecords(header, records);
}

/** A link whose text is not its address would lose the address in a table of fixed width. */
function hidesTarget({ text, entities }: FormattedText): boolean {
  return entities.some((entity) =>
    entity.type === "text_link" &&
    entity.url !== text.slice(entity.offset, entity.offset + entity.length)
  );
}

/** Writes a paragraph per row and a line per cell: "header: cell". Leaves out missing cells. */
function renderRecords(header: Row, records: readonly Row[]): FormattedText {
  const builder = new TextBuilder();
  for (const [index, record] of records.entries()) {
    if (index > 0) builder.text("\n\n");
    builder.append(joinLines(record.map((cell, column) => renderCell(header[column], cell))));
  }
  return builder.build();
}

function renderCell(name: FormattedText | undefined, cell: FormattedText): TextBuilder {
  const builder = new TextBuilder();
  if (name !== undefined && name.text.trim() !== "") {
    builder.styled({ type: "bold" }, name).text(": ");
  }
  return cell.text.trim() === "" ? builder.text("–") : builder.append(cell);
}

function joinLines(lines: readonly TextBuilder[]): FormattedText {
  const builder = new TextBuilder();
  for (const [index, line] of lines.entries()) {
    builder.text(index === 0 ? "" : "\n").append(line.build());
  }
  return builder.build();
}

/** What may follow a fence: `ts`, `c++`, `objective-c`. */
const LANGUAGE = /^[\w+#.-]{1,32}$/;

/** Reads the language after a fence; undefined where it cannot be one. */
export function languageOf(info: string | null | undefined): string | undefined {
  return typeof info === "string" && LANGUAGE.test(info) ? info : undefined;
}
