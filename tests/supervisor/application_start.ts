/** A start of the application for tests that do not care about its configuration. */
import { type Config, parseConfig } from "../../src/config/load.ts";
import type { ApplicationStart } from "../../src/supervisor/messages.ts";
import { environmentOf } from "../config/environments.ts";

export const TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";

/** A configuration as it is read from a file, in a home that need not exist. */
export async function configOf(
  home: string,
  text: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Config> {
  const environment = environmentOf(home, { TELEGRAM_BOT_TOKEN: TOKEN, ...variables });
  return await parseConfig(text, { path: `${home}/conf.toml`, environment });
}

const CONFIG = await configOf("/nowhere", "[telegram]\nallowed_users = [1]\n");

export function applicationStart(stateFolder: string): ApplicationStart {
  return {
    config: { ...CONFIG, stateFolder },
    variables: {},
    version: "0.0.0",
    verbose: false,
    traced: false,
  };
}
