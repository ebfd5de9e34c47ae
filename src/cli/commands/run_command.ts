/** `codex-orchestrator run`, or no command at all: the bot. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, withDefault } from "@optique/core/modifiers";
import { command, flag } from "@optique/core/primitives";
import { loadConfig } from "../../config/load.ts";
import { runSupervised } from "../../supervisor/supervised_run.ts";
import type { Perform, Process } from "../process.ts";
import { environmentOf } from "../start_environment.ts";
import { confOption, envFileOption, examples } from "../syntax.ts";

interface RunOptions {
  readonly conf?: string | undefined;
  readonly envFile?: string | undefined;
  readonly verbose: boolean;
}

const options = object("Options", {
  conf: confOption,
  envFile: envFileOption,
  verbose: withDefault(
    flag("--verbose", { description: message`Also log what Codex reports` }),
    false,
  ),
});

/** The options without the word `run`. */
export const runOptions = map(options, performRun);

export const runCommand = command("run", map(options, performRun), {
  brief: message`Run the bot (the default command)`,
  description:
    message`Answers on Telegram until Ctrl-C or SIGTERM. Running work then gets time to finish (runs.shutdown_grace_seconds); a second Ctrl-C stops it at once.`,
  footer: examples(
    "codex-orchestrator",
    "codex-orchestrator run --conf ~/bots/conf.toml --verbose",
  ),
});

function performRun(options: RunOptions): Perform {
  return (process) => runBot(process, options);
}

async function runBot(process: Process, { conf, envFile, verbose }: RunOptions): Promise<number> {
  const environment = await environmentOf(process, { file: envFile });
  const config = await loadConfig(environment, { flag: conf });
  const end = await runSupervised(config, {
    variables: environment.variables,
    version: process.version,
    verbose,
    stop: process.stop,
    print: process.print,
  });
  if (end.text !== undefined) process.printError(`${end.text}\n`);
  return end.code;
}
