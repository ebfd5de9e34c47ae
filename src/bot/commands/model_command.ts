/** /model: which model the session works with, and another one. */
import type { Choices } from "../../core/desk.ts";
import type { ModelInfo } from "../../core/codex_queries.ts";
import type { Profile } from "../../core/settings.ts";
import { TextBuilder } from "../render/text_builder.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Reply } from "../reply.ts";
import type { Texts } from "../texts/texts.ts";
import { choiceButtons, effortLine, effortNamed, modelInUse, modelLine } from "./choices_in_use.ts";
import type { Asking, Command } from "./command.ts";
import { nearNames, sameName } from "./near_names.ts";

/** Anything that providers call their models. */
const PLAUSIBLE = /^[\p{L}\d][\p{L}\d._:/@+-]{0,99}$/u;
const AS_PROFILE = "profile";

export const model: Command = async (asking) => {
  const { args, desk, session, status, texts } = asking;
  // Tells of a session that had to begin anew.
  await status();
  const choices = await desk.choices(session);
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
    return lines.text(codex.model.type(choices.modelsUnknown ?? status.none)).build();
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
  { desk, session, texts }: Asking,
  wanted: ModelInfo | string,
): Promise<{ readonly choices: Choices; readonly said: readonly string[] }> {
  const { codex } = texts;
  const back = wanted === AS_PROFILE;
  const slug = typeof wanted === "string" ? wanted : wanted.slug;
  await desk.chooseModel(session, back ? undefined : slug);
  const choices = await desk.choices(session);
  const known = modelInUse(choices);
  const said = back
    ? codex.model.back(modelLine(choices, texts, known))
    : codex.model.set(known?.name ?? slug);
  const effort = choices.session.reasoningEffort;
  const fits = effort === undefined || known === undefined || known.efforts.length === 0 ||
    effortNamed(known, effort) !== undefined;
  if (fits) return { choices, said: [said] };
  await desk.chooseEffort(session, undefined);
  return {
    choices: await desk.choices(session),
    said: [said, codex.model.effortGone(known.name, effort)],
  };
}

/** Undefined when Codex has a list and the name is not on it, or it cannot be a name. */
function wantedModel(
  typed: string,
  { models }: Choices,
  profiles: readonly Profile[],
): ModelInfo | string | undefined {
  if (typed.toLowerCase() === AS_PROFILE) return AS_PROFILE;
  const offered = models.find(({ slug, name }) => sameName(slug, typed) || sameName(name, typed));
  if (offered !== undefined) return offered;
  const trusted = models.length === 0 ? PLAUSIBLE.test(typed) : modelsOf(profiles).has(typed);
  return trusted ? typed : undefined;
}

/** Names that the configuration uses, whether Codex tells of them or not. */
function modelsOf(profiles: readonly Profile[]): Set<string | undefined> {
  return new Set(
    profiles.flatMap(({ model, agents: { single, plan } }) => [
      model,
      single.developer.model,
      ...Object.values(plan).map((agent) => agent.model),
    ]),
  );
}

function unknownModel(typed: string, { models }: Choices, { codex }: Texts): string {
  const near = nearNames(typed, models.map(({ slug }) => slug));
  const unknown = codex.model.unknown(typed);
  return near.length === 0 ? unknown : `${unknown} ${codex.model.meant(near.join(", "))}`;
}
