/** The timeline: a row for each stage, drawn to scale, without script or style attributes. */
import type { RunHistory } from "../run_history.ts";
import type { Stage } from "../stages.ts";
import { endOf, startOf, type Step } from "../steps.ts";
import {
  commandEnd,
  decisionText,
  duration,
  elapsed,
  isAllowed,
  isFailed,
  stageName,
} from "../words.ts";
import { type Html, markup } from "./html.ts";
import { type Scale, scaleOf } from "./scale.ts";

/** Per cent; narrower could not be seen, and not be pressed. */
const NARROWEST = 0.7;

export function timelineHtml(run: RunHistory): Html {
  if (run.stages.length === 0) return markup`<p class="faint">Nothing has happened yet.</p>`;
  const scale = scaleOf(run);
  return markup`<div class="chart">
<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="wait" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="wait-ground" width="6" height="6"/><rect class="wait-stripe" width="2.5" height="6"/></pattern></defs></svg>
${axis(scale)}
${run.stages.map((stage, index) => row(stage, index, run, scale))}
</div>
${legend(run)}`;
}

function axis(scale: Scale): Html {
  return markup`
    <div class="row axis"
      aria-hidden="true"><span></span><svg class="track" height="18">${
    scale.ticks.map((
      { at, text, last },
    ) => markup`<text x="${at}%" y="13" class="${last ? "tick end" : "tick"}">${text}</text>`)
  }</svg></div>
  `;
}

function row(stage: Stage, index: number, run: RunHistory, scale: Scale): Html {
  const took = duration(stage.endedAt - stage.startedAt);
  const { from, width } = span(scale, stage.startedAt, stage.endedAt);
  const label = markup`
    <a class="label"
      href="#stage-${index + 1}"><span class="dot ${stage.role}"></span><span>${
    stageName(
      stage,
    )
  }</span><span class="took">${took}</span></a>
  `;
  return markup`
    <div
      class="row">${label}<svg class="track" height="34" role="img" aria-label="${
    stageName(
      stage,
    )
  }, ${took}, from ${elapsed(stage.startedAt - run.startedAt)}">
    ${
    scale.ticks.map(({ at }) =>
      markup`
        <line class="grid" x1="${at}%" x2="${at}%" y1="0" y2="34" />
      `
    )
  }
    ${
    scale.pauses.map(({ from, width }) =>
      markup`
        <rect class="pause" x="${from}%" width="${width}%" y="0" height="34">
          <title>The program was not running</title>
        </rect>
      `
    )
  }
    <rect class="stage ${stage.role} ${
    stage.result === undefined ? "open" : stage.result
  }" x="${from}%" width="${width}%" y="4" height="13" rx="3"><title>${
    stageName(
      stage,
    )
  } · ${took}</title></rect>
    ${inLayers(stage.steps).map((step) => mark(step, scale))}
    </svg></div>
  `;
}

/** What a person decided lies on top. */
function inLayers(steps: readonly Step[]): readonly Step[] {
  const isQuestion = ({ type }: Step): boolean => type === "approval";
  return [...steps.filter((step) => !isQuestion(step)), ...steps.filter(isQuestion)];
}

function mark(step: Step, scale: Scale): Html | undefined {
  const { from, width } = span(scale, startOf(step), endOf(step));
  switch (step.type) {
    case "approval":
      return markup`
        <rect class="approval" fill="url(#wait)" x="${from}%" width="${width}%" y="20" height="10"
          rx="2">
          <title>${decisionText(step)} after ${duration(step.waited_ms)}: ${
        step.subject.slice(
          0,
          120,
        )
      }</title>
        </rect>
        <circle class="${isAllowed(step) ? "allowed" : "denied"}" cx="${
        from +
        width
      }%" cy="25" r="4" />
      `;
    case "command":
      return markup`
        <rect class="${
        isFailed(step) ? "command failed" : "command"
      }" x="${from}%" width="${width}%" y="20" height="10" rx="2">
          <title>${step.command.slice(0, 120)} · ${
        [commandEnd(step), duration(step.duration_ms)]
          .filter(Boolean).join(" · ")
      }</title>
        </rect>
      `;
    case "tool":
      return markup`
        <rect class="tool" x="${from}%" width="${width}%" y="20" height="10" rx="2">
          <title>${step.name}</title>
        </rect>
      `;
    case "files":
      return markup`
        <circle class="files" cx="${from}%" cy="25" r="4">
          <title>${step.changes.map(({ path }) => path).join(", ").slice(0, 200)}</title>
        </circle>
      `;
    default:
      return undefined;
  }
}

function span(scale: Scale, start: number, end: number): { from: number; width: number } {
  const from = Math.min(scale.place(start), 100 - NARROWEST);
  const width = Math.max(NARROWEST, scale.place(end) - from);
  return { from, width: Math.round(Math.min(width, 100 - from) * 100) / 100 };
}

/** Names what the chart holds, and nothing else. */
function legend({ stages, pauses }: RunHistory): Html {
  const steps = stages.flatMap((stage) => stage.steps);
  const has = (type: Step["type"]): boolean => steps.some((step) => step.type === type);
  const failed = steps.some((step) => step.type === "command" && isFailed(step));
  const entry = (kind: string, text: string): Html =>
    markup`<span><svg width="16" height="10" aria-hidden="true">${
      kind === "files"
        ? markup`
          <circle class="files" cx="8" cy="5" r="4" />
        `
        : kind === "approval"
        ? markup`
          <rect class="approval" fill="url(#wait)" width="16" height="10" rx="2" />
        `
        : markup`
          <rect class="${kind}" width="16" height="10" rx="2" />
        `
    }</svg> ${text}</span>`;
  return markup`<p class="legend">${[
    has("command") ? entry("command", "command") : undefined,
    failed ? entry("command failed", "command that failed") : undefined,
    has("tool") ? entry("tool", "tool") : undefined,
    has("files") ? entry("files", "files changed") : undefined,
    has("approval") ? entry("approval", "waiting for a person") : undefined,
    pauses.length > 0 ? entry("pause", "program not running") : undefined,
  ]}</p>`;
}
