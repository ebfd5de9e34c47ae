/** Builds HTML that no value can break out of: templates escape whatever is put into them. */
import { withoutControls } from "../../core/text/control_characters.ts";

/** Text that is HTML already; only {@link markup} makes it from values. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Html | string | number | undefined | readonly Part[];

/** Escapes every value of the template and removes its control characters, unless it is {@link Html}. */
export function markup(words: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    words.reduce((text, word, index) => `${text}${escaped(parts[index - 1])}${word}`),
  );
}

/**
 * Links to web addresses only. Shows any other target behind its label, unless that says it: a phone
 * and paper show no title.
 *
 * @param text what a person reads of the label
 */
export function linkHtml(target: string, label: Part, text: string): Html {
  const shown = text.trim() === "" ? target : label;
  const url = URL.parse(target);
  const isWeb = /^https?:\/\//i.test(target) && url !== null &&
    (url.protocol === "http:" || url.protocol === "https:");
  if (isWeb) return markup`<a href="${url.href}" rel="noopener noreferrer nofollow">${shown}</a>`;
  if ([text, `mailto:${text}`, ""].includes(target)) return markup`${shown}`;
  return text.trim() === ""
    ? markup`<code>${target}</code>`
    : markup`${shown} (<code>${target}</code>)`;
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
