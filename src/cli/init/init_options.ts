/** What `init` may be told instead of asking. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import type { InferValue } from "@optique/core/parser";
import { flag, option } from "@optique/core/primitives";
import { choice, string, type ValueParser } from "@optique/core/valueparser";
import { path } from "../syntax/path.ts";
import { confOption } from "../syntax/options.ts";

const TOKEN_REFUSED =
  message`A token on the command line can be read by everybody on this computer: put it into a file for --token-file, or into the variable TELEGRAM_BOT_TOKEN`;

export const initOptions = object("Options", {
  conf: confOption,
  tokenFile: optional(
    option("--token-file", path({ metavar: "FILE", type: "file" }), {
      description: message`Read the bot token from this file, or with - from the standard input`,
    }),
  ),
  token: optional(
    // Without the library's "--token:" in front, behind which the next word would be masked.
    option("--token", refusedToken(), { hidden: true, errors: { invalidValue: TOKEN_REFUSED } }),
  ),
  allowUser: multiple(
    option("--allow-user", userId(), {
      description: message`Let this Telegram user in, by number; without pairing`,
    }),
  ),
  workingDirectory: optional(
    option("--working-directory", path({ metavar: "FOLDER", type: "directory" }), {
      description: message`Where Codex works`,
    }),
  ),
  mode: optional(
    option("--mode", choice(["plan", "single"], { metavar: "MODE" }), {
      description: message`How requests are worked on at first: plan or single`,
    }),
  ),
  language: optional(
    option("--language", choice(["en", "ko"], { metavar: "LANGUAGE" }), {
      description: message`Of the first message in the chat: en or ko`,
    }),
  ),
  apiRoot: optional(
    option("--api-root", string({ metavar: "URL" }), {
      description: message`A Bot API server of your own`,
    }),
  ),
  yes: withDefault(
    flag("-y", "--yes", "--force", {
      description:
        message`Take the default of every question; change files that are there, keeping a copy`,
    }),
    false,
  ),
  noTestMessage: withDefault(
    flag("--no-test-message", { description: message`Send nothing to the chat` }),
    false,
  ),
  skipCodexCheck: withDefault(
    flag("--skip-codex-check", { description: message`Do not look for Codex` }),
    false,
  ),
});

export type InitOptions = InferValue<typeof initOptions>;

function userId(): ValueParser<"sync", number> {
  const error = message`a user id is needed, such as 123456789`;
  return {
    mode: "sync",
    metavar: "ID",
    placeholder: 1,
    parse: (input) =>
      /^[1-9]\d*$/.test(input) && Number.isSafeInteger(Number(input))
        ? { success: true, value: Number(input) }
        : { success: false, error },
    format: String,
  };
}

/** Understood only to be refused: nothing says why better than the moment in which it is tried. */
function refusedToken(): ValueParser<"sync", string> {
  return {
    mode: "sync",
    metavar: "TOKEN",
    placeholder: "",
    parse: () => ({ success: false, error: TOKEN_REFUSED }),
    format: (value) => value,
  };
}
