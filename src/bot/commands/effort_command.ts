/** /effort: how hard the model thinks, and otherwise. */
import type { Choices } from "../../core/session/session_service.ts";
import {
  AS_PROFILE,
  effortInUse,
  mayBeEffort,
  modelInUse,
} from "../../core/session/model_choice.ts";
import { plainText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Reply } from "../replies.ts";
import type { Texts } from "../../texts/texts.ts";
import { choiceButtons, effortLine, modelLine } from "./choices_in_use.ts";
import type { Asking, Command } from "./command.ts";

export const effort: Command = async (asking) => {
  const { sessionService, session, status, texts } = asking;
  // Tells of a session that had to begin anew.
  await status();
  const { codex, commands } = texts;
  const choices = await sessionService.choices(session);
  const wanted = asking.args.toLowerCase();
  if (wanted === "") return effortReply(choices, texts);
  const known = modelInUse(choices);
  const listed = known !== undefined && known.efforts.length > 0;
  if (!mayBeEffort(wanted, known)) {
    const { model = codex.ofCodex } = choices.profile;
    return effortReply(choices, texts, codex.efforts.unknown(asking.args, known?.name ?? model));
  }
  const { said } = await takeEffort(asking, wanted);
  const unchecked = !listed && wanted !== AS_PROFILE;
  return plainText(
    [said, commands.fromNextRequest, ...(unchecked ? [codex.efforts.unchecked] : [])].join("\n"),
  );
};

/** What is in use and what the model has, with a button for each. */
export function effortReply(choices: Choices, texts: Texts, intro = ""): Reply {
  const { codex, status } = texts;
  const known = modelInUse(choices);
  const lines = new TextBuilder();
  if (intro !== "") lines.line(intro).line();
  lines.bold(codex.effort).line(`: ${effortLine(choices, texts, known)}`);
  lines.bold(status.model).line(`: ${modelLine(choices, texts, known)}`).line();
  if (known === undefined || known.efforts.length === 0) {
    return lines.text(codex.efforts.type).build();
  }
  const used = effortInUse(choices, known);
  for (const { name, description } of known.efforts) {
    lines.text(name === used ? "● " : "○ ").bold(name);
    lines.line(description === "" ? "" : `: ${description}`);
  }
  const offered = known.efforts.map(({ name }) => ({
    value: name,
    label: name,
    used: name === used,
  }));
  const buttons = choiceButtons("effort", offered, texts);
  return { ...lines.line().text(codex.efforts.pick(known.name)).build(), buttons };
}

/**
 * Makes it the session's effort.
 * @param wanted its name, or `profile`
 * @returns how things stand now, and what to say of it
 */
export async function takeEffort(
  { sessionService, session, texts }: Asking,
  wanted: string,
): Promise<{ readonly choices: Choices; readonly said: string }> {
  const back = wanted === AS_PROFILE;
  await sessionService.chooseEffort(session, back ? undefined : wanted);
  const choices = await sessionService.choices(session);
  const { efforts } = texts.codex;
  const said = back
    ? efforts.back(effortLine(choices, texts, modelInUse(choices)))
    : efforts.set(wanted);
  return { choices, said };
}
