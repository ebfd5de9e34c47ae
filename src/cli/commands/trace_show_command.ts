/** `codex-orchestrator trace show`: one run in the terminal. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map } from "@optique/core/modifiers";
import { command } from "@optique/core/primitives";
import { jsonText } from "../../core/text/json_text.ts";
import { paintIn } from "../../report/text/paint.ts";
import { showText } from "../../report/text/show_text.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import type { Perform, Process } from "../process.ts";
import { examples } from "../syntax/footer.ts";
import { jsonFlag } from "../syntax/options.ts";
import { runArgument } from "../syntax/run_argument.ts";
import { tellSkipped, TraceAccess } from "../trace_access.ts";

export const traceShowCommand = command(
  "show",
  map(
    object("Options", { run: runArgument, json: jsonFlag }),
    (options): Perform => (process) => showRun(process, options),
  ),
  {
    brief: message`Show one run from its request to its answer`,
    description:
      message`The request, the plan, what happened when, the answer and the files. RUN is an id, the beginning of one, or the word last.`,
    footer: examples(
      "codex-orchestrator trace show last",
      "codex-orchestrator trace show 3f9a",
      "codex-orchestrator trace show 3f9a --json",
    ),
  },
);

async function showRun(
  process: Process,
  { run: wanted, json }: { readonly run: string; readonly json: boolean },
): Promise<number> {
  const access = await TraceAccess.open(process);
  const { run, skipped } = await access.find(wanted);
  tellSkipped(process, skipped);
  process.print(
    json ? `${jsonText(run, 2)}\n` : showText(run, paintIn(process.terminal.colors)),
  );
  return EXIT_CODES.ok;
}
