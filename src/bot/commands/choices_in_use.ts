/** The model and effort that a session works with, and whose choice they are. */
import type { ModelInfo } from "../../core/codex/codex_queries.ts";
import type { Session } from "../../core/session/session.ts";
import { developerSettings, type Profile } from "../../core/session/settings.ts";
import type { Button, Buttons } from "../outbox/outgoing.ts";
import type { Texts } from "../../texts/texts.ts";

/** Telegram's limit for what comes back from a button. */
const MOST_BUTTON_BYTES = 64;
const BUTTONS_PER_ROW = 2;

/** As in `gpt-5.5 (chosen here)`. @param known what Codex tells of it, absent where nobody asked */
export function modelLine(
  { profile, session }: { readonly profile: Profile; readonly session: Session },
  texts: Texts,
  known?: ModelInfo,
): string {
  const { model } = developerSettings(profile, session.mode);
  return withOrigin(model, known?.slug, session.model !== undefined, texts);
}

/** As in `high (from the profile)`. */
export function effortLine(
  { profile, session }: { readonly profile: Profile; readonly session: Session },
  texts: Texts,
  known?: ModelInfo,
): string {
  const { reasoningEffort } = developerSettings(profile, session.mode);
  const chosen = session.reasoningEffort !== undefined;
  return withOrigin(reasoningEffort, known?.defaultEffort, chosen, texts);
}

/** One button per choice, the one in use marked, and the way back to the profile's. */
export function choiceButtons(
  name: string,
  choices: readonly { readonly value: string; readonly label: string; readonly used: boolean }[],
  { codex }: Texts,
): Buttons {
  const buttons = choices.map(({ value, label, used }): Button => ({
    label: used ? `● ${label}` : label,
    data: `${name}:${value}`,
  })).filter(({ data }) => new TextEncoder().encode(data).length <= MOST_BUTTON_BYTES);
  const rows = Array.from(
    { length: Math.ceil(buttons.length / BUTTONS_PER_ROW) },
    (_, row) => buttons.slice(row * BUTTONS_PER_ROW, (row + 1) * BUTTONS_PER_ROW),
  );
  return [...rows, [{ label: codex.asProfile, data: `${name}:` }]];
}

function withOrigin(
  settled: string | undefined,
  codexDefault: string | undefined,
  chosen: boolean,
  { codex, status }: Texts,
): string {
  if (settled !== undefined) return `${settled} (${chosen ? codex.chosenHere : codex.ofProfile})`;
  return codexDefault === undefined ? status.codexDefault : `${codexDefault} (${codex.ofCodex})`;
}
