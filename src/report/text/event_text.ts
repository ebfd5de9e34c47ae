/** Puts one line of the trace into words: for `trace tail`, and for the steps in `trace show`. */
import type { TraceRecord } from "../../core/run/trace.ts";
import { cutToWidth } from "../../core/text/columns.ts";
import { formatCount } from "../../core/text/duration.ts";
import { withoutControls, withVisibleControls } from "../../core/text/control_characters.ts";
import type { Step } from "../run_history.ts";
import {
  checkEnd,
  clockTime,
  commandEnd,
  decisionText,
  duration,
  isAllowed,
  isFailed,
  NOTICES,
  REVIEWS,
  stageName,
} from "../words.ts";
import { type Paint, paintIn } from "./paint.ts";

/** Enough characters of an id to tell the runs of a day apart. */
const ID_LENGTH = 6;
const MOST_STEP_LINES = 6;

/** @param columns where the line is cut; undefined = nowhere */
export function eventText(
  record: TraceRecord,
  paint: Paint,
  columns: number | undefined,
): string {
  const time = clockTime(Date.parse(record.timestamp));
  const id = withoutControls(record.run_id).slice(0, ID_LENGTH);
  const room = (columns ?? Infinity) - time.length - id.length - 4;
  const text = withoutControls(whatHappened(record)).replaceAll(/\s+/g, " ");
  return `${paint("dim", time)}  ${paint("cyan", id)}  ${cutToWidth(text, room)}\n`;
}

function whatHappened(record: TraceRecord): string {
  switch (record.type) {
    case "run":
      return `${record.continued ? "▶ resumed" : "▶"}: ${record.input_text}`;
    case "selection":
      return `→ ${record.mode}: ${record.reason}`;
    case "stage_start":
      return `● ${stageName({ role: record.stage, round: record.round })}`;
    case "stage": {
      const tokens = record.tokens === null
        ? []
        : [`${formatCount(record.tokens.totalTokens)} tokens`];
      const facts = [record.result, duration(record.latency_ms), ...tokens];
      return `○ ${stageName({ role: record.stage, round: record.round })} ${facts.join(" · ")}`;
    }
    case "review":
      return `◆ round ${record.round} ${REVIEWS[record.verdict]}: ${record.summary}`;
    case "workspace":
      return record.refused === null
        ? `± ${record.files} files +${record.added} −${record.removed}`
        : `± not recorded: ${record.refused}`;
    case "acceptance":
      return `☑ accepted by ${record.accepted_by}`;
    case "suspended":
      return "‖ the program stopped during the run";
    case "request":
      return `■ ${record.status} · ${duration(record.latency_ms)}: ${
        record.error_message ?? record.output_text
      }`;
    case "approval":
      return stepText(record, PLAIN).join(" → ");
    case "command":
    case "check":
    case "files":
    case "tool":
    case "message":
    case "notice":
      return stepText(record, PLAIN).join(" ");
    default:
      return record satisfies never;
  }
}

const PLAIN = paintIn(false);

/** One step as a few lines; the first one names it. */
export function stepText(step: Step, paint: Paint): readonly string[] {
  const lines = ownText(step, paint);
  return step.agent === undefined ? lines : prefixed(`${withoutControls(step.agent)} `, lines);
}

function ownText(step: Step, paint: Paint): readonly string[] {
  switch (step.type) {
    case "command": {
      const end = [commandEnd(step), duration(step.duration_ms)].filter((part) => part !== "");
      const [first = "", ...more] = linesOf(withVisibleControls(step.command));
      const color = isFailed(step) ? "red" : "dim";
      return [`$ ${first}  ${paint(color, end.join(" · "))}`, ...more];
    }
    case "check": {
      const end = [checkEnd(step), duration(step.duration_ms)].join(" · ");
      const color = step.status === "passed" ? "green" : "red";
      const sign = step.status === "passed" ? "✔" : "✘";
      return [`${sign} check ${withoutControls(step.name)}  ${paint(color, end)}`];
    }
    case "files":
      return [`✎ ${step.changes.map(({ path }) => withoutControls(path)).join(", ")}`];
    case "tool":
      return [`⚙ ${withoutControls(step.name)}  ${paint("dim", duration(step.duration_ms))}`];
    case "message":
      return prefixed("– ", linesOf(step.text));
    case "notice":
      return prefixed(`${NOTICE_SIGNS[step.kind]} ${NOTICES[step.kind]}: `, linesOf(step.text));
    case "approval": {
      const [first = "", ...more] = linesOf(withVisibleControls(step.subject));
      const color = isAllowed(step) ? "green" : "yellow";
      const decision = `${decisionText(step)}, after ${duration(step.waited_ms)}`;
      return [`? ${first}`, ...more, paint(color, withoutControls(decision))];
    }
    default:
      return step satisfies never;
  }
}

const NOTICE_SIGNS = {
  retry: "↻",
  warning: "!",
  steer: "»",
  replayed: "⤼",
  agent: "◦",
  decision: "?",
} as const;

function prefixed(prefix: string, [first = "", ...more]: readonly string[]): readonly string[] {
  return [`${prefix}${first}`, ...more];
}

/** The first lines; `…` stands for the rest. */
function linesOf(text: string): readonly string[] {
  const lines = withoutControls(text).trim().split("\n");
  return lines.length <= MOST_STEP_LINES ? lines : [...lines.slice(0, MOST_STEP_LINES - 1), "…"];
}
