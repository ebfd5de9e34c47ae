/** The buttons below /language. */
import { chooseLanguage, languageNamed } from "../commands/language_command.ts";
import type { ButtonHandler } from "./button.ts";

/** `lang:<code>`; whoever presses chooses for themselves. */
export const pickLanguage: ButtonHandler = (press) => {
  const wanted = languageNamed(press.data);
  return Promise.resolve(
    wanted === undefined ? "stale" : { edit: chooseLanguage(press, wanted) },
  );
};
