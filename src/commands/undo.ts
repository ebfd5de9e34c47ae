/** Takes back what a request changed in the folder, and brings it again: /undo and /redo. */
import type { SessionKey } from "../core/session/session.ts";
import { onOneLine } from "../core/text/short_text.ts";
import { totalsOf } from "../core/workspace/recording.ts";
import type { UndoDirection, UndoReport } from "../core/workspace/undo.ts";
import { changedLines } from "../texts/run_texts.ts";
import type { Texts } from "../texts/texts.ts";
import type { Action, Asking, Command } from "./command.ts";
import { pressedRun } from "./queue.ts";
import { refuses, type Reply, ReplyBuilder, says } from "./reply.ts";

const MOST_FILES = 15;
const PATH_LIMIT = 80;
const SUBJECT_LIMIT = 80;

export const undo: Command = {
  name: "undo",
  where: "everywhere",
  section: "control",
  takes: "nothing",
  needs: { codex: true },
  run: (context) => carriedOut("undo", context, context.session),
  /** `undo:<run>`, or with a topic behind it: takes back what this request changed. */
  actions: { undo: pressed("undo") },
};

export const redo: Command = {
  name: "redo",
  where: "everywhere",
  section: "control",
  rare: true,
  takes: "nothing",
  needs: { codex: true },
  run: (context) => carriedOut("redo", context, context.session),
  actions: { redo: pressed("redo") },
};

function pressed(direction: UndoDirection): Action {
  return async (press) => {
    const { session, run } = pressedRun(press);
    return { reply: await carriedOut(direction, press, session, run) };
  };
}

async function carriedOut(
  direction: UndoDirection,
  { engine, sessionService, texts }: Asking,
  session: SessionKey,
  runId?: string,
): Promise<Reply> {
  if (engine.queue(session).active !== undefined) return refuses(texts.records.undo.busy);
  const report = await sessionService.undo.carryOut(session, direction, runId);
  return undoReply(direction, report, session, texts);
}

export function undoReply(
  direction: UndoDirection,
  report: UndoReport,
  session: SessionKey,
  texts: Texts,
): Reply {
  const { undo } = texts.records;
  const isUndo = direction === "undo";
  switch (report.type) {
    case "none":
      return refuses(isUndo ? undo.nothingToUndo : undo.nothingToRedo);
    case "nothing":
      return says(isUndo ? undo.alreadyUndone : undo.alreadyRedone);
    case "done":
      return doneReply(direction, report, session, texts);
    case "overlaps": {
      const lines = new ReplyBuilder().line(isUndo ? undo.overlaps : undo.redoOverlaps);
      for (const { path, why } of report.overlaps.slice(0, MOST_FILES)) {
        lines.code(shortPath(path)).line(` · ${undo.why[why]}`);
      }
      addRest(lines, report.overlaps.length, texts);
      return lines.line().line(undo.whatNow).with({ refused: true }).build();
    }
    case "failed": {
      const named = report.reason === "write" || report.reason === "torn";
      const detail = named ? report.detail : undefined;
      const lines = new ReplyBuilder().line(undo.failed[report.reason]);
      if (detail !== undefined) lines.line(onOneLine(detail, PATH_LIMIT), "code");
      return lines.with({ refused: true }).build();
    }
  }
}

function doneReply(
  direction: UndoDirection,
  { runId, files, commits }: Extract<UndoReport, { type: "done" }>,
  session: SessionKey,
  texts: Texts,
): Reply {
  const { run, records: { undo } } = texts;
  const { added, removed } = totalsOf(files);
  const count = `${run.files(files.length)} ${changedLines({ added, removed })}`;
  const isUndo = direction === "undo";
  const lines = new ReplyBuilder().line(isUndo ? undo.undone(count) : undo.redone(count));
  for (const { path, kind, formerPath } of files.slice(0, MOST_FILES)) {
    lines.icon(kind);
    if (formerPath !== undefined) lines.code(shortPath(formerPath)).text(" → ");
    lines.code(shortPath(path)).line();
  }
  addRest(lines, files.length, texts);
  if (isUndo && commits.length > 0) {
    lines.line().line(undo.commits);
    for (const { id, subject } of commits) {
      lines.code(id).line(` ${onOneLine(subject, SUBJECT_LIMIT)}`);
    }
  }
  const topic = session.topicId === undefined ? "" : `:${session.topicId}`;
  const back: UndoDirection = isUndo ? "redo" : "undo";
  const label = isUndo ? undo.redoButton : undo.button;
  return lines.with({
    choices: [[{ label, action: `${back}:${runId}${topic}`, typed: `/${back}` }]],
  }).build();
}

function addRest(lines: ReplyBuilder, count: number, { records }: Texts): void {
  if (count > MOST_FILES) lines.line(records.diff.more(count - MOST_FILES));
}

function shortPath(path: string): string {
  const line = onOneLine(path, Infinity);
  return line.length <= PATH_LIMIT ? line : `…${line.slice(1 - PATH_LIMIT)}`;
}
