/** `codex-orchestrator trace`: what runs did, read from their trace. */
import { object, or } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, optional, withDefault } from "@optique/core/modifiers";
import { command, option } from "@optique/core/primitives";
import { choice } from "@optique/core/valueparser";
import { jsonText } from "../../core/text/control_characters.ts";
import { followTrace } from "../../integrations/traces/trace_follower.ts";
import { type RunStatus, statusOf, summaryOf } from "../../report/run_history.ts";
import { eventText } from "../../report/text/event_text.ts";
import { listText } from "../../report/text/list_text.ts";
import { paintIn } from "../../report/text/paint.ts";
import { showText } from "../../report/text/show_text.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import type { Perform, Process } from "../process.ts";
import { day, examples, jsonFlag, runArgument, subcommandErrors, wholeNumber } from "../syntax.ts";
import { tellSkipped, TraceAccess } from "../trace_access.ts";
import { traceReportCommand } from "./trace_report_command.ts";

interface ListOptions {
  readonly limit: number;
  readonly day?: string | undefined;
  readonly since?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly json: boolean;
}

const STATES = ["ok", "error", "cancelled", "unfinished"] as const;

const traceListCommand = command(
  "list",
  map(
    object("Options", {
      limit: withDefault(
        option("-n", "--limit", wholeNumber({ metavar: "N", least: 1, most: 10_000 }), {
          description: message`Show at most N runs (default: 20)`,
        }),
        20,
      ),
      day: optional(
        option("--day", day(), { description: message`Only runs of this UTC day` }),
      ),
      since: optional(
        option("--since", day(), { description: message`Only runs from this UTC day on` }),
      ),
      status: optional(
        option("--status", choice(STATES, { metavar: "STATUS" }), {
          description: message`Only runs with this result`,
        }),
      ),
      json: jsonFlag,
    }),
    (options): Perform => (process) => listRuns(process, options),
  ),
  {
    brief: message`List the runs, newest first`,
    description:
      message`Shows the id, start (UTC), workflow, result, duration, tokens, chat, profile and the first line of the request.`,
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
    ? "No matching runs. Without options, the newest runs are listed.\n"
    : `No runs in ${folder} yet. They appear after your first request.\n`;
}

const traceShowCommand = command(
  "show",
  map(
    object("Options", { run: runArgument, json: jsonFlag }),
    (options): Perform => (process) => showRun(process, options),
  ),
  {
    brief: message`Show a run from request to answer`,
    description:
      message`Prints the request, the plan, the timeline, the answer and the files. RUN is a run's id, its first characters, or last.`,
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

interface TailOptions {
  readonly lines: number;
  readonly json: boolean;
}

const traceTailCommand = command(
  "tail",
  map(
    object("Options", {
      lines: withDefault(
        option("-n", "--lines", wholeNumber({ metavar: "N", least: 0, most: 100_000 }), {
          description: message`Start with the last N lines (default: 10)`,
        }),
        10,
      ),
      json: jsonFlag,
    }),
    (options): Perform => (process) => tail(process, options),
  ),
  {
    brief: message`Follow what the bot does, line by line`,
    description:
      message`Continues until Ctrl-C, across midnight and restarts of the bot. With --json, each line is the record as it was written.`,
    footer: examples(
      "codex-orchestrator trace tail",
      "codex-orchestrator trace tail --lines 0 --json",
    ),
  },
);

async function tail(process: Process, { lines, json }: TailOptions): Promise<number> {
  const { clock, terminal } = process;
  const stop = AbortSignal.any([process.stop, process.unread]);
  const access = await TraceAccess.open(process);
  const paint = paintIn(terminal.colors);
  const { folder } = access;
  for await (const written of followTrace({ folder, clock, last: lines, stop })) {
    for (const record of access.masked(written)) {
      process.print(
        json ? `${jsonText(record)}\n` : eventText(record, paint, terminal.columns),
      );
    }
  }
  return EXIT_CODES.ok;
}

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
    brief: message`Show what runs did, or make an HTML page of one`,
    description:
      message`Reads the trace of the bot and the chat, also while they run, and changes nothing. RUN is a run's id, its first characters, or last.`,
    footer: examples(
      "codex-orchestrator trace list",
      "codex-orchestrator trace show last",
      "codex-orchestrator trace report last -o run.html",
      "codex-orchestrator trace tail",
    ),
  },
);
