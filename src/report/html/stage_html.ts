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
import type { PageWords } from "../page_words.ts";
import { clockTime, elapsed, isAllowed, isFailed } from "../words.ts";
import { findingChip } from "./finding_html.ts";
import { type Html, markup, type Part } from "./html.ts";
import { markdownHtml } from "./markdown_html.ts";

export function stageHtml(
  stage: Stage,
  index: number,
  run: RunHistory,
  words: PageWords,
): Html {
  const steps = shownSteps(stage, run).map((step) => stepHtml(step, run, words));
  const error = stage.error === undefined
    ? undefined
    : markup`<p class="failure">${withoutControls(stage.error)}</p>`;
  return markup`<section class="stage-card" id="stage-${index + 1}">
<h3><span class="dot ${stage.role}"></span>${words.stage(stage)}${badge(stage, words)}</h3>
<p class="facts">${facts(stage, words)}</p>
${checklist(stage, words)}
${steps.length === 0 ? undefined : markup`<ol class="steps">${steps}</ol>`}
${error}
${choice(stage, run, words)}
${result(stage, run, words)}
${review(stage, run, words)}
</section>`;
}

/** Leaves out the messages that stand elsewhere on the page. */
function shownSteps(stage: Stage, { answer }: RunHistory): readonly Step[] {
  const text = resultText(stage);
  return stage.steps.filter((step) =>
    step.type !== "message" || step.commentary || (step.text !== text && step.text !== answer)
  );
}

function badge({ result }: Stage, words: PageWords): Part {
  if (result === "completed") return undefined;
  return markup`<span class="chip bad">${
    result === undefined ? words.noEnd : words.results[result]
  }</span>`;
}

function facts(stage: Stage, words: PageWords): readonly Part[] {
  const { model, reasoningEffort: effort, tokens, steps } = stage;
  const commands = steps.filter(({ type }) => type === "command").length;
  const texts = [
    words.duration(stage.endedAt - stage.startedAt),
    ...(model === undefined ? [] : [effort === undefined ? model : `${model}, ${effort}`]),
    ...(tokens === undefined
      ? []
      : [`${words.tokens(formatCount(tokens.totalTokens))} (${words.tokenParts(tokens)})`]),
    ...(commands === 0 ? [] : [words.commands(commands)]),
  ];
  return texts.map((text) => markup`<span>${text}</span>`);
}

const MARKS = { pending: "○", in_progress: "◐", completed: "●" } as const;

function checklist({ checklist }: Stage, words: PageWords): Part {
  if (checklist.length === 0) return undefined;
  const rows = checklist.map(({ text, status }) =>
    markup`<li class="${status}"><span aria-hidden="true">${MARKS[status]}</span> ${
      withoutControls(text)
    }</li>`
  );
  return markup`<ul class="checklist" aria-label="${words.checklist}">${rows}</ul>`;
}

function choice(
  { role, result }: Stage,
  { selection }: RunHistory,
  words: PageWords,
): Part {
  if (role !== "selector" || result !== "completed" || selection === undefined) return undefined;
  return markup`<p><b>${words.chose(selection.mode)}</b>: ${withoutControls(selection.reason)}</p>`;
}

/** The developer's last message; the final one is the answer, and the plan has its own section. */
function result(
  stage: Stage,
  { answer, workingDirectory: folder }: RunHistory,
  words: PageWords,
): Part {
  const text = resultText(stage);
  if (text === undefined || stage.role === "planner") return undefined;
  if (text.trim() === answer.trim()) {
    return markup`<p class="faint"><a href="#answer">${words.lastIsAnswer}</a></p>`;
  }
  return markup`<details class="box"><summary><b>${words.lastMessage}</b></summary>${
    markdownHtml(text, folder)
  }</details>`;
}

function review(
  { review }: Stage,
  { workingDirectory: folder }: RunHistory,
  words: PageWords,
): Part {
  if (review === undefined) return undefined;
  const { verdict, summary, findings } = review;
  const rows = findings.map((finding) => {
    const { file, message } = finding;
    const place = file === undefined ? undefined : markup`<code>${file}</code>`;
    const text = markdownHtml(message, folder);
    return markup`<li class="finding">${
      findingChip(finding, words)
    }<div>${place}${text}</div></li>`;
  });
  const list = rows.length === 0 ? undefined : markup`<ul class="findings">${rows}</ul>`;
  return markup`<div class="verdict ${verdict}"><p><b>${words.review(verdict)}</b></p>${
    markdownHtml(summary, folder)
  }${list}</div>`;
}

/** Counts times from the beginning of the run. */
function stepHtml(step: Step, run: RunHistory, words: PageWords): Html {
  const at = startOf(step);
  const time = markup`<time title="${clockTime(at)} UTC">${elapsed(at - run.startedAt)}</time>`;
  const agent = step.agent === undefined
    ? undefined
    : markup`<p class="faint"><b>${withoutControls(step.agent)}</b></p>`;
  return markup`<li class="step ${step.type}">${time}<div class="what">${agent}${
    content(step, run, words)
  }</div></li>`;
}

function content(step: Step, run: RunHistory, words: PageWords): Html {
  switch (step.type) {
    case "command":
      return command(step, words);
    case "check":
      return check(step, words);
    case "files":
      return files(step, words);
    case "tool":
      return markup`<p><b>${words.tool}</b> <code>${step.name}</code> <span class="faint">${
        words.duration(step.duration_ms)
      }</span></p>`;
    case "message":
      return message(step, run);
    case "approval":
      return approval(step, words);
    case "notice":
      return notice(step, words);
    default:
      return step satisfies never;
  }
}

function command(step: CommandTrace, words: PageWords): Html {
  const text = withVisibleControls(step.command).trim();
  const line = text.replaceAll(/\s*\n\s*/g, " ⏎ ");
  const end = words.commandEnd(step);
  const kind = isFailed(step) ? "chip bad" : "chip good";
  const chip = end === "" ? undefined : markup`<span class="${kind}">${end}</span> `;
  const whole = text === line ? undefined : markup`<pre>${text}</pre>`;
  const output = step.output === null
    ? markup`<p class="faint">${words.noOutput}</p>`
    : markup`<pre class="output">${withoutControls(step.output)}</pre>`;
  return markup`<details class="box"><summary><code class="line">${line}</code><span class="end">${chip}<span class="faint">${
    words.duration(step.duration_ms)
  }</span></span></summary>${whole}<p class="faint">${words.inFolder} <code>${step.working_directory}</code></p>${output}</details>`;
}

function check(step: CheckTrace, words: PageWords): Html {
  const kind = step.status === "passed" ? "chip good" : "chip bad";
  const output = step.output === null || step.output.trim() === ""
    ? markup`<p class="faint">${words.printedNothing}</p>`
    : markup`<pre class="output">${withoutControls(step.output)}</pre>`;
  return markup`<details class="box"><summary><b>${words.check}</b> <code class="line">${
    withoutControls(step.name)
  }</code><span class="end"><span class="${kind}">${
    words.checkEnd(step)
  }</span> <span class="faint">${words.duration(step.duration_ms)}</span></span></summary><pre>${
    withVisibleControls(step.command)
  }</pre>${output}</details>`;
}

function files({ changes, status }: FilesTrace, words: PageWords): Html {
  const rows = changes.map(({ path, kind }) =>
    markup`<span class="change"><span class="faint">${
      words.change(kind)
    }</span> <code>${path}</code></span>`
  );
  const failed = status === "completed"
    ? undefined
    : markup`<span class="chip bad">${status}</span>`;
  return markup`<p class="changes">${rows}${failed}</p>`;
}

function message(
  { text, commentary }: MessageTrace,
  { workingDirectory: folder }: RunHistory,
): Html {
  return markup`<div class="${commentary ? "said" : "said whole"}">${
    markdownHtml(text, folder)
  }</div>`;
}

function approval(step: ApprovalTrace, words: PageWords): Html {
  const kind = isAllowed(step) ? "good" : "bad";
  const subject = withVisibleControls(step.subject);
  const reason = step.reason === null ? undefined : markup`<p class="faint">${step.reason}</p>`;
  const decision = markup`<span class="chip ${kind}">${words.decision(step)}</span>`;
  const when = words.decidedAt(
    clockTime(Date.parse(step.timestamp)),
    words.duration(step.waited_ms),
  );
  return markup`<div class="question ${kind}"><p><b>${
    words.asked(step.kind)
  }</b></p><pre>${subject}</pre>${reason}<p>${decision} <span class="faint">${when}</span></p></div>`;
}

function notice({ kind, text }: NoticeTrace, words: PageWords): Html {
  return markup`<p class="${kind === "steer" ? "steer" : "faint"}"><b>${words.notice[kind]}:</b> ${
    withoutControls(text)
  }</p>`;
}
