/** The whole page: one file that needs nothing else, runs nothing and fetches nothing. */
import { createHash } from "node:crypto";
import { withoutControls } from "../../core/text/without_controls.ts";
import type { RunHistory } from "../run_history.ts";
import { planOf } from "../stages.ts";
import { moment, plural, STATES } from "../words.ts";
import { diffHtml } from "./diff_html.ts";
import { Html, markup, type Part } from "./html.ts";
import { markdownHtml } from "./markdown_html.ts";
import { stageHtml } from "./stage_html.ts";
import { STYLE } from "./style.ts";
import { summaryHtml } from "./summary_html.ts";
import { timelineHtml } from "./timeline_html.ts";

export interface ReportSource {
  readonly run: RunHistory;
  /** Oldest first; or why there is none, for a person. */
  readonly diffs: readonly string[] | string;
  readonly madeAt: Date;
  readonly version: string;
  /** What of the trace could not be read; empty when all could. */
  readonly remark: string;
}

export function reportPage(source: ReportSource): string {
  const { run } = source;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${STATES[run.state]}: ${shortTitle(run)}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${summaryHtml(run)}
${text("request", "Request", run.request)}
${section("timeline", "Timeline", timelineHtml(run))}
${failure(run)}
${text("plan", "Plan", planOf(run.stages) ?? "")}
${text("answer", "Answer", run.answer)}
${stages(run)}
${changes(source)}
</main>
${footer(source)}
</body>
</html>
`.text;
}

/** Nothing but the style sheet of this very page: whatever got into it could not run or fetch. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function failure({ error }: RunHistory): Part {
  if (error === undefined) return undefined;
  return section("error", "Error", markup`<p class="failure">${withoutControls(error)}</p>`);
}

/** Nothing for a run that has only just begun. */
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
      : markup`<p class="faint">${plural(omitted, "more step")} had no room in the trace.</p>`,
    sparse
      ? markup`<p class="faint">An earlier version wrote this trace: it kept requests and stages only.</p>`
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
    : "The lines themselves are not kept any more (they go with /new, or for newer ones)";
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
  return markup`<footer>${skipped}<p>Made by codex-orchestrator ${version} on ${
    moment(madeAt.getTime())
  }. Times are UTC, or count from the beginning of the run. Secrets are masked as far as they can be recognized: look before you send this file along.</p></footer>`;
}
