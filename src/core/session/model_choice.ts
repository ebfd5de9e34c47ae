/** Tells which model and effort a session uses, and changes them. */
import type { EffortInfo, ModelInfo } from "../codex/codex_queries.ts";
import type { Choices, SessionService } from "./session_service.ts";
import type { SessionKey } from "./session.ts";
import { developerSettings, type Profile } from "./settings.ts";
import { sameName } from "../text/near_names.ts";

/** Typed in place of a name, to use the profile's again. */
export const AS_PROFILE = "profile";
/** Any name that a provider may give a model. */
const PLAUSIBLE_MODEL = /^[\p{L}\d][\p{L}\d._:/@+-]{0,99}$/u;
/** Any name that Codex may give an effort. */
const PLAUSIBLE_EFFORT = /^[a-z][a-z0-9_-]{0,31}$/;

/** Codex's description of the model in use; undefined where it has none. */
export function modelInUse({ profile, session, models }: Choices): ModelInfo | undefined {
  const { model } = developerSettings(profile, session.mode);
  return models.find(({ slug, isDefault }) => model === undefined ? isDefault : slug === model);
}

/** The effort in use: chosen, of the profile, or Codex's own for that model. */
export function effortInUse({ profile, session }: Choices, known?: ModelInfo): string | undefined {
  return developerSettings(profile, session.mode).reasoningEffort ?? known?.defaultEffort;
}

export function effortNamed(
  model: ModelInfo | undefined,
  name: string,
): EffortInfo | undefined {
  return model?.efforts.find((effort) => effort.name === name.toLowerCase());
}

/** The model a person means; undefined when Codex's list lacks it, or it cannot be a model. */
export function wantedModel(
  typed: string,
  { models }: Choices,
  profiles: readonly Profile[],
): ModelInfo | string | undefined {
  if (typed.toLowerCase() === AS_PROFILE) return AS_PROFILE;
  const offered = models.find(({ slug, name }) => sameName(slug, typed) || sameName(name, typed));
  if (offered !== undefined) return offered;
  const trusted = models.length === 0 ? PLAUSIBLE_MODEL.test(typed) : modelsOf(profiles).has(typed);
  return trusted ? typed : undefined;
}

/** Models of the configuration, which Codex's list may lack. */
function modelsOf(profiles: readonly Profile[]): Set<string | undefined> {
  return new Set(
    profiles.flatMap(({ model, agents: { single, plan } }) => [
      model,
      single.developer.model,
      ...Object.values(plan).map((agent) => agent.model),
    ]),
  );
}

/**
 * Sets the session's model, and drops a chosen effort that the model does not have.
 * @param wanted a model, or {@link AS_PROFILE}
 * @returns the choices now, and the effort that was dropped
 */
export async function changeModel(
  sessionService: SessionService,
  session: SessionKey,
  wanted: ModelInfo | string,
): Promise<{ readonly choices: Choices; readonly effortGone?: string }> {
  const slug = typeof wanted === "string" ? wanted : wanted.slug;
  await sessionService.chooseModel(session, wanted === AS_PROFILE ? undefined : slug);
  const choices = await sessionService.choices(session);
  const known = modelInUse(choices);
  const effort = choices.session.reasoningEffort;
  const fits = effort === undefined || known === undefined || known.efforts.length === 0 ||
    effortNamed(known, effort) !== undefined;
  if (fits) return { choices };
  await sessionService.chooseEffort(session, undefined);
  return { choices: await sessionService.choices(session), effortGone: effort };
}

/** Whether it is one of the model's efforts, or may be one where the model lists none. */
export function mayBeEffort(wanted: string, known: ModelInfo | undefined): boolean {
  if (wanted === AS_PROFILE) return true;
  return known !== undefined && known.efforts.length > 0
    ? effortNamed(known, wanted) !== undefined
    : PLAUSIBLE_EFFORT.test(wanted);
}
