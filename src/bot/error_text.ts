/** What went wrong, in the language of the person where there are words for it. */
import { describeError, UserFacingError } from "../core/errors.ts";
import type { MachineTrouble } from "../core/machine_trouble.ts";
import type { Texts } from "./texts/texts.ts";

export function errorText(error: unknown, texts: Texts): string {
  const trouble = error instanceof UserFacingError ? error.trouble : undefined;
  return trouble === undefined ? describeError(error) : troubleText(trouble, texts);
}

export function troubleText({ kind, machine }: MachineTrouble, { machines }: Texts): string {
  return machines.trouble[kind](machine);
}
