/** What cannot be asked where nobody sits: all of it is told at once, before anything is done. */
import { BOT_TOKEN_VARIABLE, variable } from "../../config/environment.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../command_error.ts";
import { presentFolder } from "./present.ts";
import type { Setup } from "./setup.ts";

/** @throws {CommandError} with every option that is needed */
export function requireEverything({ process, options, environment, present }: Setup): void {
  if (process.terminal.interactive) return;
  const { config, confText } = present;
  const hasToken = options.tokenFile !== undefined ||
    variable(environment, BOT_TOKEN_VARIABLE) !== undefined;
  const hasFolder = options.workingDirectory !== undefined || options.yes ||
    (confText !== undefined && presentFolder(config) !== environment.home);
  const missing = [
    ...(hasToken ? [] : [`--token-file FILE, or the variable ${BOT_TOKEN_VARIABLE}`]),
    ...(options.allowUser.length + config.telegram.allowedUsers.length > 0
      ? []
      : ["--allow-user ID"]),
    ...(hasFolder ? [] : ["--working-directory FOLDER"]),
  ];
  if (missing.length === 0) return;
  throw new CommandError(
    EXIT_CODES.usage,
    `This is no terminal, so nothing can be asked. Needed besides: ${missing.join("; ")}`,
    { remedy: "Nothing was written" },
  );
}
