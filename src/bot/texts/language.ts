/** Which language a person is answered in. */
import { EN } from "./en.ts";
import { KO } from "./ko.ts";
import type { Texts } from "./texts.ts";

export type Language = "en" | "ko";

export const LANGUAGES: readonly Language[] = ["en", "ko"];

/** @param languageCode of the person's Telegram client, e.g. `ko` or `pt-br` */
export function languageOf(languageCode: string | undefined): Language {
  return languageCode?.toLowerCase().split("-")[0] === "ko" ? "ko" : "en";
}

export function textsFor(language: Language): Texts {
  return language === "ko" ? KO : EN;
}
