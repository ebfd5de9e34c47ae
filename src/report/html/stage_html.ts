/** Draws a stage: its facts, its steps and its result. */
import { formatCount } from "../../core/text/duration.ts";
import { withoutControls, withVisibleControls } from "../../core/text/control_characters.ts";
import type {
  ApprovalTrace,
  CheckTrace,
  CommandTrace,
  FilesTrace,
  MessageTrace,
  NoticeTrace,
} from "../../core/run/trace.ts";
import { resultText, type RunHistory, type Stage, startOf, type Step } from "../run_history.ts";
import {
  checkEnd,
  clockTime,
  commandEnd,
  decisionText,
  duration,
  elapsed,
  isAllowed,
  isFailed,
  NO_END,
  NOTICES,
  plural,
  REVIEWS,
  stageName,
  tokenParts,
} from "../words.ts";
import { type Html, markup, type Part } from "./html.ts";
import { markdownHtml } from "./markdown_html.ts";

export function stageHtml(stage: Stage, index: number, run: RunHistory): Html {
  const steps = shownSteps(stage, run).map((step) => stepHtml(step, run.startedAt));
  const error = stage.error === undefined
    ? undefined
    : markup`<p class="failure">${withoutControls(stage.error)}</p>`;
  return markup`<section class="stage-card" id="stage-${index + 1}">
<h3><span class="dot ${stage.role}"></span>${stageName(stage)}${badge(stage)}</h3>
<p class="facts">${facts(stage)}</p>
${checklist(stage)}
${steps.length === 0 ? undefined : markup`<ol class="steps">${steps}</ol>`}
${error}
${choice(stage, run)}
${result(stage, run)}
${review(stage)}
</section>`;
}

/** Leaves out the messages that stand elsewhere on the page. */
function shownSteps(stage: Stage, { answer }: RunHistory): readonly Step[] {
  const text = resultText(stage);
  return stage.steps.filter((step) =>
    step.type !== "message" || step.commentary || (step.text !== text && step.text !== answer)
  );
}

function badge({ result }: Stage): Part {
  if (result === "completed") return undefined;
  return markup`<span class="chip bad">${result ?? NO_END}</span>`;
}

function facts(stage: Stage): readonly Part[] {
  const { model, reasoningEffort: effort, tokens, steps } = stage;
  const commands = steps.filter(({ type }) => type === "command").length;
  const texts = [
    duration(stage.endedAt - stage.startedAt),
    ...(model === undefined ? [] : [effort === undefined ? model : `${model}, ${effort}`]),
    ...(tokens === undefined
      ? []
      : [`${formatCount(tokens.totalTokens)} tokens (${tokenParts(tokens)})`]),
    ...(commands === 0 ? [] : [plural(commands, "command")]),
  ];
  return texts.map((text) => markup`<span>${text}</span>`);
}

const MARKS = { pending: "○", in_progress: "◐", completed: "●" } as const;

function checklist({ checklist }: Stage): Part {
  if (checklist.length === 0) return undefined;
  const rows = checklist.map(({ text, status }) =>
    markup`<li class="${status}"><span aria-hidden="true">${MARKS[status]}</span> ${
      withoutControls(text)
    }</li>`
  );
  return markup`<ul class="checklist" aria-label="Codex's checklist">${rows}</ul>`;
}

function choice({ role, result }: Stage, { selection }: RunHistory): Part {
  if (role !== "selector" || result !== "completed" || selection === undefined) return undefined;
  return markup`<p>Chose <b>${selection.mode}</b>: ${withoutControls(selection.reason)}</p>`;
}

/** The developer's last message; the final one is the answer, and the plan has its own section. */
function result(stage: Stage, { answer }: RunHistory): Part {
  const text = resultText(stage);
  if (text === undefined || stage.role === "planner") return undefined;
  if (text.trim() === answer.trim()) {
    return markup`<p class="faint">Its last message is the <a href="#answer">answer</a>.</p>`;
  }
  return markup`<details class="box"><summary><b>Last message</b></summary>${
    markdownHtml(text)
  }</details>`;
}

function review({ review }: Stage): Part {
  if (review === undefined) return undefined;
  const { verdict, summary, findings } = review;
  const rows = findings.map(({ severity, file, message }) => {
    const place = file === undefined ? undefined : markup`<code>${file}</code>`;
    const text = markdownHtml(message);
    return markup`<li class="finding"><span class="chip ${severity}">${severity}</span><div>${place}${text}</div></li>`;
  });
  const list = rows.length === 0 ? undefined : markup`<ul class="findings">${rows}</ul>`;
  return markup`<div class="verdict ${verdict}"><p><b>Review: ${REVIEWS[verdict]}</b></p>${
    markdownHtml(summary)
  }${list}</div>`;
}

/** @param runStart when the run began; times on the page count from there */
function stepHtml(step: Step, runStart: number): Html {
  const at = startOf(step);
  const time = markup`<time title="${clockTime(at)} UTC">${elapsed(at - runStart)}</time>`;
  const agent = step.agent === undefined
    ? undefined
    : markup`<p class="faint"><b>${withoutControls(step.agent)}</b></p>`;
  return markup`<li class="step ${step.type}">${time}<div class="what">${agent}${
    content(step)
  }</div></li>`;
}

function content(step: Step): Html {
  switch (step.type) {
    case "command":
      return command(step);
    case "check":
      return check(step);
    case "files":
      return files(step);
    case "tool":
      return markup`<p><b>Tool</b> <code>${step.name}</code> <span class="faint">${
        duration(step.duration_ms)
      }</span></p>`;
    case "message":
      return message(step);
    case "approval":
      return approval(step);
    case "notice":
      return notice(step);
    default:
      return step satisfies never;
  }
}

function command(step: CommandTrace): Html {
  const text = withVisibleControls(step.command).trim();
  const line = text.replaceAll(/\s*\n\s*/g, " ⏎ ");
  const end = commandEnd(step);
  const kind = isFailed(step) ? "chip bad" : "chip good";
  const chip = end === "" ? undefined : markup`<span class="${kind}">${end}</span> `;
  const whole = text === line ? undefined : markup`<pre>${text}</pre>`;
  const output = step.output === null
    ? markup`<p class="faint">No output recorded.</p>`
    : markup`<pre class="output">${withoutControls(step.output)}</pre>`;
  return markup`<details class="box"><summary><code class="line">${line}</code><span class="end">${chip}<span class="faint">${
    duration(step.duration_ms)
  }</span></span></summary>${whole}<p class="faint">in <code>${step.working_directory}</code></p>${output}</details>`;
}

function check(step: CheckTrace): Html {
  const kind = step.status === "passed" ? "chip good" : "chip bad";
  const output = step.output === null || step.output.trim() === ""
    ? markup`<p class="faint">It printed nothing.</p>`
    : markup`<pre class="output">${withoutControls(step.output)}</pre>`;
  return markup`<details class="box"><summary><b>Check</b> <code class="line">${
    withoutControls(step.name)
  }</code><span class="end"><span class="${kind}">${checkEnd(step)}</span> <span class="faint">${
    duration(step.duration_ms)
  }</span></span></summary><pre>${withVisibleControls(step.command)}</pre>${output}</details>`;
}

const CHANGES: Readonly<Record<string, string>> = {
  add: "added",
  delete: "deleted",
  update: "changed",
};

function files({ changes, status }: FilesTrace): Html {
  const rows = changes.map(({ path, kind }) =>
    markup`<span class="change"><span class="faint">${
      CHANGES[kind] ?? kind
    }</span> <code>${path}</code></span>`
  );
  const failed = status === "completed"
    ? undefined
    : markup`<span class="chip bad">${status}</span>`;
  return markup`<p class="changes">${rows}${failed}</p>`;
}

function message({ text, commentary }: MessageTrace): Html {
  return markup`<div class="${commentary ? "said" : "said whole"}">${markdownHtml(text)}</div>`;
}

const ASKED: Readonly<Record<ApprovalTrace["kind"], string>> = {
  command: "asked to run",
  files: "asked to change",
  permissions: "asked for permissions",
  tool: "asked to use a tool",
  input: "asked",
  form: "passed on a form",
  address: "asked to open a page",
};

function approval(step: ApprovalTrace): Html {
  const kind = isAllowed(step) ? "good" : "bad";
  const subject = withVisibleControls(step.subject);
  const reason = step.reason === null ? undefined : markup`<p class="faint">${step.reason}</p>`;
  const decision = markup`<span class="chip ${kind}">${decisionText(step)}</span>`;
  const when = `at ${clockTime(Date.parse(step.timestamp))} UTC, after ${duration(step.waited_ms)}`;
  return markup`<div class="question ${kind}"><p><b>Codex ${
    ASKED[step.kind]
  }</b></p><pre>${subject}</pre>${reason}<p>${decision} <span class="faint">${when}</span></p></div>`;
}

function notice({ kind, text }: NoticeTrace): Html {
  return markup`<p class="${kind === "steer" ? "steer" : "faint"}"><b>${NOTICES[kind]}:</b> ${
    withoutControls(text)
  }</p>`;
}
