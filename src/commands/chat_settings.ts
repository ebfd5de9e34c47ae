/** Sets the language of a person and the format of a chat's answers: /language and /rich. */
import { type Language, LANGUAGES, textsFor } from "../texts/texts.ts";
import type { ChatSettings, Command } from "./command.ts";
import { type Reply, ReplyBuilder, says } from "./reply.ts";

/** Accepts the names of the languages beside their codes. */
const NAMES: ReadonlyMap<string, Language> = new Map([
  ["english", "en"],
  ["영어", "en"],
  ["korean", "ko"],
  ["한국어", "ko"],
]);

export const language: Command = {
  name: "language",
  where: "chat",
  section: "settings",
  takes: { text: "language" },
  needs: { disk: "change" },
  run: ({ args, chat, texts }) => {
    const wanted = languageNamed(args.toLowerCase());
    if (wanted !== undefined) return chooseLanguage(chat, wanted);
    const choices = [
      LANGUAGES.map((each) => ({ label: texts.language.names[each], action: `lang:${each}` })),
    ];
    return { ...says(texts.language.ask), choices };
  },
  /** Reads `lang:<code>`; whoever presses chooses for themselves. */
  actions: {
    lang: ({ data, chat }) => {
      const wanted = languageNamed(data);
      return wanted === undefined ? "stale" : { edit: chooseLanguage(chat, wanted) };
    },
  },
};

/** Sets the language. @returns the reply, in the new language */
function chooseLanguage({ setLanguage }: ChatSettings, wanted: Language): Reply {
  setLanguage(wanted);
  return says(textsFor(wanted).language.chosen);
}

function languageNamed(name: string): Language | undefined {
  return LANGUAGES.find((each) => each === name) ?? NAMES.get(name);
}

export const rich: Command = {
  name: "rich",
  where: "chat",
  section: "settings",
  takes: { oneOf: ["on", "off"] },
  needs: { disk: "change" },
  run: ({ args, chat, texts: { rich } }) => {
    switch (args) {
      case "on":
        chat.setRich(true);
        return new ReplyBuilder().line(rich.switchedOn).line().line(rich.warning).build();
      case "off":
        chat.setRich(false);
        return says(rich.switchedOff);
      default:
        return says(`${chat.rich() ? rich.isOn : rich.isOff}\n${rich.pick}`);
    }
  },
};
