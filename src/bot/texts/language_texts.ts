/** Choosing the language. */
import type { Language } from "./language.ts";

export interface LanguageTexts {
  readonly usage: string;
  /** In the language itself. */
  readonly chosen: string;
  /** On the buttons: each can be read by who wants it. */
  readonly names: Readonly<Record<Language, string>>;
}

export const LANGUAGE_EN: LanguageTexts = {
  usage: "Which language shall I speak? Press a button, or type /language en or /language ko.",
  chosen: "I speak English with you from now on.",
  names: { en: "English", ko: "한국어 (Korean)" },
};

export const LANGUAGE_KO: LanguageTexts = {
  usage: "어느 언어로 말할까요? 버튼을 누르거나 /language en 또는 /language ko 라고 입력해 주세요.",
  chosen: "이제부터 한국어로 말씀드리겠습니다.",
  names: { en: "English (영어)", ko: "한국어" },
};
