/** `codex-orchestrator trace report`: a run as an HTML page. */
import { join, resolve } from "node:path";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, optional, withDefault } from "@optique/core/modifiers";
import { command, flag, option } from "@optique/core/primitives";
import { fileErrorReason } from "../../config/file_access.ts";
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
/** The page holds people's messages and code. */
const OWNER_ONLY = 0o600;

export const traceReportCommand = command(
  "report",
  map(
    object("Options", {
      run: runArgument,
      output: optional(
        option("-o", "--output", path({ metavar: "FILE", type: "file" }), {
          description: message`Write to this file (default: codex-run-ID.html; -: standard output)`,
        }),
      ),
      force: withDefault(
        flag("--force", { description: message`Replace an existing file` }),
        false,
      ),
    }),
    (options): Perform => (process) => report(process, options),
  ),
  {
    brief: message`Make an HTML page of a run`,
    description:
      message`Writes a single file without scripts or external content: timeline, questions and answers, tokens, reviews, commands and the diff. Secrets that are recognized are masked.`,
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
  // The id was read from a file, which may hold anything.
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
      throw new CommandError(EXIT_CODES.cannotCreate, `${file} exists already`, {
        remedy: "Choose another file with -o, or replace it with --force",
      });
    }
    const reason = error instanceof Deno.errors.NotFound
      ? "its folder does not exist"
      : fileErrorReason(error);
    throw new CommandError(EXIT_CODES.cannotCreate, `Cannot write ${file}: ${reason}`, {
      remedy: "Choose another file with -o",
      cause: error,
    });
  }
}
