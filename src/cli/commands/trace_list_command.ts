/** `codex-orchestrator trace list`: the newest runs. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, optional, withDefault } from "@optique/core/modifiers";
import { command, option } from "@optique/core/primitives";
import { choice, integer } from "@optique/core/valueparser";
import { jsonText } from "../../core/text/json_text.ts";
import { type RunStatus, statusOf, summaryOf } from "../../report/run_history.ts";
import { listText } from "../../report/text/list_text.ts";
import { paintIn } from "../../report/text/paint.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import type { Perform, Process } from "../process.ts";
import { day } from "../syntax/day.ts";
import { examples } from "../syntax/footer.ts";
import { jsonFlag } from "../syntax/options.ts";
import { tellSkipped, TraceAccess } from "../trace_access.ts";

interface ListOptions {
  readonly limit: number;
  readonly day?: string | undefined;
  readonly since?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly json: boolean;
}

const STATES = ["ok", "error", "cancelled", "unfinished"] as const;

export const traceListCommand = command(
  "list",
  map(
    object("Options", {
      limit: withDefault(
        option("-n", "--limit", integer({ metavar: "N", min: 1, max: 10_000 }), {
          description: message`At most so many runs, 20 when it is not said`,
        }),
        20,
      ),
      day: optional(
        option("--day", day(), { description: message`Only runs of this UTC day` }),
      ),
      since: optional(
        option("--since", day(), { description: message`Only runs of this UTC day and later` }),
      ),
      status: optional(
        option("--status", choice(STATES, { metavar: "STATUS" }), {
          description: message`Only runs that ended so, or have not ended (unfinished)`,
        }),
      ),
      json: jsonFlag,
    }),
    (options): Perform => (process) => listRuns(process, options),
  ),
  {
    brief: message`List the runs, newest first`,
    description:
      message`Each with its id, when it began (UTC), workflow, result, duration, tokens, chat and profile, and the first line of the request.`,
    footer: examples(
      "codex-orchestrator trace list",
      "codex-orchestrator trace list --status error --since 2026-01-31",
      "codex-orchestrator trace list --limit 100 --json",
    ),
  },
);

async function listRuns(process: Process, options: ListOptions): Promise<number> {
  const { limit, day, since = day, status, json } = options;
  const access = await TraceAccess.open(process);
  const { runs, skipped } = await access.reader.newest({
    atLeast: limit,
    since,
    day,
    fits: (run) => status === undefined || statusOf(run.records) === status,
  });
  const shown = runs.slice(0, limit).map((run) => summaryOf(access.history(run)));
  tellSkipped(process, skipped);
  if (json) process.print(`${jsonText(shown, 2)}\n`);
  else if (shown.length === 0) process.print(emptyText(options, access.folder));
  else {
    const { colors, columns } = process.terminal;
    process.print(listText(shown, { paint: paintIn(colors), columns }));
  }
  return EXIT_CODES.ok;
}

function emptyText({ day, since, status }: ListOptions, folder: string): string {
  const chosen = day !== undefined || since !== undefined || status !== undefined;
  return chosen
    ? "No run is like that. Without options the newest ones are listed.\n"
    : `There are no runs in ${folder} yet: the bot writes them there when it has requests.\n`;
}
