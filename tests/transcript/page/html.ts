/** HTML that is escaped by construction. */

/** A piece of finished HTML. Only {@link html} makes one. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

type Value = Html | string | number | readonly Html[];

/** A template whose values are escaped, except for those that are HTML already. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const markup = parts.map((part, index) => part + markupOf(values[index] ?? ""));
  return new Html(markup.join(""));
}

function markupOf(value: Value): string {
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.join("");
  return escaped(String(value));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
