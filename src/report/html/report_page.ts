/** Builds the report: one HTML file that runs no script and fetches nothing. */
import { formatCount } from "../../core/text/duration.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { planOf, type RunHistory } from "../run_history.ts";
import { duration, moment, plural, REVIEWS, sessionText, STATUSES, tokenParts } from "../words.ts";
import { diffHtml } from "./diff_html.ts";
import { type Html, markup, type Part } from "./html.ts";
import { markdownHtml } from "./markdown_html.ts";
import { htmlPage } from "./page.ts";
import { stageHtml } from "./stage_html.ts";
import { timelineHtml } from "./timeline_html.ts";

export interface ReportSource {
  readonly run: RunHistory;
  /** Oldest first; or why there are none, as a sentence without its full stop. */
  readonly diffs: readonly string[] | string;
  readonly madeAt: Date;
  readonly version: string;
  /** Which lines of the trace were skipped; empty when none were. */
  readonly remark: string;
}

export function reportPage(source: ReportSource): string {
  const { run } = source;
  return htmlPage({
    language: "en",
    title: `${STATUSES[run.state]}: ${shortTitle(run)}`,
    main: markup`${summary(run)}
${text("request", "Request", run.request)}
${section("timeline", "Timeline", timelineHtml(run))}
${failure(run)}
${text("plan", "Plan", planOf(run.stages) ?? "")}
${text("answer", "Answer", run.answer)}
${stages(run)}
${changes(source)}`,
    footer: footer(source),
  });
}

function summary(run: RunHistory): Html {
  return markup`
    <header class="top ${run.state}">
      <p class="eyebrow">Codex run <code>${run.id}</code></p>
      <h1><span class="state">${STATUSES[run.state]}</span>${title(run)}</h1>
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
  const iso = new Date(run.startedAt).toISOString();
  return [
    markup`<time datetime="${iso}">${moment(run.startedAt)}</time>`,
    markup`<span>${sessionText(run.session)}</span>`,
    ...(run.profile === undefined ? [] : [markup`<span>profile ${run.profile}</span>`]),
    markup`<span>${run.workflow}</span>`,
    ...(run.workingDirectory === undefined ? [] : [markup`<code>${run.workingDirectory}</code>`]),
  ];
}

function numbers(run: RunHistory): Part {
  const { tokens, files, stages } = run;
  const steps = stages.flatMap((stage) => stage.steps);
  const approvals = steps.filter((step) => step.type === "approval");
  const commands = steps.filter(({ type }) => type === "command").length;
  const paused = run.pauses.reduce((sum, { from, to }) => sum + to - from, 0);
  const waited = approvals.reduce((sum, { waited_ms }) => sum + waited_ms, 0);
  const idle = [
    ...(paused === 0 ? [] : [`${duration(paused)} not running`]),
    ...(waited === 0 ? [] : [`${duration(waited)} waiting for approval`]),
  ];
  const counts = [
    ...(commands === 0 ? [] : [plural(commands, "command")]),
    ...(approvals.length === 0 ? [] : [plural(approvals.length, "approval")]),
  ];
  return [
    number("Duration", duration(run.endedAt - run.startedAt), idle.join(" · ")),
    tokens === undefined
      ? undefined
      : number("Tokens", formatCount(tokens.totalTokens), tokenParts(tokens, " · ")),
    files.length === 0 ? undefined : number("Files", String(files.length), lines(run)),
    number("Turns", String(stages.length), counts.join(" · ")),
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

function failure({ error }: RunHistory): Part {
  if (error === undefined) return undefined;
  return section("error", "Error", markup`<p class="failure">${withoutControls(error)}</p>`);
}

/** Leaves the section out while a run has no stage yet. */
function stages(run: RunHistory): Part {
  if (run.stages.length === 0 && run.omitted === 0 && !run.sparse) return undefined;
  const cards = run.stages.map((stage, index) => stageHtml(stage, index, run));
  return section("stages", "Stages", markup`${cards}${omitted(run)}`);
}

function shortTitle({ request, id }: RunHistory): string {
  return withoutControls(request).trim().split("\n", 1)[0]?.slice(0, 80) || id;
}

function section(id: string, title: string, content: Html): Html {
  return markup`<section class="part" id="${id}"><h2>${title}</h2>${content}</section>`;
}

function text(id: string, title: string, markdown: string): Part {
  if (markdown.trim() === "") return undefined;
  return section(id, title, markup`<div class="card">${markdownHtml(markdown)}</div>`);
}

function omitted({ omitted, sparse }: RunHistory): Part {
  return [
    omitted === 0
      ? undefined
      : markup`<p class="faint">${plural(omitted, "more step")} did not fit in the trace.</p>`,
    sparse
      ? markup`<p class="faint">An earlier version wrote this trace: it recorded requests and stages only.</p>`
      : undefined,
  ];
}

function changes({ run, diffs }: ReportSource): Part {
  if (typeof diffs !== "string" && diffs.length > 0) {
    return section("changes", "Changes", diffHtml(diffs));
  }
  if (run.files.length === 0) return undefined;
  const rows = run.files.map(({ path, added, removed }) =>
    markup`<li><span class="path">${path}</span><span class="counts"><span class="plus">+${added}</span> <span class="minus">−${removed}</span></span></li>`
  );
  const why = typeof diffs === "string"
    ? diffs
    : "The diff is no longer kept: /new deletes it, and newer diffs replace it";
  return section(
    "changes",
    "Changes",
    markup`
      <ul class="file-list card">${rows}</ul>
      <p class="faint">${why}.</p>
    `,
  );
}

function footer({ madeAt, version, remark }: ReportSource): Html {
  const skipped = remark === "" ? undefined : markup`<p>${remark}</p>`;
  return markup`${skipped}<p>Made by codex-orchestrator ${version} on ${
    moment(madeAt.getTime())
  }. Times are in UTC or count from the start of the run. Secrets are masked where they are recognized: check the page before you share it.</p>`;
}
