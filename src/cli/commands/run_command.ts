/** `codex-orchestrator run`, or no command at all: the bot. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, withDefault } from "@optique/core/modifiers";
import { command, flag } from "@optique/core/primitives";
import type { BotArguments } from "../launch/wanted.ts";
import type { Perform } from "../process.ts";
import { confOption, envFileOption, examples } from "../syntax.ts";

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

function performRun(options: BotArguments): Perform {
  return (process) => process.launch({ type: "bot", ...options });
}
