/** Builds a message piece by piece; nobody else has to count offsets. */
import type { MessageEntity } from "@grammyjs/types";
import { cleanText } from "./clean_text.ts";
import { type FormattedText, sortEntities } from "./formatted_text.ts";

/** Styles that need nothing but a range. */
export type SimpleStyle =
  | "bold"
  | "italic"
  | "underline"
  | "strikethrough"
  | "spoiler"
  | "code"
  | "blockquote"
  | "expandable_blockquote";

/** What an entity says, without where. */
export type Style =
  | { readonly type: SimpleStyle }
  | { readonly type: "pre"; readonly language?: string }
  | { readonly type: "text_link"; readonly url: string };

/**
 * Text is cleaned of control characters as it comes in. Nothing is trimmed, and which styles may
 * hold which is the caller's concern: `code` and `pre` go with no other.
 *
 * @example new TextBuilder().bold("Mode").text(": ").code("plan").build()
 */
export class TextBuilder {
  #text = "";
  readonly #entities: MessageEntity[] = [];

  /** UTF-16 units written so far. */
  get length(): number {
    return this.#text.length;
  }

  text(text: string): this {
    this.#text += cleanText(text, text.includes("\t") ? this.#column() : 0);
    return this;
  }

  line(text = ""): this {
    return this.text(`${text}\n`);
  }

  bold(text: string): this {
    return this.styled({ type: "bold" }, text);
  }

  italic(text: string): this {
    return this.styled({ type: "italic" }, text);
  }

  strikethrough(text: string): this {
    return this.styled({ type: "strikethrough" }, text);
  }

  code(text: string): this {
    return this.styled({ type: "code" }, text);
  }

  /**
   * A sentence of ours, in which backticks enclose what is to be copied whole: of `/cancel all`
   * Telegram would make a `/cancel` that goes off at a touch.
   */
  sentence(text: string): this {
    const pieces = text.split("`");
    if (pieces.length % 2 === 0) return this.text(text);
    for (const [index, piece] of pieces.entries()) {
      if (index % 2 === 0) this.text(piece);
      else this.code(piece);
    }
    return this;
  }

  /** @param language as after a fence: `ts`, `diff` */
  pre(text: string, language?: string): this {
    return this.styled(language === undefined ? { type: "pre" } : { type: "pre", language }, text);
  }

  /** @param url `http` or `https` with a dot in its host; Telegram drops any other silently */
  link(label: string, url: string): this {
    return this.styled({ type: "text_link", url }, label);
  }

  quote(content: string | FormattedText): this {
    return this.styled({ type: "blockquote" }, content);
  }

  /** A quote that shows three lines until it is tapped: for logs. */
  expandableQuote(content: string | FormattedText): this {
    return this.styled({ type: "expandable_blockquote" }, content);
  }

  /**
   * "12 minutes ago", which the reader's own client keeps current.
   * @param fallback what clients show that do not know it
   */
  relativeTime(time: Date, fallback: string): this {
    return this.#time(time, "r", fallback);
  }

  /** "15:04" by the reader's own clock. @param fallback as above; say the time zone in it */
  clockTime(time: Date, fallback: string): this {
    return this.#time(time, "t", fallback);
  }

  #time(time: Date, format: "r" | "t", fallback: string): this {
    const offset = this.#text.length;
    this.text(fallback);
    const unixSeconds = Math.floor(time.getTime() / 1000);
    this.#add(offset, (range) => ({
      type: "date_time",
      ...range,
      unix_time: unixSeconds,
      date_time_format: format,
    }));
    return this;
  }

  append(content: FormattedText): this {
    const offset = this.#text.length;
    this.#text += content.text;
    for (const entity of content.entities) {
      this.#entities.push({ ...entity, offset: entity.offset + offset });
    }
    return this;
  }

  /** The content in one style; an empty one leaves no entity. */
  styled(style: Style, content: string | FormattedText): this {
    const offset = this.#text.length;
    if (typeof content === "string") this.text(content);
    else this.append(content);
    this.#add(offset, (range) => ({ ...style, ...range }));
    return this;
  }

  build(): FormattedText {
    return { text: this.#text, entities: sortEntities(this.#entities) };
  }

  /** To search a text that is still put together piece by piece is slow: only where a tab needs it. */
  #column(): number {
    return this.#text.length - (this.#text.lastIndexOf("\n") + 1);
  }

  #add(offset: number, make: (range: { offset: number; length: number }) => MessageEntity): void {
    const length = this.#text.length - offset;
    if (length > 0) this.#entities.push(make({ offset, length }));
  }
}
