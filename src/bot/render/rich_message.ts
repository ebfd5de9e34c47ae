/** Declares the blocks of a native rich message, and measures them against the Bot API's limits. */

/** A plain text, several in a row, or one with a style. */
export type RichText = string | RichText[] | RichStyled | RichLink;

interface RichStyled {
  type: "bold" | "italic" | "underline" | "strikethrough" | "spoiler" | "code";
  text: RichText;
}

interface RichLink {
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
  /** The item's number in an ordered list. */
  value?: number;
}

export interface RichCell {
  /** The cell is invisible without it. */
  text?: RichText;
  is_header?: true;
  align: "left" | "center" | "right";
  valign: "top";
}

/** Puts every text and address that a person can see or follow through `change`. */
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
    default:
      return block satisfies never;
  }
}

/** Changes a text as a whole: what is looked for may lie across its styles. */
function mapText(text: RichText, change: Change): RichText {
  const whole = plainOf(text);
  const changed = change(whole);
  // What keeps the length is put back in its places.
  if (changed.length !== whole.length) return mapPieces(text, change, change);
  let at = 0;
  return mapPieces(text, change, (piece) => changed.slice(at, at += piece.length));
}

function plainOf(text: RichText): string {
  if (typeof text === "string") return text;
  return Array.isArray(text) ? text.map(plainOf).join("") : plainOf(text.text);
}

/** @param piece changes the texts, from the first to the last */
function mapPieces(text: RichText, change: Change, piece: Change): RichText {
  if (typeof text === "string") return piece(text);
  if (Array.isArray(text)) return text.map((each) => mapPieces(each, change, piece));
  const changed = mapPieces(text.text, change, piece);
  return text.type === "url"
    ? { ...text, text: changed, url: change(text.url) }
    : { ...text, text: changed };
}

/** The Bot API takes 32,768; a note may still be put before the blocks. */
const MOST_CHARACTERS = 32_000;
/** The Bot API takes 500, list items and table rows included. */
const MOST_BLOCKS = 490;
/** Blocks within blocks plus styles within styles. */
const MOST_LEVELS = 16;
const MOST_COLUMNS = 20;

/** Tells whether the blocks fit into one rich message. */
export function fitsRichLimits(blocks: readonly RichBlock[]): boolean {
  const { characters, count, levels, columns } = sizeOfAll(blocks);
  return characters <= MOST_CHARACTERS && count <= MOST_BLOCKS && levels <= MOST_LEVELS &&
    columns <= MOST_COLUMNS;
}

interface Size {
  readonly characters: number;
  /** Blocks, items and rows. */
  readonly count: number;
  readonly levels: number;
  readonly columns: number;
}

const NOTHING: Size = { characters: 0, count: 0, levels: 0, columns: 0 };

function sizeOfAll(blocks: readonly RichBlock[]): Size {
  return sum(blocks.map(sizeOf));
}

function sizeOf(block: RichBlock): Size {
  switch (block.type) {
    case "divider":
      return around(NOTHING);
    case "blockquote":
      return around(sizeOfAll(block.blocks));
    case "list":
      return around(sum(block.items.map((item) => around(sizeOfAll(item.blocks)))));
    case "table": {
      const rows = block.cells.map((row) => around(sum(row.map(({ text }) => sizeOfText(text)))));
      const columns = Math.max(0, ...block.cells.map((row) => row.length));
      return { ...around(sum(rows)), columns };
    }
    case "paragraph":
    case "heading":
    case "pre":
      return around(sizeOfText(block.text));
    default:
      return block satisfies never;
  }
}

function sizeOfText(text: RichText = ""): Size {
  if (typeof text === "string") return { ...NOTHING, characters: text.length };
  if (Array.isArray(text)) return sum(text.map(sizeOfText));
  const inner = sizeOfText(text.text);
  return { ...inner, levels: inner.levels + 1 };
}

/** Adds the level of the block, item or row around `inner`. */
function around(inner: Size): Size {
  return { ...inner, count: inner.count + 1, levels: inner.levels + 1 };
}

function sum(sizes: readonly Size[]): Size {
  return sizes.reduce((one, other) => ({
    characters: one.characters + other.characters,
    count: one.count + other.count,
    levels: Math.max(one.levels, other.levels),
    columns: Math.max(one.columns, other.columns),
  }), NOTHING);
}
