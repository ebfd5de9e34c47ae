/** `codex-orchestrator chat`: the same engine in the terminal. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, command, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import type { Perform } from "../process.ts";
import { confOption, envFileOption, footer, jsonFlag, path } from "../syntax.ts";

export const chatCommand = command(
  "chat",
  map(
    object("Options", {
      words: multiple(
        argument(string({ metavar: "MESSAGE" }), {
          description: message`Do this, print the answer and exit`,
        }),
      ),
      mode: optional(option("--mode", choice(["single", "plan"], { metavar: "MODE" }), {
        description: message`single: answer directly; plan: plan, build and review`,
      })),
      profile: optional(option("--profile", string({ metavar: "NAME" }), {
        description: message`Use this profile of conf.toml`,
      })),
      folder: optional(option("--cd", path({ metavar: "FOLDER", type: "directory" }), {
        description: message`Work in this folder, whatever the profile says`,
      })),
      anew: withDefault(
        flag("--new", { description: message`Start a new conversation` }),
        false,
      ),
      echo: withDefault(
        flag("--echo", { description: message`Demo mode: canned answers, without Codex` }),
        false,
      ),
      json: jsonFlag,
      conf: confOption,
      envFile: envFileOption,
      verbose: withDefault(
        flag("--verbose", { description: message`Also log what Codex reports` }),
        false,
      ),
    }),
    (understood): Perform => (process) => process.launch({ type: "chat", ...understood }),
  ),
  {
    brief: message`Talk to Codex in this terminal`,
    description:
      message`Works like the bot, without Telegram and a token. Each folder has its own conversation, which the next start continues. With a message or piped input, it answers that and exits.`,
    footer: footer(
      {
        title: "Examples",
        lines: [
          "codex-orchestrator chat",
          'codex-orchestrator chat --mode plan "add a --version option, with a test"',
          "git log -5 | codex-orchestrator chat --cd ~/projects/example",
        ],
      },
      {
        title: "Exit codes",
        lines: [
          "0 answered, or you left; 1 failed; 130 stopped with Ctrl-C.",
          "Without a terminal, everything that needs your approval is denied.",
        ],
      },
    ),
  },
);
