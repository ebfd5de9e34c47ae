/** /language: in which language the bot speaks with this person, everywhere. */
import type { Buttons } from "../outbox/outgoing.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Reply } from "../replies.ts";
import { type Language, LANGUAGES, type Texts, textsFor } from "../../texts/texts.ts";
import type { Asking, Command } from "./command.ts";

/** What people call them, beside their codes. */
const NAMES: ReadonlyMap<string, Language> = new Map([
  ["english", "en"],
  ["영어", "en"],
  ["korean", "ko"],
  ["한국어", "ko"],
]);

export const language: Command = (context) => {
  const wanted = languageNamed(context.args.toLowerCase());
  return Promise.resolve(
    wanted === undefined ? languageQuestion(context.texts) : chooseLanguage(context, wanted),
  );
};

/**
 * @returns what to say, in the new language
 * @throws {StorageError} when the choice cannot be kept
 */
export function chooseLanguage({ preferences, botProfile, by }: Asking, wanted: Language): Reply {
  preferences.setLanguage(by.userId, wanted);
  botProfile.languageChosen(by.userId, wanted);
  return plainText(textsFor(wanted).language.chosen);
}

export function languageNamed(name: string): Language | undefined {
  return LANGUAGES.find((each) => each === name) ?? NAMES.get(name);
}

function languageQuestion({ language }: Texts): Reply {
  const buttons: Buttons = [
    LANGUAGES.map((each) => ({ label: language.names[each], data: `lang:${each}` })),
  ];
  return { ...plainText(language.usage), buttons };
}
