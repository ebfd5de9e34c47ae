/** A stage on the page: what it is, what it did, what came of it. */
import { withoutControls } from "../../core/text/without_controls.ts";
import { formatCount } from "../../core/text/duration.ts";
import type { RunHistory } from "../run_history.ts";
import { resultText, type Stage } from "../stages.ts";
import type { Step } from "../steps.ts";
import { duration, plural, REVIEWS, stageName } from "../words.ts";
import { type Html, markup, type Part } from "./html.ts";
import { markdownHtml } from "./markdown_html.ts";
import { stepHtml } from "./step_html.ts";

export function stageHtml(stage: Stage, index: number, run: RunHistory): Html {
  const steps = shownSteps(stage, run);
  return markup`<section class="stage-card" id="stage-${index + 1}">
<h3><span class="dot ${stage.role}"></span>${stageName(stage)}${badge(stage)}</h3>
<p class="facts">${facts(stage)}</p>
${checklist(stage)}
${
    steps.length === 0
      ? undefined
      : markup`<ol class="steps">${steps.map((step) => stepHtml(step, run.startedAt))}</ol>`
  }
${
    stage.error === undefined
      ? undefined
      : markup`<p class="failure">${withoutControls(stage.error)}</p>`
  }
${chosen(stage, run)}
${result(stage, run)}
${review(stage)}
</section>`;
}

/** What stands on the page elsewhere is not said twice. */
function shownSteps(stage: Stage, { answer }: RunHistory): readonly Step[] {
  const text = resultText(stage);
  return stage.steps.filter((step) =>
    step.type !== "message" || step.commentary || (step.text !== text && step.text !== answer)
  );
}

function badge({ result }: Stage): Part {
  if (result === "completed") return undefined;
  return markup`
    <span class="chip bad">${result ?? "no end known"}</span>
  `;
}

function facts(stage: Stage): Part {
  const { model, reasoningEffort, tokens, steps } = stage;
  const commands = steps.filter(({ type }) => type === "command").length;
  const parts: Part[] = [
    markup`<span>${duration(stage.endedAt - stage.startedAt)}</span>`,
    ...(model === undefined ? [] : [
      markup`<span>${model}${reasoningEffort === undefined ? "" : `, ${reasoningEffort}`}</span>`,
    ]),
    ...(tokens === undefined ? [] : [
      markup`<span>${formatCount(tokens.totalTokens)} tokens (in ${
        formatCount(tokens.inputTokens)
      }, cached ${formatCount(tokens.cachedInputTokens)}, out ${
        formatCount(tokens.outputTokens)
      })</span>`,
    ]),
    ...(commands === 0 ? [] : [markup`<span>${plural(commands, "command")}</span>`]),
  ];
  return parts;
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

function chosen({ role, result }: Stage, { selection }: RunHistory): Part {
  if (role !== "selector" || result !== "completed" || selection === undefined) return undefined;
  return markup`<p>Chose <b>${selection.mode}</b>: ${withoutControls(selection.reason)}</p>`;
}

/** The candidate of a round; the last one is the answer, and the plan has a place of its own. */
function result(stage: Stage, { answer }: RunHistory): Part {
  const text = resultText(stage);
  if (text === undefined || stage.role === "planner") return undefined;
  if (text.trim() === answer.trim()) {
    return markup`<p class="faint">What it said in the end is the <a href="#answer">answer</a>.</p>`;
  }
  return markup`<details class="box"><summary><b>What it said in the end</b></summary>${
    markdownHtml(text)
  }</details>`;
}

function review({ review }: Stage): Part {
  if (review === undefined) return undefined;
  const { verdict, summary, findings } = review;
  const rows = findings.map(({ severity, file, message }) =>
    markup`
      <li
        class="finding"><span class="chip ${severity}">${severity}</span><div>${
      file === undefined ? undefined : markup`<code>${file}</code>`
    }${markdownHtml(message)}</div></li>
    `
  );
  return markup`<div class="verdict ${verdict}"><p><b>The reviewer: ${REVIEWS[verdict]}</b></p>${
    markdownHtml(summary)
  }${rows.length === 0 ? undefined : markup`<ul class="findings">${rows}</ul>`}</div>`;
}
