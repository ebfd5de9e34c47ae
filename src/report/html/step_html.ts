/** One step of a stage on the page. */
import { withVisibleControls } from "../../core/text/visible_controls.ts";
import { withoutControls } from "../../core/text/without_controls.ts";
import type {
  ApprovalTrace,
  CommandTrace,
  FilesTrace,
  MessageTrace,
  NoticeTrace,
} from "../../core/run/trace.ts";
import { startOf, type Step } from "../steps.ts";
import {
  clockTime,
  commandEnd,
  decisionText,
  duration,
  elapsed,
  isAllowed,
  isFailed,
} from "../words.ts";
import { type Html, markup, type Part } from "./html.ts";
import { markdownHtml } from "./markdown_html.ts";

/** @param runStart the beginning of the run, for times that count from there */
export function stepHtml(step: Step, runStart: number): Html {
  const at = startOf(step);
  const time = markup`<time title="${clockTime(at)} UTC">${elapsed(at - runStart)}</time>`;
  return markup`<li class="step ${step.type}">${time}<div class="what">${content(step)}</div></li>`;
}

function content(step: Step): Html {
  switch (step.type) {
    case "command":
      return command(step);
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
  }
}

function command(step: CommandTrace): Html {
  const text = withVisibleControls(step.command).trim();
  const line = text.replaceAll(/\s*\n\s*/g, " ⏎ ");
  const end = commandEnd(step);
  const ended = markup`<span class="end">${
    end === "" ? undefined : markup`
      <span class="${isFailed(step) ? "chip bad" : "chip good"}">${end}</span>
    `
  }<span class="faint">${duration(step.duration_ms)}</span></span>`;
  const whole = text === line ? undefined : markup`<pre>${text}</pre>`;
  const output = step.output === null
    ? markup`<p class="faint">No output is kept.</p>`
    : markup`<pre class="output">${withoutControls(step.output)}</pre>`;
  return markup`
    <details
      class="box"><summary><code class="line">${line}</code>${ended}</summary>${whole}<p class="faint">in <code>${step.working_directory}</code></p>${output}</details>
  `;
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
  return commentary
    ? markup`<div class="said">${markdownHtml(text)}</div>`
    : markup`<div class="said whole">${markdownHtml(text)}</div>`;
}

function approval(step: ApprovalTrace): Html {
  const kind = isAllowed(step) ? "good" : "bad";
  const asked: Readonly<Record<ApprovalTrace["kind"], string>> = {
    command: "asked to run",
    files: "asked to change",
    permissions: "asked for permissions",
  };
  const reason: Part = step.reason === null
    ? undefined
    : markup`<p class="faint">${step.reason}</p>`;
  return markup`
    <div
      class="question ${kind}"><p><b>Codex ${asked[step.kind]}</b></p><pre>${
    withVisibleControls(
      step.subject,
    )
  }</pre>${reason}<p><span class="chip ${kind}">${
    decisionText(
      step,
    )
  }</span> <span class="faint">at ${
    clockTime(
      Date.parse(step.timestamp),
    )
  } UTC, after ${duration(step.waited_ms)}</span></p></div>
  `;
}

const NOTICES: Readonly<Record<NoticeTrace["kind"], string>> = {
  retry: "Codex tries again",
  warning: "Warning",
  steer: "Added by the person",
  replayed: "Taken from the record of an earlier process",
};

function notice({ kind, text }: NoticeTrace): Html {
  return markup`<p class="${kind === "steer" ? "steer" : "faint"}"><b>${NOTICES[kind]}:</b> ${
    withoutControls(text)
  }</p>`;
}
