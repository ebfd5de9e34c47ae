/**
 * Renders Markdown as the blocks of a native rich message.
 *
 * Never sends model text as the Bot API's own Markdown or HTML: these know buttons and pictures, so
 * that whoever gets words into an answer could show a button in the bot's name.
 */
import type { MessageEntity } from "@grammyjs/types";
import {
  type Block,
  type BlockOf,
  type Inline,
  type ListBlock,
  type MarkdownDocument,
  type MarkdownOptions,
  type TableBlock,
  withoutBlankEdges,
} from "../../core/text/markdown.ts";
import { isVisible } from "./clean_text.ts";
import { type FormattedText, normalize, plainText, sortEntities } from "./formatted_text.ts";
import { renderInline } from "./inline.ts";
import { ALERT_TITLES, languageOf, readMarkdown } from "./markdown.ts";
import {
  fitsRichLimits,
  type RichBlock,
  type RichCell,
  type RichItem,
  type RichText,
} from "./rich_message.ts";
import { TextBuilder } from "./text_builder.ts";

/** What stands above and below the rendered Markdown. */
export interface Around {
  readonly heading?: FormattedText;
  readonly footing?: FormattedText;
}

/**
 * @param around goes above and below the rendered Markdown
 * @returns undefined when it does not fit into one rich message, or shows nothing
 */
export function renderRich(
  markdown: string,
  around: Around = {},
  options: MarkdownOptions = {},
): RichBlock[] | undefined {
  return renderRichDocument(readMarkdown(markdown, options), around);
}

/** @param document as {@link readMarkdown} gives it */
export function renderRichDocument(
  document: MarkdownDocument | undefined,
  { heading, footing }: Around = {},
): RichBlock[] | undefined {
  if (document === undefined) return undefined;
  const body = renderAll(document.blocks);
  const blocks = [
    ...(heading === undefined ? [] : paragraph(heading)),
    ...body,
    ...(footing === undefined ? [] : paragraph(footing)),
  ];
  return body.length > 0 && fitsRichLimits(blocks) ? blocks : undefined;
}

function renderAll(nodes: readonly Block[]): RichBlock[] {
  return nodes.flatMap(renderBlock);
}

/** @returns no block for a node that shows nothing */
function renderBlock(node: Block): RichBlock[] {
  switch (node.type) {
    case "heading":
      return withText(inline(node.children), (text) => ({
        type: "heading",
        text,
        size: node.depth,
      }));
    case "thematicBreak":
      return [{ type: "divider" }];
    case "code":
      return renderCode(node.value, languageOf(node.lang));
    case "mathBlock":
      return renderCode(node.value, undefined);
    case "blockquote":
      return renderQuote(node);
    case "details":
      return renderDetails(node);
    case "list":
      return renderList(node);
    case "table":
      return [renderTable(node)];
    case "footnoteDefinition":
      return renderFootnote(node);
    case "paragraph":
      return paragraph(inline(node.children));
    default:
      return node satisfies never;
  }
}

function renderCode(value: string, language: string | undefined): RichBlock[] {
  const text = new TextBuilder().text(withoutBlankEdges(value)).build().text;
  if (!isVisible(text)) return [];
  return [{ type: "pre", text, ...(language === undefined ? {} : { language }) }];
}

function renderQuote({ alert, children }: BlockOf<"blockquote">): RichBlock[] {
  const title = alert === undefined ? [] : titleOf(plainText(ALERT_TITLES[alert]));
  return holding([...title, ...renderAll(children)], (blocks) => ({ type: "blockquote", blocks }));
}

/** Shows the summary, and what unfolds as a quote below it. */
function renderDetails({ summary, children }: BlockOf<"details">): RichBlock[] {
  const content = holding(renderAll(children), (blocks): RichBlock => ({
    type: "blockquote",
    blocks,
  }));
  return [...titleOf(inline(summary)), ...content];
}

function titleOf(content: FormattedText): RichBlock[] {
  return paragraph(new TextBuilder().styled({ type: "bold" }, content).build());
}

function renderList(list: ListBlock): RichBlock[] {
  const items = list.items.flatMap((item): RichItem[] => {
    const { checked, number } = item;
    return holding(renderAll(item.children), (blocks) => ({
      blocks,
      ...(number === undefined ? {} : { value: number }),
      ...(checked === undefined ? {} : { has_checkbox: true }),
      ...(checked === true ? { is_checked: true } : {}),
    }));
  });
  return items.length === 0 ? [] : [{ type: "list", items }];
}

function renderTable(table: TableBlock): RichBlock {
  const cells = table.rows.map((row, index) =>
    row.map((cell, column): RichCell => {
      const content = inline(cell);
      return {
        ...(content.text === "" ? {} : { text: richText(content) }),
        ...(index === 0 ? { is_header: true } : {}),
        align: table.align[column] ?? "left",
        valign: "top",
      };
    })
  );
  return { type: "table", cells, is_bordered: true };
}

function renderFootnote(node: BlockOf<"footnoteDefinition">): RichBlock[] {
  const [first, ...rest] = renderAll(node.children);
  const mark = `[${node.number}] `;
  if (first?.type !== "paragraph") {
    return [
      { type: "paragraph", text: mark.trimEnd() },
      ...(first === undefined ? [] : [first]),
      ...rest,
    ];
  }
  return [{ ...first, text: [mark, first.text] }, ...rest];
}

function inline(nodes: readonly Inline[]): FormattedText {
  return normalize(renderInline(nodes));
}

function paragraph(content: FormattedText): RichBlock[] {
  return withText(content, (text) => ({ type: "paragraph", text }));
}

function withText(content: FormattedText, make: (text: RichText) => RichBlock): RichBlock[] {
  return !isVisible(content.text) ? [] : [make(richText(content))];
}

function holding<Holder>(blocks: RichBlock[], make: (blocks: RichBlock[]) => Holder): Holder[] {
  return blocks.length === 0 ? [] : [make(blocks)];
}

/** Nests entities as styles; those that a rich text does not know become plain text. */
function richText({ text, entities }: FormattedText): RichText {
  const pieces = piecesOf(text, { entities: sortEntities(entities), next: 0 }, 0, text.length);
  return pieces.length === 1 ? pieces[0] ?? "" : pieces;
}

/** Entities, outer ones first, of which those before `next` are done. */
interface Remaining {
  readonly entities: readonly MessageEntity[];
  next: number;
}

function piecesOf(text: string, remaining: Remaining, start: number, end: number): RichText[] {
  const pieces: RichText[] = [];
  let position = start;
  for (;;) {
    const entity = remaining.entities[remaining.next];
    if (entity === undefined || entity.offset >= end) break;
    remaining.next += 1;
    const entityEnd = entity.offset + entity.length;
    if (entity.offset < position || entityEnd > end) continue;
    if (entity.offset > position) pieces.push(text.slice(position, entity.offset));
    position = entityEnd;
    pieces.push(...styled(entity, piecesOf(text, remaining, entity.offset, entityEnd)));
  }
  if (position < end) pieces.push(text.slice(position, end));
  return pieces;
}

function styled(entity: MessageEntity, pieces: RichText[]): RichText[] {
  const text = pieces.length === 1 ? pieces[0] ?? "" : pieces;
  switch (entity.type) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
    case "spoiler":
    case "code":
      return [{ type: entity.type, text }];
    case "text_link":
      return [{ type: "url", text, url: entity.url }];
    default:
      return pieces;
  }
}
