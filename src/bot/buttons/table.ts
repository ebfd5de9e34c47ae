/** Every button the bot sends, by the name before the colon in its data; see also approvals. */
import type { ButtonHandler } from "./button.ts";
import { pickLanguage } from "./language_buttons.ts";
import { pickEffort, pickModel } from "./choice_buttons.ts";
import { pickThread } from "./resume_button.ts";
import { answerConfirmation, cancelRun, showLog } from "./run_buttons.ts";

export const BUTTONS: ReadonlyMap<string, ButtonHandler> = new Map<string, ButtonHandler>([
  ["c", cancelRun],
  ["r", answerConfirmation],
  ["l", showLog],
  ["lang", pickLanguage],
  ["model", pickModel],
  ["effort", pickEffort],
  ["resume", pickThread],
]);

/** They ask Codex itself, which may take as long as it likes. */
export const ASKING_CODEX: ReadonlySet<string> = new Set(["model", "effort", "resume"]);
