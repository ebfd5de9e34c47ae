/** Reads keys out of what a terminal in raw mode sends. */

export type KeyName =
  | "enter"
  | "newline"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "word-left"
  | "word-right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "kill-word"
  | "kill-start"
  | "kill-end"
  | "tab"
  | "redraw"
  | "interrupt"
  | "end-of-input";

export type Key =
  | { readonly type: "key"; readonly name: KeyName }
  /** Typed or pasted; a paste may hold line breaks. */
  | { readonly type: "text"; readonly text: string };

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/** Control characters and what they stand for; others mean nothing here. */
const CONTROLS: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  // As Enter arrives that was typed ahead, before every key was handed over as it is.
  "\n": "enter",
  "\x7f": "backspace",
  "\b": "backspace",
  "\t": "tab",
  "\x01": "home",
  "\x02": "left",
  "\x03": "interrupt",
  "\x04": "end-of-input",
  "\x05": "end",
  "\x06": "right",
  "\x0b": "kill-end",
  "\x0c": "redraw",
  "\x0e": "down",
  "\x10": "up",
  "\x15": "kill-start",
  "\x17": "kill-word",
};

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "OA": "up",
  "OB": "down",
  "OC": "right",
  "OD": "left",
  "[H": "home",
  "[F": "end",
  "OH": "home",
  "OF": "end",
  "[1~": "home",
  "[4~": "end",
  "[7~": "home",
  "[8~": "end",
  "[3~": "delete",
  "[1;5D": "word-left",
  "[1;5C": "word-right",
  "[1;3D": "word-left",
  "[1;3C": "word-right",
  b: "word-left",
  f: "word-right",
  "\r": "newline",
  "\n": "newline",
  "\x7f": "kill-word",
};

// deno-lint-ignore no-control-regex -- terminals send these
const SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O[A-Za-z]|[^[O])/;
// deno-lint-ignore no-control-regex -- terminals send these
const PLAIN = /^[^\x00-\x1f\x7f]+/;

/** Keeps what has not arrived whole. */
export class KeyReader {
  readonly #decoder = new TextDecoder();
  #rest = "";

  read(bytes: Uint8Array): Key[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const keys: Key[] = [];
    for (let key = this.#next(); key !== undefined; key = this.#next()) {
      if (key !== "nothing") keys.push(key);
    }
    return keys;
  }

  #next(): Key | "nothing" | undefined {
    if (this.#rest === "") return undefined;
    if (this.#rest.startsWith(PASTE_START)) return this.#paste();
    if (this.#rest.startsWith("\x1b")) return this.#sequence();
    const [text = ""] = PLAIN.exec(this.#rest) ?? [];
    if (text !== "") {
      this.#rest = this.#rest.slice(text.length);
      return { type: "text", text };
    }
    return this.#control();
  }

  #paste(): Key | undefined {
    const end = this.#rest.indexOf(PASTE_END);
    if (end < 0) return undefined;
    const text = this.#rest.slice(PASTE_START.length, end).replace(/\r\n?/g, "\n");
    this.#rest = this.#rest.slice(end + PASTE_END.length);
    return { type: "text", text };
  }

  #sequence(): Key | "nothing" | undefined {
    // Escape alone means nothing here, so that it may wait for what follows.
    const [sequence] = SEQUENCE.exec(this.#rest) ?? [];
    if (sequence === undefined) return undefined;
    this.#rest = this.#rest.slice(sequence.length);
    const name = SEQUENCES[sequence.slice(1)];
    return name === undefined ? "nothing" : { type: "key", name };
  }

  #control(): Key | "nothing" {
    const [character = ""] = this.#rest;
    this.#rest = this.#rest.slice(1);
    const name = CONTROLS[character];
    return name === undefined ? "nothing" : { type: "key", name };
  }
}
