/** Describes replies before a front-end draws them: styled text, choices, a file. */

export type Look = "plain" | "bold" | "italic" | "code" | "dim";

/** Names a sign, which each front-end draws in its own way. */
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
  | "agent"
  | "check"
  | "add"
  | "delete"
  | "update"
  | "rename";

/** Draws the icons for chats and text files. A command has none: its style shows what it is. */
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
  agent: "🤖",
  check: "🧪",
  add: "🆕",
  delete: "🗑",
  update: "✏️",
  rename: "➡️",
};

export type Span =
  | { readonly type: "text"; readonly text: string; readonly look: Look }
  | { readonly type: "icon"; readonly icon: Icon }
  /** Marks a moment, which some clients keep current; the others show the text. */
  | { readonly type: "time"; readonly at: Date; readonly text: string };

/** Holds no line break. */
export type ReplyLine = readonly Span[];

export type Block =
  | { readonly type: "line"; readonly spans: ReplyLine }
  /** Shows code as it is; `language` as after a fence: `diff`, `sh`. */
  | { readonly type: "pre"; readonly text: string; readonly language: string }
  /** Shows what an agent wrote, in Markdown; paths in the folder from there on. */
  | { readonly type: "markdown"; readonly text: string; readonly folder?: string }
  /** Holds lines that a front-end may fold until somebody opens them. */
  | { readonly type: "folded"; readonly lines: readonly ReplyLine[] };

/** Offers a choice: a button in the chat, a command to type at the terminal. */
export interface Choice {
  readonly label: string;
  /** Comes back as the data of the pressed button: a name, a colon, what it is about. */
  readonly action: string;
  /** Does the same when typed; absent where the reply's text says it already. */
  readonly typed?: string;
  /** Red is kept for one button, "Deny and stop" below an approval. */
  readonly style?: "success";
}

export interface Reply {
  readonly blocks: readonly Block[];
  /** Rows of choices, from top to bottom. */
  readonly choices?: readonly (readonly Choice[])[];
  /** Sent after the text, in this order. */
  readonly files?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Sends the reply without a notification sound. */
  readonly silent?: true;
  /** Marks that the command was not carried out. */
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

  /** Adds text; line breaks in it begin new lines. */
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
   * Adds a sentence in which backticks enclose what is copied as a whole: in plain text Telegram
   * would make a link of the `/cancel` in `/cancel all`.
   */
  sentence(text: string): this {
    for (const [index, piece] of text.split("`").entries()) {
      this.text(piece, index % 2 === 0 ? "plain" : "code");
    }
    return this;
  }

  /** Adds one of several options on its own line, marked when it is in use. */
  choice(name: string, more: string, used: boolean): this {
    return this.text(used ? "● " : "○ ").bold(name).line(more === "" ? "" : `: ${more}`);
  }

  pre(text: string, language: string): this {
    this.#endBegunLine();
    this.#blocks.push({ type: "pre", text, language });
    return this;
  }

  /** @param folder in which the agent worked */
  markdown(text: string, folder?: string): this {
    this.#endBegunLine();
    this.#blocks.push({ type: "markdown", text, ...(folder === undefined ? {} : { folder }) });
    return this;
  }

  folded(lines: readonly ReplyLine[]): this {
    this.#endBegunLine();
    this.#blocks.push({ type: "folded", lines });
    return this;
  }

  /** Adds choices, a file or flags. */
  with(extras: Omit<Reply, "blocks">): this {
    this.#extras = { ...this.#extras, ...extras };
    return this;
  }

  /** Returns the line that was begun, in place of a reply. */
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

/** Makes a reply of a sentence, see {@link ReplyBuilder.sentence}. */
export function says(sentence: string): Reply {
  return new ReplyBuilder().sentence(sentence).build();
}

/** Makes a reply that says why a command was not carried out. */
export function refuses(sentence: string): Reply {
  return { ...says(sentence), refused: true };
}

/** Returns the reply as plain text. */
export function textOf({ blocks }: Reply): string {
  return blocks.map((block) => {
    switch (block.type) {
      case "line":
        return lineText(block.spans);
      case "pre":
      case "markdown":
        return block.text;
      case "folded":
        return block.lines.map(lineText).join("\n");
    }
  }).join("\n");
}

export function lineText(line: ReplyLine): string {
  return line.map((span) => span.type === "icon" ? iconText(span.icon) : span.text).join("");
}

/** Draws an icon with a blank behind it, or nothing for one without a sign. */
export function iconText(icon: Icon): string {
  return EMOJI[icon] === "" ? "" : `${EMOJI[icon]} `;
}
