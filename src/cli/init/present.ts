/** Reads what is there already, so that a second `init` begins where the first one ended. */
import { join } from "node:path";
import { TEMPLATE } from "../../config/example.ts";
import { type Config, configPathIn, parseConfig } from "../../config/load.ts";
import { BOT_TOKEN_VARIABLE, type Environment } from "../../config/environment.ts";
import { ConfigError, renderConfigError } from "../../config/errors.ts";
import { readTextFile } from "../../config/file_access.ts";
import type { Present } from "./setup.ts";

/** @throws {ConfigError} when a file is there and cannot be read */
export async function readPresent(
  environment: Environment,
  flag: string | undefined,
): Promise<Present> {
  const confPath = configPathIn(environment, flag);
  const envPath = join(environment.stateFolder, ".env");
  const [confText, envText] = await Promise.all([textOf(confPath), textOf(envPath)]);
  const files = { confPath, confText, envPath, envText };
  const read = (text: string): Promise<Config> => readConfig(text, confPath, environment);
  try {
    return { ...files, config: await read(confText ?? TEMPLATE), confProblem: undefined };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ...files, config: await read(TEMPLATE), confProblem: renderConfigError(error) };
  }
}

/** What a text of conf.toml comes to; the token is looked at elsewhere. @throws {ConfigError} */
export async function readConfig(
  text: string,
  path: string,
  environment: Environment,
): Promise<Config> {
  const variables = { ...environment.variables, [BOT_TOKEN_VARIABLE]: "0:0" };
  return await parseConfig(text, { path, environment: { ...environment, variables } });
}

/** The folder in which the default profile works. */
export function presentFolder({ profiles }: Config): string | undefined {
  return profiles.all.get(profiles.default)?.workingDirectory;
}

async function textOf(path: string): Promise<string | undefined> {
  const file = await readTextFile(path);
  if (file.ok) return file.text;
  if (file.missing) return undefined;
  throw new ConfigError([{ place: path, detail: `cannot be read: ${file.reason}` }]);
}
