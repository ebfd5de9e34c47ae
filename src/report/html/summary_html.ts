/** The top of the page: how it ended, and the numbers that matter. */
import { formatCount } from "../../core/text/duration.ts";
import type { RunHistory } from "../run_history.ts";
import { duration, moment, plural, REVIEWS, sessionText, STATES } from "../words.ts";
import { type Html, markup, type Part } from "./html.ts";

export function summaryHtml(run: RunHistory): Html {
  return markup`
    <header class="top ${run.state}">
      <p class="eyebrow">Codex run <code>${run.id}</code></p>
      <h1><span class="state">${STATES[run.state]}</span>${title(run)}</h1>
      <p class="where">${where(run)}</p>
      <dl class="numbers">${numbers(run)}</dl>
    </header>
  `;
}

function title({ review, reviewRounds }: RunHistory): Part {
  if (review === undefined) return undefined;
  const words = review === "approved" ? "approved by the reviewer" : REVIEWS[review];
  return markup`
    <span class="verdict-line">${words}${reviewRounds > 1 ? `, round ${reviewRounds}` : ""}</span>
  `;
}

function where(run: RunHistory): Part {
  const parts = [
    markup`<time datetime="${new Date(run.startedAt).toISOString()}">${
      moment(run.startedAt)
    }</time>`,
    markup`<span>${sessionText(run.session)}</span>`,
    ...(run.profile === undefined ? [] : [markup`<span>profile ${run.profile}</span>`]),
    markup`<span>${run.workflow}</span>`,
    ...(run.workingDirectory === undefined ? [] : [markup`<code>${run.workingDirectory}</code>`]),
  ];
  return parts;
}

function numbers(run: RunHistory): Part {
  const { tokens, files, stages } = run;
  const steps = stages.flatMap((stage) => stage.steps);
  const approvals = steps.filter((step) => step.type === "approval");
  const commands = steps.filter(({ type }) => type === "command").length;
  const away = run.pauses.reduce((sum, { from, to }) => sum + to - from, 0);
  const waited = approvals.reduce((sum, { waited_ms }) => sum + waited_ms, 0);
  return [
    number(
      "Took",
      duration(run.endedAt - run.startedAt),
      [
        ...(away === 0 ? [] : [`${duration(away)} of it not running`]),
        ...(waited === 0 ? [] : [`${duration(waited)} of it waiting for a person`]),
      ].join(" · "),
    ),
    tokens === undefined ? undefined : number(
      "Tokens",
      formatCount(tokens.totalTokens),
      `in ${formatCount(tokens.inputTokens)} · cached ${
        formatCount(tokens.cachedInputTokens)
      } · out ${formatCount(tokens.outputTokens)}`,
    ),
    files.length === 0 ? undefined : number("Files", String(files.length), lines(run)),
    number(
      "Steps",
      plural(stages.length, "turn"),
      [
        ...(commands === 0 ? [] : [plural(commands, "command")]),
        ...(approvals.length === 0 ? [] : [plural(approvals.length, "question")]),
      ].join(" · "),
    ),
  ];
}

function lines({ files }: RunHistory): Html {
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  return markup`<span class="plus">+${added}</span> <span class="minus">−${removed}</span>`;
}

function number(name: string, value: string, more: Part): Html {
  return markup`
    <div>
      <dt>${name}</dt>
      <dd>${value}</dd>
      <dd class="more">${more}</dd>
    </div>
  `;
}
