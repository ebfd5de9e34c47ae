/** What went wrong, in the language of the person where there are words for it. */
import { describeError, UserFacingError } from "../core/errors.ts";
import { isMachineTrouble, type Trouble } from "../core/codex/trouble.ts";
import type { Texts } from "./texts/texts.ts";

export function errorText(error: unknown, texts: Texts): string {
  const trouble = error instanceof UserFacingError ? error.trouble : undefined;
  return trouble === undefined ? describeError(error) : troubleText(trouble, texts);
}

export function troubleText(shown: Trouble, { machines, trouble }: Texts): string {
  if (isMachineTrouble(shown)) return machines.trouble[shown.kind](shown.machine);
  switch (shown.kind) {
    case "ended":
    case "in-use":
      return trouble[shown.kind];
    case "unsupported":
      return trouble.unsupported[shown.wish] + (shown.elsewhere ? ` ${trouble.otherBackend}` : "");
    case "storage":
      return trouble.storage[shown.why](shown.path);
    case "file-refused":
      return trouble.file[shown.why](shown.path);
    default:
      return trouble[shown.kind](shown.said);
  }
}
