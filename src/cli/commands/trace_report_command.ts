/** `codex-orchestrator trace report`: one run as a page to look at and to keep. */
import { join, resolve } from "node:path";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, optional, withDefault } from "@optique/core/modifiers";
import { command, flag, option } from "@optique/core/primitives";
import { writeFileAtomically } from "../../integrations/files/durable_files.ts";
import { readKeptDiffs } from "../../integrations/state/change_table.ts";
import { reportPage } from "../../report/html/report_page.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError, type Perform, type Process } from "../process.ts";
import { stateFolderOfSession } from "../../config/paths.ts";
import { examples, path, runArgument } from "../syntax.ts";
import { skippedText, tellSkipped, TraceAccess } from "../trace_access.ts";

interface ReportOptions {
  readonly run: string;
  readonly output?: string | undefined;
  readonly force: boolean;
}

/** Instead of a file. */
const STANDARD_OUTPUT = "-";
/** It holds what people wrote and what their code says. */
const OWNER_ONLY = 0o600;

export const traceReportCommand = command(
  "report",
  map(
    object("Options", {
      run: runArgument,
      output: optional(
        option("-o", "--output", path({ metavar: "FILE", type: "file" }), {
          description:
            message`Write this file, codex-run-ID.html when it is not said; - is standard output`,
        }),
      ),
      force: withDefault(
        flag("--force", { description: message`Replace the file where there is one` }),
        false,
      ),
    }),
    (options): Perform => (process) => report(process, options),
  ),
  {
    brief: message`Make one HTML page of a run`,
    description:
      message`The page needs nothing else, runs no script and fetches nothing: timeline, questions and answers, tokens, reviews, commands and the diff. Secrets are masked as far as they can be recognized.`,
    footer: examples(
      "codex-orchestrator trace report last",
      "codex-orchestrator trace report 3f9a -o run.html --force",
      "codex-orchestrator trace report last -o - > run.html",
    ),
  },
);

async function report(process: Process, options: ReportOptions): Promise<number> {
  const access = await TraceAccess.open(process);
  const { run, skipped } = await access.find(options.run);
  const stateFolder = stateFolderOfSession(access.stateFolder, run.session);
  const kept = readKeptDiffs(join(stateFolder, "state.db"), run.id);
  const page = reportPage({
    run,
    diffs: "diffs" in kept ? kept.diffs.map(access.redactor.forLogs) : kept.unavailable,
    madeAt: process.clock.now(),
    version: process.version,
    remark: skippedText(skipped),
  });
  tellSkipped(process, skipped);
  if (options.output === STANDARD_OUTPUT) {
    process.print(page);
    return EXIT_CODES.ok;
  }
  // An id is ours, but the line it was read from may be anybody's.
  const usual = `codex-run-${run.id.replaceAll(/[^\w-]/g, "_").slice(0, 64)}.html`;
  const file = resolve(process.workingDirectory, options.output ?? usual);
  await writePage(file, page, options.force);
  process.print(`${file}\n`);
  return EXIT_CODES.ok;
}

async function writePage(file: string, page: string, force: boolean): Promise<void> {
  try {
    if (force) await writeFileAtomically(file, page);
    else await Deno.writeTextFile(file, page, { createNew: true, mode: OWNER_ONLY });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new CommandError(EXIT_CODES.cannotCreate, `${file} is there already`, {
        remedy: "Name another file with -o, or replace it with --force",
      });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT_CODES.cannotCreate, `Cannot write ${file}: ${reason}`, {
      remedy: "Name another file with -o",
      cause: error,
    });
  }
}
