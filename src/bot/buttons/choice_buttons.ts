/** The buttons under /model and /effort. What they offered may be gone: it is looked up again. */
import { effortNamed, modelInUse } from "../../core/session/model_choice.ts";
import { effortReply, takeEffort } from "../commands/effort_command.ts";
import { modelReply, takeModel } from "../commands/model_command.ts";
import type { ButtonHandler } from "./button.ts";

/** `model:<slug>`, or `model:` for what the profile says. */
export const pickModel: ButtonHandler = async (press) => {
  const { sessionService, session, data, texts } = press;
  const { models } = await sessionService.choices(session);
  const wanted = data === "" ? "profile" : models.find(({ slug }) => slug === data);
  if (wanted === undefined) return "stale";
  const { choices, said } = await takeModel(press, wanted);
  const intro = [...said, texts.commands.fromNextRequest].join("\n");
  return { toast: said.join("\n"), edit: modelReply(choices, texts, intro) };
};

/** `effort:<name>`, or `effort:` for what the profile says. */
export const pickEffort: ButtonHandler = async (press) => {
  const { sessionService, session, data, texts } = press;
  if (
    data !== "" &&
    effortNamed(modelInUse(await sessionService.choices(session)), data) === undefined
  ) {
    return "stale";
  }
  const { choices, said } = await takeEffort(press, data === "" ? "profile" : data);
  const intro = `${said}\n${texts.commands.fromNextRequest}`;
  return { toast: said, edit: effortReply(choices, texts, intro) };
};
