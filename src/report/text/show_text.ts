/** Shows a run in the terminal, from its request to its answer. */
import { withoutControls } from "../../core/text/control_characters.ts";
import { formatCount } from "../../core/text/duration.ts";
import { planOf, type RunHistory, type Stage, startOf, type Step } from "../run_history.ts";
import { checkTotals } from "../check_totals.ts";
import {
  checkCount,
  duration,
  elapsed,
  moment,
  NO_END,
  plural,
  REVIEWS,
  sessionText,
  stageName,
  STATUSES,
  tokenParts,
} from "../words.ts";
import { stepText } from "./event_text.ts";
import { type Paint, STATUS_COLORS } from "./paint.ts";

const TIME_WIDTH = 8;
const INDENT = "  ";

/** Every line ends in a newline. */
export function showText(run: RunHistory, paint: Paint): string {
  const lines = [
    ...heading(run, paint),
    ...section("Request", run.request, paint),
    ...section("Plan", planOf(run.stages) ?? "", paint),
    "",
    paint("bold", "Timeline"),
    ...timeline(run, paint),
    ...section("Answer", run.answer, paint),
    ...section("Error", run.error ?? "", paint),
    ...filesSection(run, paint),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function heading(run: RunHistory, paint: Paint): string[] {
  const { tokens, review, reviewRounds, pauses } = run;
  const checks = checkTotals(run);
  const facts = [
    duration(run.endedAt - run.startedAt),
    ...(review === undefined ? [] : [`${REVIEWS[review]} in round ${reviewRounds}`]),
    ...(tokens === undefined ? [] : [
      `${formatCount(tokens.totalTokens)} tokens (${tokenParts(tokens)})`,
    ]),
    ...(checks === undefined ? [] : [`checks ${checkCount(checks)}`]),
    ...(pauses.length === 0 ? [] : [plural(pauses.length, "restart")]),
  ];
  const where = [
    moment(run.startedAt),
    sessionText(run.session),
    ...(run.profile === undefined ? [] : [`profile ${run.profile}`]),
    run.workflow,
    ...(run.workingDirectory === undefined ? [] : [run.workingDirectory]),
  ];
  return [
    `${paint("bold", `Run ${withoutControls(run.id)}`)}  ${
      paint(STATUS_COLORS[run.state], STATUSES[run.state])
    }  ${facts.join(" · ")}`,
    paint("dim", withoutControls(where.join(" · "))),
    ...(run.sparse
      ? [paint("dim", "Recorded by an earlier version: requests and stages only")]
      : []),
  ];
}

function section(title: string, text: string, paint: Paint): string[] {
  const shown = withoutControls(text).trim();
  return shown === "" ? [] : ["", paint("bold", title), ...indented(shown, INDENT)];
}

function timeline(run: RunHistory, paint: Paint): string[] {
  const at = (ms: number): string =>
    paint("dim", elapsed(ms - run.startedAt).padStart(TIME_WIDTH - 1).padEnd(TIME_WIDTH));
  const view: View = { at, paint, answer: run.answer };
  const { stages, selection } = run;
  const lines = stages.flatMap((stage, index) => [
    ...stageLines(stage, view),
    // The choice follows the last selector.
    ...(selection === undefined || stage.role !== "selector" ||
        stages[index + 1]?.role === "selector"
      ? []
      : indented(
        `→ ${selection.mode}: ${withoutControls(selection.reason)}`,
        " ".repeat(TIME_WIDTH + 2),
      )),
  ]);
  const omitted = run.omitted === 0
    ? []
    : [paint("dim", `${INDENT}${plural(run.omitted, "more step")} did not fit in the trace`)];
  return lines.length + omitted.length === 0
    ? [paint("dim", `${INDENT}Nothing has happened yet`)]
    : [...lines, ...omitted];
}

interface View {
  /** Formats the time since the run began, as a column. */
  readonly at: (ms: number) => string;
  readonly paint: Paint;
  readonly answer: string;
}

function stageLines(stage: Stage, view: View): string[] {
  const { at, paint } = view;
  const { result, tokens, model, error, review } = stage;
  const facts = [
    result === undefined ? NO_END : duration(stage.endedAt - stage.startedAt),
    ...(tokens === undefined ? [] : [`${formatCount(tokens.totalTokens)} tokens`]),
    ...(model === undefined ? [] : [withoutControls(model)]),
    ...(result === undefined || result === "completed" ? [] : [paint("red", result)]),
  ];
  const pad = " ".repeat(TIME_WIDTH);
  return [
    `${at(stage.startedAt)}${paint("bold", `● ${stageName(stage)}`)}  ${facts.join(" · ")}`,
    ...stage.steps.flatMap((step) => stepLines(step, stage, view)),
    ...(error === undefined ? [] : indented(withoutControls(error), `${pad}  ✗ `)),
    ...(review === undefined ? [] : reviewLines(review, pad, paint)),
  ];
}

function stepLines(step: Step, stage: Stage, { at, paint, answer }: View): string[] {
  // The plan and the answer have their own sections.
  if (step.type === "message" && (stage.role === "planner" || step.text === answer)) return [];
  const [first = "", ...more] = stepText(step, paint);
  const pad = " ".repeat(TIME_WIDTH);
  return [`${at(startOf(step))}  ${first}`, ...more.map((line) => `${pad}    ${line}`.trimEnd())];
}

function reviewLines(
  { verdict, summary, findings, omitted_findings: more = 0 }: NonNullable<Stage["review"]>,
  pad: string,
  paint: Paint,
): string[] {
  const color = verdict === "approved" ? "green" : "yellow";
  return [
    ...indented(`${REVIEWS[verdict]}: ${withoutControls(summary)}`, `${pad}  `)
      .map((line) => paint(color, line)),
    ...findings.flatMap(({ severity, state, file, message }) =>
      indented(
        withoutControls(
          `[${state === "open" ? severity : state}] ${
            file === undefined ? "" : `${file}: `
          }${message}`,
        ),
        `${pad}    `,
      )
    ),
    ...(more === 0
      ? []
      : [paint("dim", `${pad}    ${plural(more, "more finding")} did not fit in the trace`)]),
  ];
}

function filesSection({ files, totals }: RunHistory, paint: Paint): string[] {
  if (files.length === 0) return [];
  const more = totals.files - files.length;
  return [
    "",
    paint("bold", "Files"),
    ...files.map(({ path, kind, added, removed }) =>
      `${INDENT}${withoutControls(kind).padEnd(7)}${withoutControls(path)}  ${
        paint("green", `+${added}`)
      } ${paint("red", `−${removed}`)}`
    ),
    ...(more === 0
      ? []
      : [paint("dim", `${INDENT}${plural(more, "more file")} did not fit in the trace`)]),
  ];
}

function indented(text: string, indent: string): string[] {
  const rest = " ".repeat(indent.length);
  return text.split("\n").map((line, index) => `${index === 0 ? indent : rest}${line}`.trimEnd());
}
