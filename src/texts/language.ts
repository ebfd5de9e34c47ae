/** Names the languages that there are texts in. */

export const LANGUAGES = ["en", "ko"] as const;
export type Language = typeof LANGUAGES[number];

/** @param languageCode of the person's client, e.g. `ko` or `pt-br` */
export function languageOf(languageCode: string | undefined): Language {
  return languageCode?.toLowerCase().split("-")[0] === "ko" ? "ko" : "en";
}
