/** Renders an agent's Markdown as text and entities, so that nothing has to be escaped. */
import {
  type Alert,
  type Block,
  type BlockOf,
  type HeadingDepth,
  type ListBlock,
  type ListItem,
  listMarker,
  type MarkdownDocument,
  type MarkdownOptions,
  readDocument,
  type TableBlock,
  withoutBlankEdges,
} from "../../core/text/markdown.ts";
import { alignedLines, displayWidth, mayFit } from "../../core/text/columns.ts";
import { cleanText, isVisible } from "./clean_text.ts";
import { withoutUnmeantLinks } from "./unmeant_links.ts";
import { type FormattedText, indentLines, normalize, plainText } from "./formatted_text.ts";
import { renderInline } from "./inline.ts";
import { type SimpleStyle, TextBuilder } from "./text_builder.ts";

/**
 * Renders a document as one message of any length, for `splitMessage` to cut. Text that shows
 * nothing becomes empty; text of more than 100,000 characters, or that would take too many steps to
 * read, stays as it was written.
 */
export function renderMarkdown(markdown: string, options: MarkdownOptions = {}): FormattedText {
  return renderDocument(markdown, readMarkdown(markdown, options));
}

/** @param document as {@link readMarkdown} gives it, so that it is read once for both renderers */
export function renderDocument(
  markdown: string,
  document: MarkdownDocument | undefined,
): FormattedText {
  const content = document === undefined
    ? plainText(cleanText(markdown))
    : renderBlocks(document.blocks, { listDepth: 0, quoteDepth: 0 });
  const message = withoutUnmeantLinks(normalize(content));
  return isVisible(message.text) ? message : plainText("");
}

/** @returns undefined for text that is too long or takes too long, see {@link renderMarkdown} */
export function readMarkdown(
  markdown: string,
  options: MarkdownOptions = {},
): MarkdownDocument | undefined {
  return readDocument(cleanText(markdown), options);
}

interface Place {
  /** How many lists are around the block. */
  readonly listDepth: number;
  /** How many quotes are around the block. */
  readonly quoteDepth: number;
}

const RULE = "─".repeat(12);
/** Deeper levels are indented no further, as a phone would have no room left for the text. */
const DEEPEST_INDENT = 6;
const DEEPEST_QUOTE = 4;

function renderBlocks(nodes: readonly Block[], place: Place): FormattedText {
  return joinBlocks(nodes.map((node) => renderBlock(node, place)), "\n\n");
}

function renderBlock(node: Block, place: Place): FormattedText {
  switch (node.type) {
    case "paragraph":
      return renderInline(node.children);
    case "heading":
      return inStyles(HEADINGS[node.depth], renderInline(node.children));
    case "thematicBreak":
      return plainText(RULE);
    case "code":
      return new TextBuilder().pre(withoutBlankEdges(node.value), languageOf(node.lang)).build();
    case "mathBlock":
      return new TextBuilder().pre(node.value).build();
    case "blockquote":
      return renderQuote(node, place);
    case "details":
      return renderDetails(node, place);
    case "list":
      return renderList(node, place);
    case "table":
      return renderTable(node);
    case "footnoteDefinition":
      return new TextBuilder().text(`[${node.number}] `)
        .append(renderBlocks(node.children, place)).build();
    default:
      return node satisfies never;
  }
}

/** Tells the levels apart without sizes, which a message does not have. */
const HEADINGS: Readonly<Record<HeadingDepth, readonly SimpleStyle[]>> = {
  1: ["underline", "bold"],
  2: ["bold"],
  3: ["italic", "bold"],
  4: ["italic"],
  5: ["italic"],
  6: ["italic"],
};

function inStyles(styles: readonly SimpleStyle[], content: FormattedText): FormattedText {
  return styles.reduce(
    (inner, type) => new TextBuilder().styled({ type }, inner).build(),
    content,
  );
}

/** The title of an alert is the agent's own word. */
export const ALERT_TITLES: Readonly<Record<Alert, string>> = {
  note: "ℹ️ Note",
  tip: "💡 Tip",
  important: "❗ Important",
  warning: "⚠️ Warning",
  caution: "🛑 Caution",
};

/** Marks inner quotes by `>`, since Telegram knows no quote inside a quote. */
function renderQuote(node: BlockOf<"blockquote">, place: Place): FormattedText {
  const quoteDepth = place.quoteDepth + 1;
  const inner = renderBlocks(node.children, { ...place, quoteDepth });
  const content = node.alert === undefined ? inner : titled(ALERT_TITLES[node.alert], inner);
  if (quoteDepth === 1) return new TextBuilder().quote(content).build();
  return quoteDepth > DEEPEST_QUOTE ? content : indentLines(content, "> ", "> ");
}

function titled(title: string, content: FormattedText): FormattedText {
  return joinBlocks([new TextBuilder().bold(title).build(), content], "\n");
}

/** Folds the content where Telegram can: not within a quote. */
function renderDetails({ summary, children }: BlockOf<"details">, place: Place): FormattedText {
  const title = new TextBuilder().styled({ type: "bold" }, renderInline(summary)).build();
  const content = renderBlocks(children, { ...place, quoteDepth: place.quoteDepth + 1 });
  if (place.quoteDepth > 0) return joinBlocks([title, content], "\n");
  return joinBlocks([title, new TextBuilder().expandableQuote(content).build()], "\n");
}

function renderList(node: ListBlock, place: Place): FormattedText {
  const airy = node.spread || node.items.some((item) => item.spread);
  const items = node.items.map((item) =>
    renderItem(item, listMarker(item, place.listDepth), place)
  );
  return joinBlocks(items, airy ? "\n\n" : "\n");
}

function renderItem(item: ListItem, marker: string, place: Place): FormattedText {
  const inner = { ...place, listDepth: place.listDepth + 1 };
  const blocks = item.children.map((node) => renderBlock(node, inner));
  const content = joinBlocks(blocks, item.spread ? "\n\n" : "\n");
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

function renderTable(table: TableBlock): FormattedText {
  const rows = table.rows.map((row) => row.map((cell) => renderInline(cell)));
  const texts = rows.map((row) => row.map(({ text }) => text.replace(/\s+/g, " ").trim()));
  const [header = [], ...records] = rows;
  const mayAlign = records.length === 0 ||
    (mayFit(texts, WIDEST_TABLE) && !rows.some((row) => row.some(hidesTarget)));
  const lines = mayAlign ? alignedLines(texts, table.align) : [];
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

/**
 * Writes a paragraph per row: its first cell is the title, and the others are lines "header: cell".
 * Leaves out missing cells. What the titles are stands above the first one, with the headers of
 * columns that no row has.
 */
function renderRecords([subject, ...names]: Row, records: readonly Row[]): FormattedText {
  const blocks = records.map(([title, ...cells]) => {
    const lines = cells.map((cell, column) => renderCell(names[column], cell));
    return joinLines(title === undefined ? lines : [renderTitle(title), ...lines]);
  });
  const above = new TextBuilder();
  if (subject !== undefined && subject.text.trim() !== "") {
    above.styled({ type: "italic" }, subject);
  }
  const used = records.reduce((most, { length }) => Math.max(most, length - 1), 0);
  const unused = names.slice(used)
    .filter(({ text }) => text.trim() !== "");
  for (const [index, name] of unused.entries()) {
    above.text(index > 0 ? ", " : above.length > 0 ? "\n" : "").append(name);
  }
  if (unused.length > 0) above.text(": –");
  return joinBlocks([above.build(), joinBlocks(blocks, "\n\n")], "\n");
}

function renderTitle(title: FormattedText): TextBuilder {
  const content = title.text.trim() === "" ? plainText("–") : title;
  return new TextBuilder().styled({ type: "bold" }, content);
}

function renderCell(name: FormattedText | undefined, cell: FormattedText): TextBuilder {
  const builder = new TextBuilder();
  if (name !== undefined && name.text.trim() !== "") builder.append(name).text(": ");
  return cell.text.trim() === "" ? builder.text("–") : builder.append(cell);
}

function joinLines(lines: readonly TextBuilder[]): FormattedText {
  const builder = new TextBuilder();
  for (const [index, line] of lines.entries()) {
    builder.text(index === 0 ? "" : "\n").append(line.build());
  }
  return builder.build();
}

/** What may follow a fence: `ts`, `c++`, `objective-c`, and the name of a file. */
const LANGUAGE = /^[\p{L}\p{N}_+#./:@-]{1,80}$/u;

/** Reads the language after a fence, which clients show; undefined where it cannot be one. */
export function languageOf(info: string | null | undefined): string | undefined {
  return typeof info === "string" && LANGUAGE.test(info) ? info : undefined;
}
