/**
 * Redraws a block at the bottom of a terminal in place, and prints what stays above it.
 */
import type { Cursor } from "../input/typed_line.ts";
import type { Terminal } from "../terminal.ts";
import { type Line, toTerminal, widthOf } from "../text/styled_line.ts";
import { clipped } from "../text/wrap.ts";

export interface Block {
  readonly lines: readonly Line[];
  /** Where the person types; absent = the cursor is hidden. */
  readonly cursor?: Cursor;
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** Makes terminals show a frame at once; those that do not know it ignore it. */
const BEGIN_FRAME = "\x1b[?2026h";
const END_FRAME = "\x1b[?2026l";
const CLEAR_BELOW = "\r\x1b[J";

export class LiveScreen {
  readonly #terminal: Pick<Terminal, "write" | "size">;
  readonly #colors: boolean;
  #block: Block = { lines: [] };
  /** Widths of the drawn lines above the cursor, and its column. */
  #above: readonly number[] = [];
  #column = 0;

  constructor(terminal: Pick<Terminal, "write" | "size">, options: { readonly colors: boolean }) {
    this.#terminal = terminal;
    this.#colors = options.colors;
  }

  /** Leaves the lines above the block; they may be of any width. */
  print(lines: readonly Line[]): void {
    this.#draw(lines, this.#block);
  }

  /** Replaces the block. */
  show(block: Block): void {
    this.#draw([], block);
  }

  /** Both at once, so that nothing flickers. */
  printAndShow(lines: readonly Line[], block: Block): void {
    this.#draw(lines, block);
  }

  /** Removes the block and leaves the cursor where it began. */
  clear(): void {
    this.#block = { lines: [] };
    this.#terminal.write(`${this.#toTop()}${CLEAR_BELOW}${SHOW_CURSOR}`);
    this.#above = [];
    this.#column = 0;
  }

  #draw(printed: readonly Line[], block: Block): void {
    const { columns, rows } = this.#terminal.size();
    this.#block = block;
    // One column less, as a terminal may count a character as wider and must not wrap.
    const lines = block.lines.map((line) => clipped(line, columns - 1)).slice(
      -Math.max(1, rows - 1),
    );
    const hidden = block.lines.length - lines.length;
    const cursor = block.cursor === undefined
      ? undefined
      : { ...block.cursor, row: Math.max(0, block.cursor.row - hidden) };
    const text = [
      BEGIN_FRAME,
      HIDE_CURSOR,
      this.#toTop(),
      CLEAR_BELOW,
      ...printed.map((line) => `${toTerminal(line, this.#colors)}\r\n`),
      lines.map((line) => toTerminal(line, this.#colors)).join("\r\n"),
      this.#toCursor(lines, cursor),
      cursor === undefined ? "" : SHOW_CURSOR,
      END_FRAME,
    ];
    this.#terminal.write(text.join(""));
  }

  #toCursor(lines: readonly Line[], cursor: Cursor | undefined): string {
    const last = Math.max(0, lines.length - 1);
    const row = Math.min(cursor?.row ?? last, last);
    const column = cursor?.column ?? widthOf(lines[last] ?? []);
    this.#above = lines.slice(0, row).map(widthOf);
    this.#column = column;
    const up = last - row;
    return `${up > 0 ? `\x1b[${up}A` : ""}\r${column > 0 ? `\x1b[${column}C` : ""}`;
  }

  /** A narrower window has wrapped the drawn lines into more rows. */
  #toTop(): string {
    const { columns } = this.#terminal.size();
    const rowsOf = (width: number): number => Math.max(1, Math.ceil(width / Math.max(1, columns)));
    const up = this.#above.reduce((sum, width) => sum + rowsOf(width), 0) +
      Math.floor(this.#column / Math.max(1, columns));
    return up > 0 ? `\x1b[${up}A` : "";
  }
}
