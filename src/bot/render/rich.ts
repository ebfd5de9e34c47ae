/**
 * Renders Markdown as the blocks of a native rich message.
 *
 * Never sends model text as the Bot API's own Markdown or HTML: these know buttons and pictures, so
 * that whoever gets words into an answer could show a button in the bot's name.
 */
import type { MessageEntity } from "@grammyjs/types";
import {
  type Node,
  type NodeOf,
  type References,
  withoutBlankEdges,
} from "../../core/text/markdown.ts";
import { isVisible } from "./clean_text.ts";
import { type FormattedText, normalize, sortEntities } from "./formatted_text.ts";
import { renderInline } from "./inline.ts";
import { languageOf, readMarkdown } from "./markdown.ts";
import {
  fitsRichLimits,
  type RichBlock,
  type RichCell,
  type RichItem,
  type RichText,
} from "./rich_message.ts";
import { TextBuilder } from "./text_builder.ts";

/**
 * @param heading goes above the rendered Markdown
 * @returns undefined when it does not fit into one rich message, or shows nothing
 */
export function renderRich(markdown: string, heading?: FormattedText): RichBlock[] | undefined {
  const document = readMarkdown(markdown);
  if (document === undefined) return undefined;
  const { blocks: nodes, references } = document;
  const body = nodes.flatMap((node) => renderBlock(node, references));
  const blocks = [...(heading === undefined ? [] : paragraph(heading)), ...body];
  return body.length > 0 && fitsRichLimits(blocks) ? blocks : undefined;
}

function renderAll(nodes: readonly Node[], references: References): RichBlock[] {
  return nodes.flatMap((node) => renderBlock(node, references));
}

/** @returns no block for a node that shows nothing */
function renderBlock(node: Node, references: References): RichBlock[] {
  switch (node.type) {
    case "heading":
      return withText(inline(node.children, references), (text) => ({
        type: "heading",
        text,
        size: node.depth,
      }));
    case "thematicBreak":
      return [{ type: "divider" }];
    case "code":
      return renderCode(node);
    case "html":
      return paragraph(new TextBuilder().text(node.value).build());
    case "blockquote":
      return holding(renderAll(node.children, references), (blocks) => ({
        type: "blockquote",
        blocks,
      }));
    case "list":
      return renderList(node, references);
    case "table":
      return [renderTable(node, references)];
    case "footnoteDefinition":
      return renderFootnote(node, references);
    case "paragraph":
      return paragraph(inline(node.children, references));
    default:
      return paragraph(inline([node], references));
  }
}

function renderCode({ value, lang }: NodeOf<"code">): RichBlock[] {
  const text = new TextBuilder().text(withoutBlankEdges(value)).build().text;
  const language = languageOf(lang);
  if (!isVisible(text)) return [];
  return [{ type: "pre", text, ...(language === undefined ? {} : { language }) }];
}

function renderList(list: NodeOf<"list">, references: References): RichBlock[] {
  const items = list.children.flatMap((item, index): RichItem[] => {
    const { checked } = item;
    return holding(renderAll(item.children, references), (blocks) => ({
      blocks,
      ...(list.ordered === true ? { value: (list.start ?? 1) + index } : {}),
      ...(typeof checked === "boolean" ? { has_checkbox: true } : {}),
      ...(checked === true ? { is_checked: true } : {}),
    }));
  });
  return items.length === 0 ? [] : [{ type: "list", items }];
}

function renderTable(table: NodeOf<"table">, references: References): RichBlock {
  const cells = table.children.map((row, index) =>
    row.children.map((cell, column): RichCell => {
      const content = inline(cell.children, references);
      return {
        ...(content.text === "" ? {} : { text: richText(content) }),
        ...(index === 0 ? { is_header: true } : {}),
        align: table.align?.[column] ?? "left",
        valign: "top",
      };
    })
  );
  return { type: "table", cells, is_bordered: true };
}

function renderFootnote(node: NodeOf<"footnoteDefinition">, references: References): RichBlock[] {
  const number = references.footnotes.get(node.identifier) ?? node.identifier;
  const [first, ...rest] = renderAll(node.children, references);
  const mark = `[${number}] `;
  if (first?.type !== "paragraph") {
    return [
      { type: "paragraph", text: mark.trimEnd() },
      ...(first === undefined ? [] : [first]),
      ...rest,
    ];
  }
  return [{ ...first, text: [mark, first.text] }, ...rest];
}

function inline(nodes: readonly Node[], references: References): FormattedText {
  return normalize(renderInline(nodes, references));
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
  const pieces = piecesOf(text, sortEntities(entities), 0, text.length);
  return pieces.length === 1 ? pieces[0] ?? "" : pieces;
}

/** @param entities sorted, all of them between `start` and `end` */
function piecesOf(
  text: string,
  entities: readonly MessageEntity[],
  start: number,
  end: number,
): RichText[] {
  const pieces: RichText[] = [];
  let position = start;
  for (const [index, entity] of entities.entries()) {
    if (entity.offset < position) continue;
    if (entity.offset > position) pieces.push(text.slice(position, entity.offset));
    position = entity.offset + entity.length;
    const inner = entities.slice(index + 1).filter(({ offset, length }) =>
      offset + length <= position
    );
    pieces.push(...styled(entity, piecesOf(text, inner, entity.offset, position)));
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
