/** Builds a formatted message piece by piece and counts the offsets of its entities. */
import type { MessageEntity } from "@grammyjs/types";
import { cleanText } from "./clean_text.ts";
import { withoutUnmeantLinks } from "./unmeant_links.ts";
import { type FormattedText, sortEntities } from "./formatted_text.ts";

/** The entities that have no fields but their range. */
export type SimpleStyle =
  | "bold"
  | "italic"
  | "underline"
  | "strikethrough"
  | "spoiler"
  | "code"
  | "blockquote"
  | "expandable_blockquote";

/** An entity without its range. */
export type Style =
  | { readonly type: SimpleStyle }
  | { readonly type: "pre"; readonly language?: string }
  | { readonly type: "text_link"; readonly url: string };

/**
 * Removes control characters from every text, trims nothing, and leaves it to the caller which
 * styles may be nested: `code` and `pre` go with no other.
 *
 * @example new TextBuilder().bold("Mode").text(": ").code("plan").build()
 */
export class TextBuilder {
  #text = "";
  readonly #entities: MessageEntity[] = [];

  /** Length of the text so far, in UTF-16 units. */
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

  code(text: string): this {
    return this.styled({ type: "code" }, text);
  }

  /**
   * Adds a sentence of ours, with code between backticks. Without them Telegram would make a link
   * of the `/cancel` in `/cancel all`, which runs at a touch.
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

  /** Adds what Codex or a person has written: no command in it is a link. */
  written(text: string, style?: Style): this {
    const content = new TextBuilder();
    if (style === undefined) content.text(text);
    else content.styled(style, text);
    return this.append(withoutUnmeantLinks(content.build()));
  }

  /** @param language what may follow a fence: `ts`, `diff` */
  pre(text: string, language?: string): this {
    return this.styled(language === undefined ? { type: "pre" } : { type: "pre", language }, text);
  }

  /** @param url `http` or `https` with a dot in its host; Telegram silently drops any other */
  link(label: string, url: string): this {
    return this.styled({ type: "text_link", url }, label);
  }

  quote(content: string | FormattedText): this {
    return this.styled({ type: "blockquote" }, content);
  }

  /** Adds a quote that shows three lines until it is tapped, for logs. */
  expandableQuote(content: string | FormattedText): this {
    return this.styled({ type: "expandable_blockquote" }, content);
  }

  /**
   * Adds a time such as "12 minutes ago", which the reader's client keeps current.
   * @param fallback shown by clients that do not know this entity
   */
  relativeTime(time: Date, fallback: string): this {
    return this.#time(time, "r", fallback);
  }

  /**
   * Adds a time such as "15:04" by the reader's own clock.
   * @param fallback shown by clients that do not know this entity; should name the time zone
   */
  clockTime(time: Date, fallback: string): this {
    return this.#time(time, "t", fallback);
  }

  /**
   * Adds a day and a time by the reader's own clock.
   * @param fallback as above
   */
  dayAndTime(time: Date, fallback: string): this {
    return this.#time(time, "Dt", fallback);
  }

  #time(time: Date, format: "r" | "t" | "Dt", fallback: string): this {
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

  /** Adds the content in one style. Empty content adds no entity. */
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

  /** Slow while the text is still built in pieces; asked for tabs only. */
  #column(): number {
    return this.#text.length - (this.#text.lastIndexOf("\n") + 1);
  }

  #add(offset: number, make: (range: { offset: number; length: number }) => MessageEntity): void {
    const length = this.#text.length - offset;
    if (length > 0) this.#entities.push(make({ offset, length }));
  }
}
