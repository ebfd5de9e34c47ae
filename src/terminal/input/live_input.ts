/** Reads the keys of a person at a terminal: they edit a line, and Enter hands it on. */
import { completed } from "../../commands/table.ts";
import type { Terminal } from "../terminal.ts";
import { type Key, type KeyName, KeyReader } from "./keys.ts";
import { LineEditor } from "./line_editor.ts";
import type { Typed } from "./typed_line.ts";

export interface LiveInputParts {
  readonly terminal: Pick<Terminal, "input" | "setRaw" | "write">;
  /** The question that is shown and waits for what is typed; each one is another object. */
  readonly asked: () => object | undefined;
  /** What stands before an answer to it. */
  readonly answerLabel: () => string;
  /** False while there is nothing to type but answers. */
  readonly talks: boolean;
  /** Lines that are brought back with ↑. */
  readonly history: readonly string[];
  readonly onLine: (line: string, isAnswer: boolean) => void;
  readonly onInterrupt: () => void;
  readonly onEnd: () => void;
  /** Something typed is to be seen. */
  readonly onChange: () => void;
}

const PASTES_MARKED = "\x1b[?2004h";
const PASTES_PLAIN = "\x1b[?2004l";
const PROMPT = "› ";

export class LiveInput {
  readonly #parts: LiveInputParts;
  readonly #message: LineEditor;
  /** An answer has a line of its own, so that a half-written message is never taken for one. */
  readonly #answer = new LineEditor();
  #lastAsked: object | undefined;
  #open = false;

  constructor(parts: LiveInputParts) {
    this.#parts = parts;
    this.#message = new LineEditor(parts.history);
  }

  /** What is being typed; undefined where nothing is. */
  typed(): Typed | undefined {
    const { asked, answerLabel, talks } = this.#parts;
    const isAsked = asked() !== undefined;
    if (!this.#open || !(talks || isAsked)) return undefined;
    const { text, cursor } = this.#editor();
    return { label: isAsked ? answerLabel() : PROMPT, text, cursor };
  }

  /** Reads until the signal aborts or the terminal is gone; puts the terminal back then. */
  async read(signal: AbortSignal): Promise<void> {
    const { terminal, onEnd, onChange } = this.#parts;
    const keys = new KeyReader();
    terminal.setRaw(true);
    terminal.write(PASTES_MARKED);
    this.#open = true;
    onChange();
    try {
      for await (const bytes of terminal.input(signal)) {
        for (const key of keys.read(bytes)) if (!signal.aborted) this.#take(key);
        onChange();
      }
      if (!signal.aborted) onEnd();
    } finally {
      this.#open = false;
      terminal.write(PASTES_PLAIN);
      terminal.setRaw(false);
    }
  }

  #editor(): LineEditor {
    const asked = this.#parts.asked();
    // What was typed before a question was shown is no answer to it: nor if it was for another one.
    if (asked !== this.#lastAsked) this.#answer.clear();
    this.#lastAsked = asked;
    return asked === undefined ? this.#message : this.#answer;
  }

  #take(key: Key): void {
    const editor = this.#editor();
    if (key.type === "text") editor.insert(key.text);
    else if (!editor.press(key.name)) this.#press(key.name, editor);
  }

  #press(name: KeyName, editor: LineEditor): void {
    const { onInterrupt, onEnd } = this.#parts;
    switch (name) {
      case "enter":
        return this.#enter(editor);
      case "tab":
        return editor.replace(completed(editor.text) ?? editor.text);
      case "interrupt":
        return onInterrupt();
      case "end-of-input":
        if (editor.text === "") onEnd();
        return;
      default:
        return;
    }
  }

  #enter(editor: LineEditor): void {
    const { onLine, talks } = this.#parts;
    const isAnswer = editor === this.#answer;
    // A backslash at the end goes on in the next line, as in a shell.
    if (editor.text.endsWith("\\") && !isAnswer) {
      editor.press("backspace");
      editor.insert("\n");
    } else if (talks || isAnswer) onLine(editor.take(), isAnswer);
  }

  /** What stands in the line of the message; it is emptied. */
  clearMessage(): string {
    const { text } = this.#message;
    this.#message.clear();
    return text;
  }
}
