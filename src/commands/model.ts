/** Shows and switches the session's model and reasoning effort: /model and /effort. */
import type { ModelInfo } from "../core/codex/codex_queries.ts";
import {
  AS_PROFILE,
  changeModel,
  effortInUse,
  effortNamed,
  mayBeEffort,
  modelInUse,
  wantedModel,
} from "../core/session/model_choice.ts";
import type { Session } from "../core/session/session.ts";
import type { Choices } from "../core/session/session_service.ts";
import { developerSettings, type Profile } from "../core/session/settings.ts";
import { nearNames } from "../core/text/near_names.ts";
import type { Texts } from "../texts/texts.ts";
import { errorText } from "../texts/trouble_texts.ts";
import type { Action, Asking, Command } from "./command.ts";
import { fromNow } from "./from_now.ts";
import { type Choice, type Reply, ReplyBuilder, says } from "./reply.ts";

const CHOICES_IN_ROW = 2;

export const model: Command = {
  name: "model",
  where: "everywhere",
  section: "settings",
  takes: { text: "name" },
  needs: { codex: "first", disk: "change" },
  run: async (context) => {
    const { args, engine, sessionService, session, status, texts } = context;
    // Tells of a session that had to begin anew.
    await status();
    const choices = await sessionService.choices(session);
    if (args === "") return modelReply(choices, texts);
    const wanted = wantedModel(args, choices, engine.profiles().all);
    if (wanted === undefined) {
      return { ...modelReply(choices, texts, unknownModel(args, choices, texts)), refused: true };
    }
    const { said } = await takeModel(context, wanted);
    const unchecked = choices.models.length === 0 && wanted !== AS_PROFILE;
    return says([
      ...said,
      fromNow(context),
      ...(unchecked ? [texts.session.model.unchecked] : []),
    ].join("\n"));
  },
  /** Reads `model:<slug>`, or `model:` for the profile's; `models:` opens the list. */
  actions: {
    model: (press) => pickModel(press),
    models: async ({ sessionService, session, texts }) => ({
      reply: modelReply(await sessionService.choices(session), texts),
    }),
  },
};

/** Looks the model up again: Codex may have stopped offering it. */
const pickModel: Action = async (press) => {
  const { sessionService, session, data, texts } = press;
  const { models } = await sessionService.choices(session);
  const wanted = data === "" ? AS_PROFILE : models.find(({ slug }) => slug === data);
  if (wanted === undefined) return "stale";
  const { choices, said } = await takeModel(press, wanted);
  const intro = [...said, fromNow(press)].join("\n");
  return { toast: said.join("\n"), edit: modelReply(choices, texts, intro) };
};

export const effort: Command = {
  name: "effort",
  where: "everywhere",
  section: "settings",
  takes: { text: "name" },
  needs: { codex: "first", disk: "change" },
  run: async (context) => {
    const { args, sessionService, session, status, texts } = context;
    // Tells of a session that had to begin anew.
    await status();
    const choices = await sessionService.choices(session);
    const wanted = args.toLowerCase();
    if (wanted === "") return effortReply(choices, texts);
    const known = modelInUse(choices);
    if (!mayBeEffort(wanted, known)) {
      const { model = texts.session.origin.codex } = choices.profile;
      const unknown = texts.session.effort.unknown(args, known?.name ?? model);
      return { ...effortReply(choices, texts, unknown), refused: true };
    }
    const { said } = await takeEffort(context, wanted);
    const listed = known !== undefined && known.efforts.length > 0;
    const unchecked = !listed && wanted !== AS_PROFILE;
    return says([
      said,
      fromNow(context),
      ...(unchecked ? [texts.session.model.unchecked] : []),
    ].join("\n"));
  },
  /** Reads `effort:<name>`, or `effort:` for the profile's. */
  actions: { effort: (press) => pickEffort(press) },
};

const pickEffort: Action = async (press) => {
  const { sessionService, session, data, texts } = press;
  if (data !== "") {
    const known = modelInUse(await sessionService.choices(session));
    if (effortNamed(known, data) === undefined) return "stale";
  }
  const { choices, said } = await takeEffort(press, data === "" ? AS_PROFILE : data);
  const intro = `${said}\n${fromNow(press)}`;
  return { toast: said, edit: effortReply(choices, texts, intro) };
};

/** Draws the model in use and those to choose from. */
export function modelReply(choices: Choices, texts: Texts, intro = ""): Reply {
  const { labels, model } = texts.session;
  const known = modelInUse(choices);
  const lines = new ReplyBuilder();
  if (intro !== "") lines.line(intro).line();
  lines.bold(labels.model).line(`: ${modelLine(choices, texts, known)}`);
  lines.bold(labels.effort).line(`: ${effortLine(choices, texts, known)}`).line();
  for (const each of choices.models) lines.choice(each.name, each.description, each === known);
  if (choices.models.length === 0) {
    const { modelsUnknown } = choices;
    const why = modelsUnknown === undefined
      ? model.noList
      : errorText(modelsUnknown, texts, "model");
    return lines.sentence(why).line().sentence(model.pick).build();
  }
  const offered = choices.models.map((each) => ({
    value: each.slug,
    label: each.name,
    used: each === known,
  }));
  return lines.line().sentence(model.pick)
    .with({ choices: choicesOf("model", offered, texts) }).build();
}

/** Draws the effort in use and those that the model has. */
export function effortReply(choices: Choices, texts: Texts, intro = ""): Reply {
  const { labels, effort } = texts.session;
  const known = modelInUse(choices);
  const lines = new ReplyBuilder();
  if (intro !== "") lines.line(intro).line();
  lines.bold(labels.effort).line(`: ${effortLine(choices, texts, known)}`);
  lines.bold(labels.model).line(`: ${modelLine(choices, texts, known)}`).line();
  if (known === undefined || known.efforts.length === 0) {
    return lines.line(effort.noList).sentence(effort.pick).build();
  }
  const used = effortInUse(choices, known);
  for (const { name, description } of known.efforts) {
    lines.choice(name, description, name === used);
  }
  const offered = known.efforts.map(({ name }) => ({
    value: name,
    label: name,
    used: name === used,
  }));
  return lines.line().sentence(effort.pick)
    .with({ choices: choicesOf("effort", offered, texts) }).build();
}

/**
 * Switches the session to the model.
 * @param wanted a model, or `profile`
 * @returns how things stand now, and what to say of it, line by line
 */
async function takeModel(
  { sessionService, session, texts }: Asking,
  wanted: ModelInfo | string,
): Promise<{ readonly choices: Choices; readonly said: readonly string[] }> {
  const { model } = texts.session;
  const { choices, effortGone } = await changeModel(sessionService, session, wanted);
  const known = modelInUse(choices);
  const slug = typeof wanted === "string" ? wanted : wanted.slug;
  const said = wanted === AS_PROFILE
    ? model.back(modelLine(choices, texts, known))
    : model.set(known?.name ?? slug);
  if (effortGone === undefined) return { choices, said: [said] };
  return { choices, said: [said, model.effortGone(known?.name ?? slug, effortGone)] };
}

/**
 * Switches the session to the effort.
 * @param wanted its name, or `profile`
 * @returns how things stand now, and what to say of it
 */
async function takeEffort(
  { sessionService, session, texts }: Asking,
  wanted: string,
): Promise<{ readonly choices: Choices; readonly said: string }> {
  const back = wanted === AS_PROFILE;
  await sessionService.chooseEffort(session, back ? undefined : wanted);
  const choices = await sessionService.choices(session);
  const { effort } = texts.session;
  const said = back
    ? effort.back(effortLine(choices, texts, modelInUse(choices)))
    : effort.set(wanted);
  return { choices, said };
}

function unknownModel(typed: string, { models }: Choices, { session }: Texts): string {
  const near = nearNames(typed, models.map(({ slug }) => slug));
  const unknown = session.model.unknown(typed);
  return near.length === 0 ? unknown : `${unknown} ${session.model.meant(near.join(", "))}`;
}

interface InUse {
  readonly profile: Profile;
  readonly session: Session;
}

/** Formats the model, as in `gpt-5.5 (chosen here)`. @param known Codex's facts, where it was asked */
export function modelLine({ profile, session }: InUse, texts: Texts, known?: ModelInfo): string {
  const { model } = developerSettings(profile, session.mode);
  return withOrigin(model, known?.slug, session.model !== undefined, texts);
}

/** Formats the effort, as in `high (from the profile)`. */
export function effortLine({ profile, session }: InUse, texts: Texts, known?: ModelInfo): string {
  const { reasoningEffort } = developerSettings(profile, session.mode);
  const chosen = session.reasoningEffort !== undefined;
  return withOrigin(reasoningEffort, known?.defaultEffort, chosen, texts);
}

function withOrigin(
  settled: string | undefined,
  codexDefault: string | undefined,
  chosen: boolean,
  { session: { origin } }: Texts,
): string {
  if (settled !== undefined) return `${settled} (${chosen ? origin.chosen : origin.profile})`;
  return codexDefault === undefined ? origin.codex : `${codexDefault} (${origin.codex})`;
}

/** Makes a choice of each, marks the one in use, and adds the way back to the profile's. */
function choicesOf(
  name: string,
  offered: readonly { readonly value: string; readonly label: string; readonly used: boolean }[],
  { session }: Texts,
): readonly (readonly Choice[])[] {
  const choices = offered.map(({ value, label, used }) => ({
    label: used ? `● ${label}` : label,
    action: `${name}:${value}`,
  }));
  const rows = Array.from(
    { length: Math.ceil(choices.length / CHOICES_IN_ROW) },
    (_, row) => choices.slice(row * CHOICES_IN_ROW, (row + 1) * CHOICES_IN_ROW),
  );
  return [...rows, [{ label: session.asProfile, action: `${name}:` }]];
}
