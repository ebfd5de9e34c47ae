/** What a person sees on a terminal: a small emulator of what the chat writes to one. */
import { displayWidth } from "../../src/core/text/columns.ts";

export interface Cell {
  /** Empty behind a character that takes two columns. */
  readonly text: string;
  /** As in `ESC[1;32m`: `1;32`; empty = plain. */
  readonly look: string;
}

const BLANK: Cell = { text: " ", look: "" };
// deno-lint-ignore no-control-regex -- terminals are steered by these
const SEQUENCE = /^\x1b(?:\[([0-9;?]*)([A-Za-z])|[^[])/;

export class Screen {
  readonly columns: number;
  readonly rows: number;
  #lines: Cell[][] = [[]];
  #row = 0;
  #column = 0;
  #look = "";
  #rest = "";

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** Everything that was written and is still there, what has scrolled away too. */
  get text(): string {
    const lines = this.#lines.map((cells) => cells.map(({ text }) => text).join("").trimEnd());
    return lines.join("\n").trimEnd();
  }

  get lines(): readonly (readonly Cell[])[] {
    return this.#lines;
  }

  /** Where the next character would go; the row counts what has scrolled away. */
  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row, column: this.#column };
  }

  write(text: string): void {
    this.#rest += text;
    while (this.#rest !== "" && this.#step());
  }

  #step(): boolean {
    if (this.#rest.startsWith("\x1b")) {
      const [all, parameters = "", letter = ""] = SEQUENCE.exec(this.#rest) ?? [];
      if (all === undefined) return false;
      this.#rest = this.#rest.slice(all.length);
      this.#obey(letter, parameters);
      return true;
    }
    const { segment = "" } = [...new Intl.Segmenter().segment(this.#rest.slice(0, 40))][0] ?? {};
    this.#rest = this.#rest.slice(segment.length);
    if (segment.includes("\r")) this.#column = 0;
    if (segment.includes("\n")) this.#down();
    else if (!segment.includes("\r")) this.#put(segment);
    return true;
  }

  #put(character: string): void {
    const width = displayWidth(character);
    if (this.#column + width > this.columns) {
      this.#down();
      this.#column = 0;
    }
    const line = this.#lines[this.#row] ?? [];
    while (line.length < this.#column) line.push(BLANK);
    line[this.#column] = { text: character, look: this.#look };
    if (width === 2) line[this.#column + 1] = { text: "", look: this.#look };
    this.#column += width;
  }

  #down(): void {
    this.#row += 1;
    while (this.#lines.length <= this.#row) this.#lines.push([]);
  }

  #obey(letter: string, parameters: string): void {
    const count = Number(parameters || "1");
    // What has scrolled away cannot be reached any more.
    const top = Math.max(0, this.#lines.length - this.rows);
    if (letter === "A") this.#row = Math.max(top, this.#row - count);
    else if (letter === "C") this.#column = Math.min(this.columns - 1, this.#column + count);
    else if (letter === "J") this.#clearBelow();
    else if (letter === "m") this.#look = parameters === "0" ? "" : parameters;
  }

  #clearBelow(): void {
    this.#lines = this.#lines.slice(0, this.#row + 1);
    this.#lines[this.#row] = (this.#lines[this.#row] ?? []).slice(0, this.#column);
  }
}
