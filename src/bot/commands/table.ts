/** Every command the bot knows; what is not here is handed to Codex as text. */
import { answerApproval } from "./approval_commands.ts";
import { cancel } from "./cancel_command.ts";
import type { Command } from "./command.ts";
import { diff } from "./diff_command.ts";
import { file } from "./file_command.ts";
import { help } from "./help_command.ts";
import { language } from "./language_command.ts";
import { effort } from "./effort_command.ts";
import { model } from "./model_command.ts";
import { resume } from "./resume_command.ts";
import { usage } from "./usage_command.ts";
import { log } from "./log_command.ts";
import { mode, newSession, profile } from "./session_commands.ts";
import { answerConfirmation } from "./confirmation_commands.ts";
import { queue } from "./queue_command.ts";
import { rich } from "./rich_command.ts";
import { start } from "./start_command.ts";
import { status } from "./status_command.ts";
import { retry, steer } from "./talk_commands.ts";

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["start", start],
  ["help", help],
  ["mode", mode],
  ["new", newSession],
  ["status", status],
  ["cancel", cancel],
  ["steer", steer],
  ["queue", queue],
  ["retry", retry],
  ["profile", profile],
  ["language", language],
  ["rich", rich],
  ["model", model],
  ["effort", effort],
  ["resume", resume],
  ["usage", usage],
  ["log", log],
  ["diff", diff],
  ["file", file],
  ["continue", answerConfirmation("continue")],
  ["drop", answerConfirmation("drop")],
  ["approve", answerApproval("accept")],
  ["deny", answerApproval("decline")],
]);

/** They ask Codex itself, which may take as long as it likes. */
export const ASKING_CODEX: ReadonlySet<Command> = new Set([model, effort, resume, usage, file]);
