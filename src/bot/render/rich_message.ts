/** Native rich messages: the blocks of the Bot API that an answer is made of, and what is in them. */

/** A text, pieces of it in a row, or one in a style. */
export type RichText = string | RichText[] | RichStyled | RichLink;

export interface RichStyled {
  type: "bold" | "italic" | "underline" | "strikethrough" | "spoiler" | "code";
  text: RichText;
}

export interface RichLink {
  type: "url";
  text: RichText;
  url: string;
}

export type RichBlock =
  | { type: "paragraph"; text: RichText }
  | { type: "heading"; text: RichText; size: 1 | 2 | 3 | 4 | 5 | 6 }
  | { type: "pre"; text: RichText; language?: string }
  | { type: "divider" }
  | { type: "blockquote"; blocks: RichBlock[] }
  | { type: "list"; items: RichItem[] }
  | { type: "table"; cells: RichCell[][]; is_bordered: true };

export interface RichItem {
  blocks: RichBlock[];
  has_checkbox?: true;
  is_checked?: true;
  /** Its number, in an ordered list. */
  value?: number;
}

export interface RichCell {
  /** Absent = the cell is invisible. */
  text?: RichText;
  is_header?: true;
  align: "left" | "center" | "right";
  valign: "top";
}

/** The same blocks with each text that a person can see or follow put through `change`. */
export function mapTexts(
  blocks: readonly RichBlock[],
  change: (text: string) => string,
): RichBlock[] {
  return blocks.map((block) => mapBlock(block, change));
}

type Change = (text: string) => string;

function mapBlock(block: RichBlock, change: Change): RichBlock {
  switch (block.type) {
    case "divider":
      return block;
    case "pre": {
      const { language } = block;
      const named = language === undefined ? {} : { language: change(language) };
      return { ...block, text: mapText(block.text, change), ...named };
    }
    case "paragraph":
    case "heading":
      return { ...block, text: mapText(block.text, change) };
    case "blockquote":
      return { ...block, blocks: mapTexts(block.blocks, change) };
    case "list":
      return {
        ...block,
        items: block.items.map((item) => ({ ...item, blocks: mapTexts(item.blocks, change) })),
      };
    case "table":
      return {
        ...block,
        cells: block.cells.map((row) =>
          row.map((cell) =>
            cell.text === undefined ? cell : { ...cell, text: mapText(cell.text, change) }
          )
        ),
      };
  }
}

function mapText(text: RichText, change: Change): RichText {
  if (typeof text === "string") return change(text);
  if (Array.isArray(text)) return text.map((piece) => mapText(piece, change));
  const changed = mapText(text.text, change);
  return text.type === "url"
    ? { ...text, text: changed, url: change(text.url) }
    : { ...text, text: changed };
}
