/** `codex-orchestrator init`: from nothing to a bot that answers its owner. */
import { message } from "@optique/core/message";
import { map } from "@optique/core/modifiers";
import { command } from "@optique/core/primitives";
import type { Perform } from "../process.ts";
import { runInit } from "../init/run_init.ts";
import { initOptions } from "../init/init_options.ts";
import { footer } from "../syntax/footer.ts";

export const initCommand = command(
  "init",
  map(initOptions, (options): Perform => (process) => runInit(process, options)),
  {
    brief: message`Set the bot up: token, owner, Codex, folder`,
    description:
      message`Asks for what it needs, shows what it would write, and writes .env and conf.toml only at the end. Nothing that is there is overwritten unasked. Without a terminal it goes by its options alone.`,
    footer: footer(
      {
        title: "Examples",
        lines: [
          "codex-orchestrator init",
          "codex-orchestrator init --token-file - --allow-user 123456789 \\",
          "    --working-directory ~/projects/example < token",
        ],
      },
      {
        title: "Variables",
        lines: ["TELEGRAM_BOT_TOKEN   the token, in place of --token-file"],
      },
    ),
  },
);
