/** Edits the line a person is typing: its text, the cursor in it, and the lines typed before. */
import { withoutControls } from "../../core/text/control_characters.ts";
import type { KeyName } from "./keys.ts";

const MOST_REMEMBERED = 200;

export class LineEditor {
  #text = "";
  /** UTF-16 units before it. */
  #cursor = 0;
  readonly #history: string[];
  /** Which line of the history is shown; its length = the one being typed. */
  #at: number;
  #draft = "";

  constructor(history: readonly string[] = []) {
    this.#history = [...history];
    this.#at = this.#history.length;
  }

  get text(): string {
    return this.#text;
  }

  get cursor(): number {
    return this.#cursor;
  }

  insert(text: string): void {
    const clean = withoutControls(text).replaceAll("\t", "    ");
    this.#set(this.#before + clean + this.#after, this.#cursor + clean.length);
  }

  /** @returns false when the key edits nothing */
  press(name: KeyName): boolean {
    const edit = this.#edits[name];
    edit?.();
    return edit !== undefined;
  }

  /** The line as it is; a new one begins. */
  take(): string {
    const text = this.#text;
    if (text.trim() !== "" && this.#history.at(-1) !== text) this.#history.push(text);
    if (this.#history.length > MOST_REMEMBERED) this.#history.shift();
    this.clear();
    return text;
  }

  clear(): void {
    this.#at = this.#history.length;
    this.#set("", 0);
  }

  replace(text: string): void {
    this.#set(text, text.length);
  }

  readonly #edits: Partial<Record<KeyName, () => void>> = {
    newline: () => this.insert("\n"),
    backspace: () => this.#cut(this.#left(), this.#cursor),
    delete: () => this.#cut(this.#cursor, this.#right()),
    left: () => this.#set(this.#text, this.#left()),
    right: () => this.#set(this.#text, this.#right()),
    "word-left": () => this.#set(this.#text, this.#wordLeft()),
    "word-right": () => this.#set(this.#text, this.#wordRight()),
    home: () => this.#set(this.#text, this.#text.lastIndexOf("\n", this.#cursor - 1) + 1),
    end: () => this.#set(this.#text, this.#lineEnd()),
    "kill-word": () => this.#cut(this.#wordLeft(), this.#cursor),
    "kill-start": () => this.#cut(0, this.#cursor),
    "kill-end": () => this.#cut(this.#cursor, this.#text.length),
    up: () => this.#recall(this.#at - 1),
    down: () => this.#recall(this.#at + 1),
  };

  get #before(): string {
    return this.#text.slice(0, this.#cursor);
  }

  get #after(): string {
    return this.#text.slice(this.#cursor);
  }

  #set(text: string, cursor: number): void {
    this.#text = text;
    this.#cursor = Math.max(0, Math.min(cursor, text.length));
  }

  #cut(start: number, end: number): void {
    this.#set(this.#text.slice(0, start) + this.#text.slice(end), start);
  }

  /** By characters as a person sees them. */
  #left(): number {
    const last = [...new Intl.Segmenter().segment(this.#before)].at(-1);
    return last === undefined ? 0 : last.index;
  }

  #right(): number {
    const [first] = new Intl.Segmenter().segment(this.#after);
    return this.#cursor + (first?.segment.length ?? 0);
  }

  #wordLeft(): number {
    return this.#before.replace(/\S*\s*$/, "").length;
  }

  #wordRight(): number {
    return this.#cursor + (/^\s*\S*/.exec(this.#after)?.[0].length ?? 0);
  }

  #lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#cursor);
    return end < 0 ? this.#text.length : end;
  }

  #recall(at: number): void {
    if (at < 0 || at > this.#history.length || at === this.#at) return;
    if (this.#at === this.#history.length) this.#draft = this.#text;
    this.#at = at;
    this.replace(this.#history[at] ?? this.#draft);
  }
}
