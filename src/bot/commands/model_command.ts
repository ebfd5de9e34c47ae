/** /model: which model the session works with, and another one. */
import type { Choices } from "../../core/session/session_service.ts";
import type { ModelInfo } from "../../core/codex/codex_queries.ts";
import {
  AS_PROFILE,
  changeModel,
  modelInUse,
  wantedModel,
} from "../../core/session/model_choice.ts";
import { errorText } from "../../texts/trouble_texts.ts";
import { TextBuilder } from "../render/text_builder.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Reply } from "../replies.ts";
import type { Texts } from "../../texts/texts.ts";
import { choiceButtons, effortLine, modelLine } from "./choices_in_use.ts";
import type { Asking, Command } from "./command.ts";
import { nearNames } from "../../core/text/near_names.ts";

export const model: Command = async (asking) => {
  const { args, sessionService, session, status, texts } = asking;
  // Tells of a session that had to begin anew.
  await status();
  const choices = await sessionService.choices(session);
  if (args === "") return modelReply(choices, texts);
  const wanted = wantedModel(args, choices, asking.engine.profiles().all);
  if (wanted === undefined) return modelReply(choices, texts, unknownModel(args, choices, texts));
  const { said } = await takeModel(asking, wanted);
  const unchecked = choices.models.length === 0 && wanted !== AS_PROFILE;
  return plainText([
    ...said,
    texts.commands.fromNextRequest,
    ...(unchecked ? [texts.codex.model.unchecked] : []),
  ].join("\n"));
};

/** What is in use and what there is, with a button for each. */
export function modelReply(choices: Choices, texts: Texts, intro = ""): Reply {
  const { codex, status } = texts;
  const known = modelInUse(choices);
  const lines = new TextBuilder();
  if (intro !== "") lines.line(intro).line();
  lines.bold(status.model).line(`: ${modelLine(choices, texts, known)}`);
  lines.bold(codex.effort).line(`: ${effortLine(choices, texts, known)}`).line();
  for (const each of choices.models) {
    lines.text(each === known ? "● " : "○ ").bold(each.name);
    lines.line(each.description === "" ? "" : `: ${each.description}`);
  }
  if (choices.models.length === 0) {
    const { modelsUnknown } = choices;
    const why = modelsUnknown === undefined ? status.none : errorText(modelsUnknown, texts);
    return lines.text(codex.model.type(why)).build();
  }
  const offered = choices.models.map((each) => ({
    value: each.slug,
    label: each.name,
    used: each === known,
  }));
  const buttons = choiceButtons("model", offered, texts);
  return { ...lines.line().text(codex.model.pick).build(), buttons };
}

/**
 * Makes it the session's model.
 * @param wanted a model, or `profile`
 * @returns how things stand now, and what to say of it, line by line
 */
export async function takeModel(
  { sessionService, session, texts }: Asking,
  wanted: ModelInfo | string,
): Promise<{ readonly choices: Choices; readonly said: readonly string[] }> {
  const { codex } = texts;
  const { choices, effortGone } = await changeModel(sessionService, session, wanted);
  const known = modelInUse(choices);
  const slug = typeof wanted === "string" ? wanted : wanted.slug;
  const said = wanted === AS_PROFILE
    ? codex.model.back(modelLine(choices, texts, known))
    : codex.model.set(known?.name ?? slug);
  if (effortGone === undefined) return { choices, said: [said] };
  return { choices, said: [said, codex.model.effortGone(known?.name ?? slug, effortGone)] };
}

function unknownModel(typed: string, { models }: Choices, { codex }: Texts): string {
  const near = nearNames(typed, models.map(({ slug }) => slug));
  const unknown = codex.model.unknown(typed);
  return near.length === 0 ? unknown : `${unknown} ${codex.model.meant(near.join(", "))}`;
}
