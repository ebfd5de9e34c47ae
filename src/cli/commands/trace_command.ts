/** `codex-orchestrator trace`: what the runs did, out of their trace. */
import { or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { command } from "@optique/core/primitives";
import { examples } from "../syntax/footer.ts";
import { subcommandErrors } from "../syntax/subcommands.ts";
import { traceListCommand } from "./trace_list_command.ts";
import { traceReportCommand } from "./trace_report_command.ts";
import { traceShowCommand } from "./trace_show_command.ts";
import { traceTailCommand } from "./trace_tail_command.ts";

export const traceCommand = command(
  "trace",
  or(
    traceListCommand,
    traceShowCommand,
    traceTailCommand,
    traceReportCommand,
    subcommandErrors("trace", ["list", "show", "tail", "report"]),
  ),
  {
    brief: message`Look at what the runs did, and make a page of one`,
    description:
      message`Reads the trace that the bot and the chat write, also while they are at work, and changes nothing. RUN is the id of a run, the beginning of one, or the word last.`,
    footer: examples(
      "codex-orchestrator trace list",
      "codex-orchestrator trace show last",
      "codex-orchestrator trace report last -o run.html",
      "codex-orchestrator trace tail",
    ),
  },
);
