/** Takes back what a request changed in the folder, and brings it again: /undo and /redo. */
import type { SessionKey } from "../core/session/session.ts";
import { onOneLine } from "../core/text/short_text.ts";
import { totalsOf, type UndoDirection } from "../core/workspace/recording.ts";
import type { UndoReport, UndoWish } from "../core/workspace/undo.ts";
import type { CarryFailure } from "../core/workspace/workspace.ts";
import { changedLines } from "../texts/run_texts.ts";
import type { Texts } from "../texts/texts.ts";
import type { Action, Asking, Command, CommandContext } from "./command.ts";
import { pressedRun } from "./queue.ts";
import { refuses, type Reply, ReplyBuilder, says } from "./reply.ts";

const MOST_FILES = 15;
/** Failures of which it is said what they are about. */
const NAMED: ReadonlySet<string> = new Set<CarryFailure>(["write", "torn", "not-allowed"]);
const PATH_LIMIT = 80;
const SUBJECT_LIMIT = 80;

export const undo: Command = {
  name: "undo",
  where: "everywhere",
  section: "control",
  takes: { oneOf: ["all"] },
  needs: { codex: "first" },
  run: (context) => typed("undo", context),
  /** `undo:<run>`, or with a topic behind it: takes back what this request changed. */
  actions: { undo: pressed("undo"), undoall: pressed("undo", true) },
};

export const redo: Command = {
  name: "redo",
  where: "everywhere",
  section: "control",
  rare: true,
  takes: { oneOf: ["all"] },
  needs: { codex: "first" },
  run: (context) => typed("redo", context),
  actions: { redo: pressed("redo"), redoall: pressed("redo", true) },
};

/** With `all`: also what other requests changed in the folder meanwhile. */
function typed(direction: UndoDirection, context: CommandContext): Promise<Reply> {
  return carriedOut(direction, context, context.session, { evenMixed: context.args === "all" });
}

/** @param evenMixed `undoall:<run>`: also what other requests changed in the folder meanwhile */
function pressed(direction: UndoDirection, evenMixed = false): Action {
  return async (press) => {
    const { session, run } = pressedRun(press);
    return { reply: await carriedOut(direction, press, session, { runId: run, evenMixed }) };
  };
}

async function carriedOut(
  direction: UndoDirection,
  { engine, sessionService, texts }: Asking,
  session: SessionKey,
  wish: Pick<UndoWish, "runId" | "evenMixed"> = {},
): Promise<Reply> {
  const { active } = engine.queue(session);
  const waits = active?.held ?? active?.folderWait;
  if (active !== undefined && waits === undefined) return refuses(texts.records.undo.busy);
  const isBusy: UndoWish["isBusy"] = (machine, place) => engine.isFolderBusy(machine, place);
  const report = await sessionService.undo.carryOut(session, direction, { ...wish, isBusy });
  if (report.type === "none" && direction === "undo") {
    const { profile } = await engine.status(session);
    if (!await sessionService.undo.isPossible(profile.machine)) {
      return refuses(texts.records.undo.failed.unsupported);
    }
  }
  const mayWrite = report.type === "done" && direction === "undo"
    ? await sessionService.commands.list(session).then(({ commands }) =>
      commands.filter(({ machine }) => machine === report.machine).length
    )
    : 0;
  return undoReply(direction, report, { session, mayWrite }, texts);
}

interface UndoPlace {
  readonly session: SessionKey;
  /** Commands that Codex has left running there. */
  readonly mayWrite: number;
}

export function undoReply(
  direction: UndoDirection,
  report: UndoReport,
  place: UndoPlace,
  texts: Texts,
): Reply {
  const { undo } = texts.records;
  const { session } = place;
  const isUndo = direction === "undo";
  switch (report.type) {
    case "none":
      return refuses(isUndo ? nothingToUndo(report, texts) : undo.nothingToRedo);
    case "later":
      return laterReply(report, session, texts);
    case "busy":
      return refuses(texts.folders.undo.busy);
    case "mixed":
      return mixedReply(direction, report, session, texts);
    case "nothing":
      return says(isUndo ? undo.alreadyUndone : undo.alreadyRedone);
    case "done":
      return doneReply(direction, report, place, texts);
    case "overlaps": {
      const lines = new ReplyBuilder().line(isUndo ? undo.overlaps : undo.redoOverlaps);
      for (const { path, why } of report.overlaps.slice(0, MOST_FILES)) {
        lines.code(shortPath(path)).line(` · ${undo.why[why]}`);
      }
      addRest(lines, report.overlaps.length, texts);
      return lines.line().line(undo.whatNow).with({ refused: true }).build();
    }
    case "failed": {
      const { reason } = report;
      const detail = NAMED.has(reason) ? report.detail : undefined;
      const lines = new ReplyBuilder().line(undo.failed[reason]);
      if (detail !== undefined) lines.line(onOneLine(detail, PATH_LIMIT), "code");
      // What guards a file from a program may let Codex through when a person allows it.
      if (reason === "write") lines.line().line(undo.whatNow);
      return lines.with({ refused: true }).build();
    }
  }
}

function nothingToUndo(
  { refusal }: Extract<UndoReport, { type: "none" }>,
  { records: { undo, diff } }: Texts,
): string {
  return refusal === undefined
    ? undo.nothingToUndo
    : `${undo.nothingToUndo} ${diff.unrecorded[refusal]}`;
}

/** Takes back nothing else than what the person means. */
function laterReply(
  { runId, refusal, partly }: Extract<UndoReport, { type: "later" }>,
  { topicId }: SessionKey,
  { records: { undo, diff } }: Texts,
): Reply {
  const action = topicId === undefined ? `undo:${runId}` : `undo:${runId}:${topicId}`;
  const { said, label } = partly ? undo.partly : undo.earlier;
  return new ReplyBuilder().line(undo.later).line(diff.unrecorded[refusal]).line(said)
    .with({ refused: true, choices: [[{ label, action, typed: "/undo all" }]] })
    .build();
}

function mixedReply(
  direction: UndoDirection,
  { runId, sharers }: Extract<UndoReport, { type: "mixed" }>,
  { topicId }: SessionKey,
  { folders }: Texts,
): Reply {
  const isUndo = direction === "undo";
  const lines = new ReplyBuilder().line(isUndo ? folders.undo.mixed : folders.undo.redoMixed);
  const whose = sharers.map(({ own }) => own ? folders.yours : folders.theirs);
  for (const each of new Set(whose)) lines.line(`• ${each}`);
  const label = isUndo ? folders.undo.all : folders.undo.redoAll;
  const topic = topicId === undefined ? "" : `:${topicId}`;
  const action = `${direction}all:${runId}${topic}`;
  return lines.with({ refused: true, choices: [[{ label, action, typed: `/${direction} all` }]] })
    .build();
}

function doneReply(
  direction: UndoDirection,
  { runId, files, commits, switched, moved }: Extract<UndoReport, { type: "done" }>,
  { session, mayWrite }: UndoPlace,
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
  if (isUndo && switched !== undefined) {
    lines.line().line(undo.switched(switched.from, switched.to));
  }
  if (isUndo && moved !== undefined) {
    lines.line().line(undo.moved(moved.branch, moved.from, moved.to));
  }
  if (mayWrite > 0) lines.line().line(undo.mayWrite(run.stillRunning(mayWrite)));
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
