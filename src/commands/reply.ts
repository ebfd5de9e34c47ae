/** What a command answers, before a front-end draws it: text with looks, choices, a file. */

export type Look = "plain" | "bold" | "italic" | "code" | "dim";

/** A sign that each front-end draws in its own way. */
export type Icon =
  | "warning"
  | "document"
  | "log"
  | "chosen"
  | "selector"
  | "planner"
  | "developer"
  | "reviewer"
  | "command"
  | "files"
  | "tool"
  | "message"
  | "approval"
  | "steer"
  | "retry"
  | "add"
  | "delete"
  | "update"
  | "rename";

/** As chats and text files draw them. A command is known by its look. */
export const EMOJI: Readonly<Record<Icon, string>> = {
  warning: "⚠️",
  document: "📄",
  log: "📜",
  chosen: "▶️",
  selector: "🧭",
  planner: "📝",
  developer: "🛠",
  reviewer: "🔎",
  command: "",
  files: "✏️",
  tool: "🔧",
  message: "💬",
  approval: "✋",
  steer: "↪️",
  retry: "🔁",
  add: "🆕",
  delete: "🗑",
  update: "✏️",
  rename: "➡️",
};

export type Span =
  | { readonly type: "text"; readonly text: string; readonly look: Look }
  | { readonly type: "icon"; readonly icon: Icon }
  /** A moment, which some clients keep current; `text` is what the others show. */
  | { readonly type: "time"; readonly at: Date; readonly text: string };

/** Holds no line break. */
export type ReplyLine = readonly Span[];

export type Block =
  | { readonly type: "line"; readonly spans: ReplyLine }
  /** Code as it is. @param language as after a fence: `diff`, `sh` */
  | { readonly type: "pre"; readonly text: string; readonly language: string }
  /** Lines that may be folded until somebody opens them. */
  | { readonly type: "folded"; readonly lines: readonly ReplyLine[] };

/** Something a person can pick: a button in the chat, a command to type at the terminal. */
export interface Choice {
  readonly label: string;
  /** Names what a press does; comes back as the button's data. */
  readonly action: string;
  /** The command that does the same; absent where the text of the reply says it already. */
  readonly typed?: string;
  readonly style?: "danger" | "success";
}

export interface Reply {
  readonly blocks: readonly Block[];
  /** In rows, as they stand below each other. */
  readonly choices?: readonly (readonly Choice[])[];
  readonly file?: { readonly name: string; readonly bytes: Uint8Array };
  /** Makes no sound. */
  readonly silent?: true;
  /** What was asked for was not done. */
  readonly refused?: true;
}

/**
 * Builds a reply piece by piece.
 * @example new ReplyBuilder().bold("Mode").line(": plan").build()
 */
export class ReplyBuilder {
  readonly #blocks: Block[] = [];
  #spans: Span[] = [];
  #extras: Omit<Reply, "blocks"> = {};

  /** Line breaks in the text begin new lines. */
  text(text: string, look: Look = "plain"): this {
    const [first = "", ...more] = text.split("\n");
    this.#add(first, look);
    for (const each of more) {
      this.#endLine();
      this.#add(each, look);
    }
    return this;
  }

  line(text = "", look?: Look): this {
    this.text(text, look);
    this.#endLine();
    return this;
  }

  bold(text: string): this {
    return this.text(text, "bold");
  }

  italic(text: string): this {
    return this.text(text, "italic");
  }

  code(text: string): this {
    return this.text(text, "code");
  }

  append(spans: ReplyLine): this {
    this.#spans.push(...spans);
    return this;
  }

  icon(icon: Icon): this {
    this.#spans.push({ type: "icon", icon });
    return this;
  }

  time(at: Date, text: string): this {
    this.#spans.push({ type: "time", at, text });
    return this;
  }

  /**
   * A sentence of ours, in which backticks enclose what is to be copied whole: of `/cancel all`
   * Telegram would make a `/cancel` that goes off at a touch.
   */
  sentence(text: string): this {
    for (const [index, piece] of text.split("`").entries()) {
      this.text(piece, index % 2 === 0 ? "plain" : "code");
    }
    return this;
  }

  /** One of several things to choose from, with a mark at the one in use. */
  choice(name: string, more: string, used: boolean): this {
    return this.text(used ? "● " : "○ ").bold(name).line(more === "" ? "" : `: ${more}`);
  }

  pre(text: string, language: string): this {
    this.#endBegunLine();
    this.#blocks.push({ type: "pre", text, language });
    return this;
  }

  folded(lines: readonly ReplyLine[]): this {
    this.#endBegunLine();
    this.#blocks.push({ type: "folded", lines });
    return this;
  }

  /** Adds what is no text, see {@link Reply}. */
  with(extras: Omit<Reply, "blocks">): this {
    this.#extras = { ...this.#extras, ...extras };
    return this;
  }

  /** The line that was begun, in place of a reply. */
  spans(): ReplyLine {
    return this.#spans;
  }

  build(): Reply {
    this.#endBegunLine();
    return { blocks: this.#blocks, ...this.#extras };
  }

  #add(text: string, look: Look): void {
    if (text !== "") this.#spans.push({ type: "text", text, look });
  }

  #endBegunLine(): void {
    if (this.#spans.length > 0) this.#endLine();
  }

  #endLine(): void {
    this.#blocks.push({ type: "line", spans: this.#spans });
    this.#spans = [];
  }
}

/** A reply of one sentence, see {@link ReplyBuilder.sentence}. */
export function says(sentence: string): Reply {
  return new ReplyBuilder().sentence(sentence).build();
}

/** Says why what was asked for was not done. */
export function refuses(sentence: string): Reply {
  return { ...says(sentence), refused: true };
}

/** The reply without its looks. */
export function textOf({ blocks }: Reply): string {
  return blocks.map((block) => {
    switch (block.type) {
      case "line":
        return lineText(block.spans);
      case "pre":
        return block.text;
      case "folded":
        return block.lines.map(lineText).join("\n");
    }
  }).join("\n");
}

export function lineText(line: ReplyLine): string {
  return line.map((span) => span.type === "icon" ? iconText(span.icon) : span.text).join("");
}

/** With a blank behind it, where it is drawn at all. */
export function iconText(icon: Icon): string {
  return EMOJI[icon] === "" ? "" : `${EMOJI[icon]} `;
}
