import { join } from "node:path";
import type { Environment } from "../../src/config/environment.ts";

/** The environment of a person with this home folder and a bot token. */
export function environmentOf(
  home: string,
  variables: Readonly<Record<string, string>> = { TELEGRAM_BOT_TOKEN: "123456:test-token" },
): Environment {
  return {
    variables,
    home,
    stateFolder: join(home, ".codex-orchestrator"),
    workingDirectory: home,
    files: [],
    leftOut: [],
  };
}
