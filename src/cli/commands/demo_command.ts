/** `codex-orchestrator demo`: the product without Telegram and without Codex. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, command, flag, option } from "@optique/core/primitives";
import { string } from "@optique/core/valueparser";
import type { Perform } from "../process.ts";
import { footer, wholeNumber } from "../syntax.ts";

const HIGHEST_PORT = 65_535;
const LONGEST_PACE_MS = 60_000;

export const demoCommand = command(
  "demo",
  map(
    object("Options", {
      messages: multiple(
        argument(string({ metavar: "MESSAGE" }), {
          description:
            message`Chat in this terminal: send this, and end when it is answered or asks something`,
        }),
      ),
      codex: withDefault(
        flag("--codex", {
          description: message`Let the Codex of this computer work, in this folder`,
        }),
        false,
      ),
      terminal: withDefault(
        flag("--terminal", { description: message`Chat in this terminal instead of a page` }),
        false,
      ),
      port: optional(
        option("--port", wholeNumber({ metavar: "PORT", least: 0, most: HIGHEST_PORT }), {
          description: message`Serve the page on this port`,
        }),
      ),
      noOpen: withDefault(
        flag("--no-open", { description: message`Do not open a browser` }),
        false,
      ),
      paceMs: optional(
        option("--pace", wholeNumber({ metavar: "MS", least: 0, most: LONGEST_PACE_MS }), {
          description: message`Milliseconds between two steps of the scripted Codex`,
        }),
      ),
      verbose: withDefault(
        flag("--verbose", { description: message`Show the program's log, too` }),
        false,
      ),
    }),
    ({ noOpen, ...understood }): Perform => (process) =>
      process.launch({
        type: "demo",
        ...understood,
        terminal: understood.terminal || understood.messages.length > 0,
        open: !noOpen,
      }),
  ),
  {
    brief: message`Try it in the browser, without Telegram and without Codex`,
    description:
      message`Serves a chat on this computer and opens it in your browser. A scripted Codex plays a job on a small repository that is really there, in a temporary folder. Nothing has to be set up, and nothing is left behind. The address of the page is secret: other users of this computer cannot use the chat. Ctrl-C stops it.`,
    footer: footer(
      {
        title: "Examples",
        lines: [
          "codex-orchestrator demo",
          "codex-orchestrator demo --terminal",
          "codex-orchestrator demo --codex",
        ],
      },
      {
        title: "In the terminal",
        lines: [
          "#1, #2, ... press a button of the newest message that has any. Ctrl-D ends.",
        ],
      },
    ),
  },
);
