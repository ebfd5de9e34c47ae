/** Builds the report: one HTML file that runs no script and fetches nothing. */
import { formatCount } from "../../core/text/duration.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { planOf, type RunHistory } from "../run_history.ts";
import { isGoodEnd, type RunEnd } from "../../core/run/run_end.ts";
import { checkTotals } from "../check_totals.ts";
import { findingHistories } from "../finding_history.ts";
import { PAGE_WORDS, type PageWords } from "../page_words.ts";
import { checkCount, moment } from "../words.ts";
import { findingHtml } from "./finding_html.ts";
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
  /** @default "en" */
  readonly language?: "en" | "ko";
  /** Something was left out, as the page would have been too large. */
  readonly shortened?: boolean;
}

export function reportPage(source: ReportSource): string {
  const { run, language = "en" } = source;
  const words = PAGE_WORDS[language];
  const { sections } = words;
  return htmlPage({
    language,
    title: `${headline(run, words)}: ${shortTitle(run)}`,
    main: markup`${summary(run, words)}
${text("request", sections.request, run, run.request)}
${section("timeline", sections.timeline, timelineHtml(run, words))}
${failure(run, words)}
${text("plan", sections.plan, run, planOf(run.stages) ?? "")}
${text("answer", sections.answer, run, run.answer)}
${findings(run, words)}
${stages(run, words)}
${changes(source, words)}`,
    footer: footer(source, words),
  });
}

/** What the chat says of it, too; an earlier version has not recorded it. */
function headline(run: RunHistory, words: PageWords): string {
  const { verdict } = run;
  return verdict === undefined ? words.statuses[run.state] : words.verdict({ ...run, verdict });
}

/** What is not approved does not look as if it were. */
function toneOf(run: RunHistory): string {
  const { state, verdict, review } = run;
  if (state !== "ok") return state;
  const isGood = verdict === undefined
    ? review === undefined || review === "approved"
    : isGoodEnd({ verdict, ...withChecks(run) });
  return isGood ? "ok" : "cancelled";
}

function withChecks(run: RunHistory): Pick<RunEnd, "checks"> {
  const checks = checkTotals(run);
  return checks === undefined ? {} : { checks };
}

function summary(run: RunHistory, words: PageWords): Html {
  return markup`
    <header class="top ${toneOf(run)}">
      <p class="eyebrow">${words.run} <code>${run.id}</code></p>
      <h1><span class="state">${headline(run, words)}</span>${title(run, words)}</h1>
      <p class="where">${where(run, words)}</p>
      <dl class="numbers">${numbers(run, words)}</dl>
    </header>
  `;
}

function title(run: RunHistory, words: PageWords): Part {
  const accepted = run.acceptedBy === undefined
    ? undefined
    : words.acceptedBy(withoutControls(run.acceptedBy));
  const said = accepted ?? (run.verdict === undefined ? words.reviewed(run) : undefined);
  return said === undefined ? undefined : markup`
    <span class="verdict-line">${said}</span>
  `;
}

function where(run: RunHistory, words: PageWords): Part {
  const iso = new Date(run.startedAt).toISOString();
  return [
    markup`<time datetime="${iso}">${moment(run.startedAt)}</time>`,
    markup`<span>${words.session(run.session)}</span>`,
    ...(run.profile === undefined ? [] : [markup`<span>${words.profile(run.profile)}</span>`]),
    markup`<span>${words.mode(run.workflow)}</span>`,
    ...(run.workingDirectory === undefined ? [] : [markup`<code>${run.workingDirectory}</code>`]),
  ];
}

function numbers(run: RunHistory, words: PageWords): Part {
  const { tokens, totals, stages } = run;
  const steps = stages.flatMap((stage) => stage.steps);
  const approvals = steps.filter((step) => step.type === "approval");
  const commands = steps.filter(({ type }) => type === "command").length;
  const paused = run.pauses.reduce((sum, { from, to }) => sum + to - from, 0);
  const waited = approvals.reduce((sum, { waited_ms }) => sum + waited_ms, 0);
  const idle = [
    ...(paused === 0 ? [] : [words.notRunning(words.duration(paused))]),
    ...(waited === 0 ? [] : [words.waiting(words.duration(waited))]),
  ];
  const counts = [
    ...(commands === 0 ? [] : [words.commands(commands)]),
    ...(approvals.length === 0 ? [] : [words.approvals(approvals.length)]),
  ];
  const checks = checkTotals(run);
  const names = words.numbers;
  return [
    number(names.duration, words.duration(run.endedAt - run.startedAt), idle.join(" · ")),
    tokens === undefined
      ? undefined
      : number(names.tokens, formatCount(tokens.totalTokens), words.tokenParts(tokens, " · ")),
    totals.files === 0 ? undefined : number(names.files, String(totals.files), lines(run)),
    checks === undefined ? undefined : number(names.checks, checkCount(checks), undefined),
    number(names.turns, String(stages.length), counts.join(" · ")),
  ];
}

function lines({ totals: { added, removed } }: RunHistory): Html {
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

function failure({ error }: RunHistory, { sections }: PageWords): Part {
  if (error === undefined) return undefined;
  return section("error", sections.error, markup`<p class="failure">${withoutControls(error)}</p>`);
}

/** All findings of the run, with what became of each. */
function findings(run: RunHistory, words: PageWords): Part {
  const histories = findingHistories(run.stages);
  if (histories.length === 0) return undefined;
  const rows = histories.map((history) => findingHtml(history, run, words));
  const more = run.stages.findLast(({ review }) => review !== undefined)?.review
    ?.omitted_findings ?? 0;
  const rest = more === 0 ? undefined : markup`<p class="faint">${words.moreFindings(more)}</p>`;
  return section(
    "findings",
    words.sections.findings,
    markup`<div class="card"><ul class="findings">${rows}</ul>${rest}</div>`,
  );
}

/** Leaves the section out while a run has no stage yet. */
function stages(run: RunHistory, words: PageWords): Part {
  if (run.stages.length === 0 && run.omitted === 0 && !run.sparse) return undefined;
  const cards = run.stages.map((stage, index) => stageHtml(stage, index, run, words));
  return section("stages", words.sections.stages, markup`${cards}${omitted(run, words)}`);
}

function shortTitle({ request, id }: RunHistory): string {
  return withoutControls(request).trim().split("\n", 1)[0]?.slice(0, 80) || id;
}

function section(id: string, title: string, content: Html): Html {
  return markup`<section class="part" id="${id}"><h2>${title}</h2>${content}</section>`;
}

function text(
  id: string,
  title: string,
  { workingDirectory: folder }: RunHistory,
  markdown: string,
): Part {
  if (markdown.trim() === "") return undefined;
  return section(id, title, markup`<div class="card">${markdownHtml(markdown, folder)}</div>`);
}

function omitted({ omitted, sparse }: RunHistory, words: PageWords): Part {
  return [
    omitted === 0 ? undefined : markup`<p class="faint">${words.omitted(omitted)}</p>`,
    sparse ? markup`<p class="faint">${words.sparse}</p>` : undefined,
  ];
}

function changes({ run, diffs, language = "en" }: ReportSource, words: PageWords): Part {
  const title = words.sections.changes;
  if (typeof diffs !== "string" && diffs.length > 0) {
    return section("changes", title, diffHtml(diffs, PAGE_WORDS[language].diff));
  }
  if (run.files.length === 0) return undefined;
  const rows = run.files.map(({ path, added, removed }) =>
    markup`<li><span class="path">${path}</span><span class="counts"><span class="plus">+${added}</span> <span class="minus">−${removed}</span></span></li>`
  );
  const more = run.totals.files - run.files.length;
  const why = typeof diffs === "string" ? diffs : words.diffGone;
  return section(
    "changes",
    title,
    markup`
      <ul class="file-list card">${rows}</ul>
      ${more === 0 ? undefined : markup`<p class="faint">${words.moreFiles(more)}</p>`}
      <p class="faint">${why}.</p>
    `,
  );
}

function footer(
  { madeAt, version, remark, shortened = false }: ReportSource,
  words: PageWords,
): Html {
  const remarks = [...(remark === "" ? [] : [remark]), ...(shortened ? [words.shortened] : [])];
  return markup`${remarks.map((each) => markup`<p>${each}</p>`)}<p>${
    words.footer(version, moment(madeAt.getTime()))
  }</p>`;
}
