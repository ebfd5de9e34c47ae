/** /queue: what runs, what waits behind it, and what waits for the person's word. */
import type { RunView } from "../../core/run/engine.ts";
import { promptLine, type Run, shortRunId } from "../../core/run/run.ts";
import { formatDuration } from "../../core/text/duration.ts";
import type { Buttons } from "../outbox/outgoing.ts";
import { plainText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Command } from "./command.ts";

/** Listed of each kind, and given a button. */
const MOST_LISTED = 10;
const BUTTONS_IN_ROW = 3;

export const queue: Command = ({ engine, session, redact, texts }) => {
  const { active, waiting, awaitingConfirmation } = engine.queue(session);
  if (active === undefined && waiting.length + awaitingConfirmation.length === 0) {
    return Promise.resolve(plainText(texts.talk.queue.empty));
  }
  const lines = new TextBuilder().bold(texts.talk.queue.title).line();
  const begins = (run: Run): string => promptLine(run, redact);
  if (active !== undefined) drawActive(lines, active, begins, texts);
  drawList(lines, texts.talk.queue.waiting, waiting, texts, (run, index) => {
    lines.line(`${index + 1}. ${begins(run)}`);
  });
  drawList(lines, texts.talk.queue.offered, awaitingConfirmation, texts, (run) => {
    lines.line(begins(run)).sentence(`    ${texts.run.typed(shortRunId(run.id))}\n`);
  });
  return Promise.resolve({ ...lines.build(), buttons: cancelButtons(active, waiting, texts) });
};

export function drawActive(
  lines: TextBuilder,
  { run, stage, ageMs }: RunView,
  begins: (run: Run) => string,
  texts: Texts,
): void {
  const { role, starting, round } = texts.run;
  const rounds = stage === undefined || stage.round === 0 ? "" : ` · ${round(stage.round)}`;
  const now = stage === undefined ? starting : `${role[stage.role]}${rounds}`;
  lines.line().bold(texts.talk.queue.running).line(`: ${now}, ${formatDuration(ageMs, texts)}`);
  lines.line(begins(run));
}

function drawList(
  lines: TextBuilder,
  title: string,
  runs: readonly Run[],
  { talk }: Texts,
  draw: (run: Run, index: number) => void,
): void {
  if (runs.length === 0) return;
  lines.line().bold(title).line();
  runs.slice(0, MOST_LISTED).forEach(draw);
  if (runs.length > MOST_LISTED) lines.line(talk.queue.more(runs.length - MOST_LISTED));
}

function cancelButtons(
  active: RunView | undefined,
  waiting: readonly Run[],
  { talk: { queue } }: Texts,
): Buttons {
  const places = waiting.slice(0, MOST_LISTED).map(({ id }, index) => ({
    label: queue.cancelWaiting(index + 1),
    data: `c:${id}`,
  }));
  const rows = Array.from(
    { length: Math.ceil(places.length / BUTTONS_IN_ROW) },
    (_, row) => places.slice(row * BUTTONS_IN_ROW, (row + 1) * BUTTONS_IN_ROW),
  );
  return active === undefined
    ? rows
    : [[{ label: queue.cancelRunning, data: `c:${active.run.id}`, style: "danger" }], ...rows];
}
