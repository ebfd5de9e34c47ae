/** Who does the work in the demo: the Codex of this machine where one is wanted and can be used. */
import { join } from "node:path";
import { type Config, parseConfig } from "../../config/load.ts";
import { type Environment, readEnvironment } from "../../config/environment.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError, UserFacingError } from "../../core/errors.ts";
import { createRedactor } from "../../core/redaction/redact.ts";
import { createCodexBackend } from "../../integrations/codex/create_backend.ts";
import { createLog } from "../../integrations/logging/log.ts";
import type { DemoOptions, DemoProcess } from "./demo_process.ts";

export interface DemoPlace {
  /** Everything of the demo is in here, and goes with it. */
  readonly folder: string;
  readonly token: string;
  readonly apiRoot: string;
  readonly personId: number;
}

export interface DemoWork {
  readonly config: Config;
  readonly by: "echo" | "codex";
  /** Why the Codex that was asked for does not work, with the remedy. */
  readonly complaint?: string;
}

/** With `--codex`, tries once whether there is a Codex that is logged in; else the echo works. */
export async function demoWork(
  process: DemoProcess,
  { codex, verbose }: DemoOptions,
  { clock, ...place }: DemoPlace & { readonly clock: Clock },
): Promise<DemoWork> {
  const echo = await demoConfig(process, place, { codex: false });
  if (!codex) return { config: echo, by: "echo" };
  const config = await demoConfig(process, place, { codex: true });
  using log = createLog({
    verbose: false,
    write: verbose ? process.print : () => {},
    clock,
    redactor: createRedactor({ secrets: config.secrets }),
  });
  const backend = createCodexBackend(config.codex, {
    clock,
    log,
    environment: process.variables,
    clientVersion: process.version,
  });
  try {
    await backend.start(process.stop);
    return { config, by: "codex" };
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return { config: echo, by: "echo", complaint: describeError(error) };
  } finally {
    await backend.close();
  }
}

async function demoConfig(
  process: DemoProcess,
  { folder, token, apiRoot, personId }: DemoPlace,
  { codex }: { readonly codex: boolean },
): Promise<Config> {
  const workspace = join(folder, "workspace");
  await Deno.mkdir(workspace, { recursive: true });
  const environment: Environment = {
    ...await readEnvironment(process),
    stateFolder: join(folder, "state"),
    variables: { ...process.variables, TELEGRAM_BOT_TOKEN: token },
  };
  const text = `
[telegram]
allowed_users = [${personId}]
api_root = "${apiRoot}"
[codex]
backend = "${codex ? "auto" : "echo"}"
agent_working_directory = ${JSON.stringify(codex ? process.workingDirectory : workspace)}
[runs]
shutdown_grace_seconds = 1
`;
  return await parseConfig(text, { path: join(folder, "conf.toml"), environment });
}
