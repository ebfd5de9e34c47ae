/** What fits into one rich message: the limits of the Bot API, with room for a note before it. */
import type { RichBlock, RichText } from "./rich_message.ts";

/** Of 32,768. */
const MOST_CHARACTERS = 32_000;
/** Of 500; items and rows count as blocks do. */
const MOST_BLOCKS = 490;
/** Blocks within blocks and styles within styles, all together. */
const MOST_LEVELS = 16;
const MOST_COLUMNS = 20;

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
    default:
      return around(sizeOfText(block.text));
  }
}

function sizeOfText(text: RichText = ""): Size {
  if (typeof text === "string") return { ...NOTHING, characters: text.length };
  if (Array.isArray(text)) return sum(text.map(sizeOfText));
  const inner = sizeOfText(text.text);
  return { ...inner, levels: inner.levels + 1 };
}

/** The size of what holds this. */
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
