/** /diff and /log: what changed, and what was done. */
import { changesByRequest } from "../../core/workspace/changes.ts";
import type { LogEntry } from "../../core/run/run_log.ts";
import { changedLines } from "../../texts/run_texts.ts";
import { formatDuration } from "../../core/text/duration.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { totalOf } from "../../core/workspace/unified_diff.ts";
import { diffLines } from "../text/diff_lines.ts";
import { type Line, span } from "../text/styled_line.ts";
import type { Texts } from "../../texts/terminal_texts.ts";
import type { Command } from "./command.ts";
import { problem, said } from "./said.ts";

const ENTRY_LIMIT = 160;
const WORTH_TELLING_MS = 1_000;

export const diff: Command = {
  usage: "/diff [last]",
  brief: "what changed in this conversation; last = by the last request",
  run: ({ records, session, args }) => {
    const only = args.toLowerCase() === "last";
    if (args !== "" && !only) return problem("Usage: /diff or /diff last");
    const { changes, incomplete } = records.changes(session);
    const requests = changesByRequest(changes).slice(only ? -1 : 0);
    const shown = requests.flatMap(({ request, diff, files }): Line[] => [
      [span(withoutControls(request), "bold"), span(`  ${changedLines(totalOf(files))}`, "dim")],
      ...diffLines(withoutControls(diff.trimEnd())),
    ]);
    return [
      ...(incomplete ? problem("Older changes are not kept any more.") : []),
      ...(shown.length > 0 ? shown : said("Codex has told of no change in this conversation.")),
      [span("Files that a shell command changed are not in here.", "dim")],
    ];
  },
};

export const log: Command = {
  usage: "/log",
  brief: "the steps of the last request",
  run: ({ records, session, texts }) => {
    const run = records.runLog(session);
    if (run === undefined) return said("There is no request yet.");
    const { entries, dropped } = run.log;
    return [
      [span(withoutControls(run.request), "bold")],
      ...(dropped > 0 ? said(`… ${dropped} earlier steps are not kept`) : []),
      ...entries.map((entry) => entryLine(entry, texts)),
    ];
  },
};

const SIGNS = {
  stage: "",
  command: "$ ",
  files: "± ",
  tool: "› ",
  message: "",
  approval: "? ",
  steer: "+ ",
  retry: "… ",
  warning: "! ",
} as const;

function entryLine(entry: LogEntry, texts: Texts): Line {
  const { kind, role, round, text, status, exitCode, durationMs = 0 } = entry;
  const ended = status === undefined || status === "completed" ? [] : [status.replace("_", " ")];
  const facts = [
    ...(exitCode === undefined ? ended : [`exit code ${exitCode}`]),
    ...(durationMs < WORTH_TELLING_MS || kind === "approval"
      ? []
      : [formatDuration(durationMs, texts)]),
  ].map((fact) => ` · ${fact}`).join("");
  if (kind === "stage") {
    const rounds = round > 0 ? ` · ${texts.run.round(round)}` : "";
    return [span(`${texts.run.role[role]}${rounds}`, "bold"), span(facts, "dim")];
  }
  const subject = withoutControls(onOneLine(text, ENTRY_LIMIT));
  return [span(`  ${SIGNS[kind]}`, "dim"), span(subject), span(facts, "dim")];
}
