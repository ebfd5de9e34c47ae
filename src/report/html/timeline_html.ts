/** Draws the timeline: a row for each stage, to scale, without scripts or style attributes. */
import { endOf, type RunHistory, type Stage, startOf, type Step } from "../run_history.ts";
import type { PageWords } from "../page_words.ts";
import { elapsed, isAllowed, isFailed } from "../words.ts";
import { type Html, markup } from "./html.ts";

/** Per cent of the width; anything narrower is hard to see and to hit. */
const NARROWEST = 0.7;

export function timelineHtml(run: RunHistory, words: PageWords): Html {
  if (run.stages.length === 0) return markup`<p class="faint">${words.nothingYet}</p>`;
  const scale = scaleOf(run);
  return markup`<div class="chart">
<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="wait" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="wait-ground" width="6" height="6"/><rect class="wait-stripe" width="2.5" height="6"/></pattern></defs></svg>
${axis(scale)}
${run.stages.map((stage, index) => row(stage, index, { run, scale, words }))}
</div>
${legend(run, words)}`;
}

/** What every row needs. */
interface Drawing {
  readonly run: RunHistory;
  readonly scale: Scale;
  readonly words: PageWords;
}

function axis({ ticks }: Scale): Html {
  const labels = ticks.map(({ at, text, last }) =>
    markup`<text x="${at}%" y="13" class="${last ? "tick end" : "tick"}">${text}</text>`
  );
  return markup`<div class="row axis" aria-hidden="true"><span></span><svg class="track" height="18">${labels}</svg></div>`;
}

function row(stage: Stage, index: number, { run, scale, words }: Drawing): Html {
  const name = words.stage(stage);
  const took = words.duration(stage.endedAt - stage.startedAt);
  const start = elapsed(stage.startedAt - run.startedAt);
  const { from, width } = span(scale, stage.startedAt, stage.endedAt);
  const label = markup`<a class="label" href="#stage-${
    index + 1
  }"><span class="dot ${stage.role}"></span><span>${name}</span><span class="took">${took}</span></a>`;
  const grid = scale.ticks.map(({ at }) =>
    markup`<line class="grid" x1="${at}%" x2="${at}%" y1="0" y2="34"/>`
  );
  const pauses = scale.pauses.map((pause) =>
    markup`<rect class="pause" x="${pause.from}%" width="${pause.width}%" y="0" height="34"><title>${words.notRunningThen}</title></rect>`
  );
  const bar = markup`<rect class="stage ${stage.role} ${
    stage.result ?? "open"
  }" x="${from}%" width="${width}%" y="4" height="13" rx="3"><title>${name} · ${took}</title></rect>`;
  const marks = inLayers(stage.steps).map((step) => mark(step, scale, words));
  return markup`<div class="row">${label}<svg class="track" height="34" role="img" aria-label="${name}, ${took}, ${
    words.from(start)
  }">${grid}${pauses}${bar}${marks}</svg></div>`;
}

/** Draws approvals on top. */
function inLayers(steps: readonly Step[]): readonly Step[] {
  const isApproval = ({ type }: Step): boolean => type === "approval";
  return [...steps.filter((step) => !isApproval(step)), ...steps.filter(isApproval)];
}

function mark(step: Step, scale: Scale, words: PageWords): Html | undefined {
  const { from, width } = span(scale, startOf(step), endOf(step));
  switch (step.type) {
    case "approval": {
      const decided = words.after(words.decision(step), words.duration(step.waited_ms));
      const title = `${decided}: ${step.subject.slice(0, 120)}`;
      const kind = isAllowed(step) ? "allowed" : "denied";
      return markup`<rect class="approval" fill="url(#wait)" x="${from}%" width="${width}%" y="20" height="10" rx="2"><title>${title}</title></rect><circle class="${kind}" cx="${
        from + width
      }%" cy="25" r="4"/>`;
    }
    case "command": {
      const end = [words.commandEnd(step), words.duration(step.duration_ms)].filter((part) =>
        part !== ""
      );
      const kind = isFailed(step) ? "command failed" : "command";
      const title = [step.command.slice(0, 120), ...end].join(" · ");
      return barMark(kind, title, { from, width });
    }
    case "check": {
      const kind = step.status === "passed" ? "command" : "command failed";
      const title = [
        words.check,
        step.name,
        words.checkEnd(step),
        words.duration(step.duration_ms),
      ].join(" · ");
      return barMark(kind, title, { from, width });
    }
    case "tool":
      return barMark("tool", step.name, { from, width });
    case "files": {
      const paths = step.changes.map(({ path }) => path).join(", ").slice(0, 200);
      return markup`<circle class="files" cx="${from}%" cy="25" r="4"><title>${paths}</title></circle>`;
    }
    case "message":
    case "notice":
      return undefined;
    default:
      return step satisfies never;
  }
}

function barMark(kind: string, title: string, { from, width }: Span): Html {
  return markup`<rect class="${kind}" x="${from}%" width="${width}%" y="20" height="10" rx="2"><title>${title}</title></rect>`;
}

/** Explains the marks that the chart has, and no others. */
function legend({ stages, pauses }: RunHistory, { legend }: PageWords): Html {
  const steps = stages.flatMap((stage) => stage.steps);
  const has = (type: Step["type"]): boolean => steps.some((step) => step.type === type);
  const failed = steps.some((step) => step.type === "command" && isFailed(step));
  return markup`<p class="legend">${[
    has("command") ? legendEntry("command", legend.command) : undefined,
    failed ? legendEntry("command failed", legend.failed) : undefined,
    has("tool") ? legendEntry("tool", legend.tool) : undefined,
    has("files") ? legendEntry("files", legend.files) : undefined,
    has("approval") ? legendEntry("approval", legend.approval) : undefined,
    pauses.length > 0 ? legendEntry("pause", legend.pause) : undefined,
  ]}</p>`;
}

function legendEntry(kind: string, text: string): Html {
  return markup`<span><svg width="16" height="10" aria-hidden="true">${
    legendMark(kind)
  }</svg> ${text}</span>`;
}

function legendMark(kind: string): Html {
  if (kind === "files") return markup`<circle class="files" cx="8" cy="5" r="4"/>`;
  const fill = kind === "approval" ? markup` fill="url(#wait)"` : undefined;
  return markup`<rect class="${kind}"${fill} width="16" height="10" rx="2"/>`;
}

interface Span {
  /** Per cent of the width. */
  readonly from: number;
  readonly width: number;
}

function span(scale: Scale, start: number, end: number): Span {
  const from = Math.min(scale.place(start), 100 - NARROWEST);
  const width = Math.max(NARROWEST, scale.place(end) - from);
  return { from, width: Math.round(Math.min(width, 100 - from) * 100) / 100 };
}

interface Scale {
  /** Where a moment stands, in per cent of the width. */
  readonly place: (ms: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string; readonly last: boolean }[];
  readonly pauses: readonly Span[];
}

const SECOND_MS = 1_000;
const TICK_STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1_800,
  3_600,
  7_200,
  14_400,
  43_200,
]
  .map((seconds) => seconds * SECOND_MS);
const MOST_TICKS = 6;
/** Keeps a night without the program from squeezing the work into a line. */
const PAUSE_SHARE = 0.06;

/** True to time, except that a pause takes only a small part of the width. */
function scaleOf({ startedAt, endedAt, pauses }: RunHistory): Scale {
  const paused = pauses.reduce((sum, { from, to }) => sum + to - from, 0);
  const worked = Math.max(1, endedAt - startedAt - paused);
  const shownPause = Math.min(worked * PAUSE_SHARE, paused / Math.max(1, pauses.length));
  const total = worked + shownPause * pauses.length;
  const place = (ms: number): number => {
    const idle = pauses.reduce((sum, { from, to }) => {
      const inside = Math.min(Math.max(0, ms - from), to - from);
      return to === from ? sum : sum + inside - inside / (to - from) * shownPause;
    }, 0);
    const share = (ms - startedAt - idle) / total;
    return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100;
  };
  return {
    place,
    ticks: ticksOf(worked, pauses.length > 0).map((ms, index, all) => ({
      at: place(startedAt + ms),
      text: elapsed(ms),
      last: index === all.length - 1 && place(startedAt + ms) > 92,
    })),
    pauses: pauses.map(({ from, to }) => ({
      from: place(from),
      width: Math.round((place(to) - place(from)) * 100) / 100,
    })),
  };
}

/** Round times; none around a pause, where their distances would differ. */
function ticksOf(worked: number, paused: boolean): number[] {
  if (paused) return [0];
  const step = TICK_STEPS.find((each) => worked / each <= MOST_TICKS) ?? worked / MOST_TICKS;
  const ticks: number[] = [];
  for (let ms = 0; ms <= worked; ms += step) ticks.push(ms);
  return ticks;
}
