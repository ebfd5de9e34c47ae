/** The token that need not be asked for: from a file, the standard input, or the environment. */
import { resolve } from "node:path";
import { BOT_TOKEN_VARIABLE, type Environment, variable } from "../../config/environment.ts";
import { readTextFile } from "../../config/file_access.ts";
import { expandHome } from "../../config/paths.ts";
import { isBotToken } from "../../config/environment.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../command_error.ts";
import type { Process } from "../process.ts";

export interface GivenToken {
  readonly token: string;
  /** For people. */
  readonly source: string;
  /** It was there before, rather than named for this call. */
  readonly known: boolean;
}

/**
 * @param file of `--token-file`
 * @returns undefined when there is none
 * @throws {CommandError} when what is given is no token
 */
export async function givenToken(
  process: Process,
  environment: Environment,
  file: string | undefined,
): Promise<GivenToken | undefined> {
  if (file === "-" && !process.terminal.interactive) {
    const text = await new Response(process.terminal.input).text();
    return {
      token: checked(text, "the standard input"),
      source: "the standard input",
      known: false,
    };
  }
  if (file !== undefined && file !== "-") return await tokenFromFile(file, environment);
  const token = variable(environment, BOT_TOKEN_VARIABLE);
  if (token === undefined) return undefined;
  const own = process.variables[BOT_TOKEN_VARIABLE]?.trim() === token;
  const source = own ? `the variable ${BOT_TOKEN_VARIABLE}` : environment.files.join(" or ");
  return { token, source, known: true };
}

async function tokenFromFile(
  name: string,
  { workingDirectory, home }: Environment,
): Promise<GivenToken> {
  if (isBotToken(name)) {
    throw new CommandError(
      EXIT_CODES.usage,
      "a token on the command line can be read by everybody on this computer",
      {
        remedy:
          "Put it into a file for --token-file, and get another one from @BotFather with /revoke",
      },
    );
  }
  const path = resolve(workingDirectory, expandHome(name, home));
  const read = await readTextFile(path);
  if (!read.ok) {
    throw new CommandError(EXIT_CODES.noInput, `Cannot read ${path}: ${read.reason}`);
  }
  return { token: checked(read.text, path), source: path, known: false };
}

/** What is wrong is not shown: it may be a token with a slip in it. */
function checked(text: string, source: string): string {
  const token = text.trim();
  if (isBotToken(token)) return token;
  throw new CommandError(EXIT_CODES.config, `What ${source} holds is no bot token`, {
    remedy: "A token is a number, a colon and about 35 letters, as @BotFather gave it",
  });
}
