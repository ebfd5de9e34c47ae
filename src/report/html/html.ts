/** HTML that cannot be broken out of: whatever is put into a template is escaped. */
import { withoutControls } from "../../core/text/without_controls.ts";

/** Text that is HTML already; made by {@link markup} only. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Html | string | number | undefined | readonly Part[];

/**
 * A template of our own words; every value in it is escaped and loses its control characters,
 * unless it is {@link Html}.
 */
export function markup(words: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    words.reduce((text, word, index) => `${text}${escaped(parts[index - 1])}${word}`),
  );
}

function escaped(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(escaped).join("");
  return escapeText(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return withoutControls(text).replaceAll(
    /[&<>"']/g,
    (character) => ENTITIES[character] ?? character,
  );
}
