/** Draws what stays on the screen of a run: news, its answer and its end; pure. */
import type { Clock } from "../../core/clock.ts";
import { type ApprovalRequest, isAllowed } from "../../core/codex/approval.ts";
import { newsIn } from "../../core/codex/news.ts";
import { toldIn, type ToldMessage } from "../../core/codex/turn_state.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Answer, Finding, RunEvent, RunOutcome } from "../../core/run/events.ts";
import { unreachable } from "../../core/errors.ts";
import { runEnd } from "../../core/run/run_end.ts";
import { type ConfirmationReason, promptLine, type Run, shortRunId } from "../../core/run/run.ts";
import { subjectOf } from "../../core/run/run_log.ts";
import type { RunState } from "../../core/run/run_state.ts";
import { withoutControls, withVisibleControls } from "../../core/text/control_characters.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { decidedText } from "../../texts/approval_texts.ts";
import { checkedMarkdown, checkText, findingMessage } from "../../texts/check_texts.ts";
import { goalEndText } from "../../texts/goal_texts.ts";
import { folderWaitText } from "../../texts/folder_texts.ts";
import { heldText, othersHeldText } from "../../texts/held_text.ts";
import { newsText } from "../../texts/news_texts.ts";
import { compactionText } from "../../texts/codex_texts.ts";
import { costFacts, endLine, placeText } from "../../texts/end_texts.ts";
import { oldText } from "../../texts/run_texts.ts";
import { reviewMarkdown } from "../../texts/review_texts.ts";
import type { Texts } from "../../texts/texts.ts";
import { runTroubleText } from "../../texts/trouble_texts.ts";
import { markdownLines } from "../text/markdown.ts";
import { said } from "../text/reply_lines.ts";
import { type Line, linesOf, span, toned } from "../text/styled_line.ts";
import { wrapped } from "../text/wrap.ts";
import { planLines } from "./plan_lines.ts";
import type { ApprovalEnd, ShownRun } from "./view.ts";

interface Context {
  readonly texts: Texts;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
}

interface NewsContext extends Context {
  readonly columns: number;
  readonly clock: Clock;
  /** The person may add to a request; a single one takes nothing. */
  readonly talks: boolean;
}

const SUBJECT_LIMIT = 60;
const OBJECTIVE_LIMIT = 200;

/** Lines for an event before the end; most events have none. */
export function newsLines(
  shown: ShownRun,
  event: RunEvent,
  context: NewsContext,
): Line[] {
  const { texts, redact, clock } = context;
  const { run, folder } = shown;
  switch (event.type) {
    case "run.queued":
      return [[
        span(`… ${queuedText(event, context)}: `, "dim"),
        span(withVisibleControls(promptLine(run, redact)), "dim"),
      ]];
    case "run.offered": {
      const { typed } = texts.run;
      const why = confirmationText(event.reason, run, context);
      return [
        [span(`! ${withVisibleControls(promptLine(run, redact))}`, "warning")],
        ...said(`${why}\n${typed(shortRunId(run.id))}`).map((line) => [span("  "), ...line]),
      ];
    }
    case "goal.reported":
      return [
        [],
        [span(`🎯 ${texts.goals.report(event.round)}`, "bold")],
        ...answerLines(redact(event.text), context.columns, folder),
      ];
    case "plan.proposed":
      return planLines(event, texts, redact);
    case "plan.decided":
      return event.decision.type === "nobody" ? said(texts.plans.terminal.nobody) : [];
    case "run.continued":
      return [[span(`… ${texts.run.continued}`, "dim")]];
    case "check.finished": {
      const check = shown.state.checks.find(({ round, name }) =>
        round === event.round && name === event.name
      );
      if (check === undefined || event.replayed === true) return [];
      const tone = event.result.status === "passed" ? "dim" : "warning";
      const text = onOneLine(redact(checkText(check, texts)), FINDING_LIMIT);
      return [[span(withoutControls(text), tone)]];
    }
    case "run.suspended":
      return [[span(`… ${texts.run.suspended}`, "dim")]];
    case "turn.event": {
      const told = toldIn(event.event);
      if (told !== undefined) return toldLines(told, context, folder);
      const news = newsIn(event.event);
      if (news === undefined) return [];
      return said(newsText(news, { texts, redact, now: clock.now() }))
        .map((line, index) => [span(index === 0 ? "ℹ " : "  ", "dim"), ...toned(line, "dim")]);
    }
    default:
      return [];
  }
}

/** What Codex says to the person while it works on, and how a question is answered. */
function toldLines(
  { text, async }: ToldMessage,
  { texts, redact, columns, talks }: NewsContext,
  folder: string | undefined,
): Line[] {
  const how = async === "question" && talks ? said(texts.run.answerBySteering) : [];
  return [
    [],
    ...answerLines(redact(text), columns, folder),
    ...how.map((line) => toned(line, "dim")),
    [],
  ];
}

/** Asks whether a request is still wanted, or what should become of a goal. */
function confirmationText(
  reason: ConfirmationReason,
  { goal, prompt }: Pick<Run, "goal" | "prompt">,
  { texts, redact }: Context,
): string {
  const { run, goals } = texts;
  switch (reason.type) {
    case "old":
      return oldText(reason, texts);
    case "interrupted":
      return goal === undefined
        ? `${run.interrupted}\n${run.interruptedMore}`
        : `${goals.interrupted}\n${goals.interruptedMore}`;
    case "goal-found":
      return `${goals.found}\n${goals.foundMore}`;
    case "goal-replaces": {
      const short = (text: string): string =>
        withVisibleControls(onOneLine(redact(text), OBJECTIVE_LIMIT));
      return `${goals.replaces} ${short(reason.objective)}\n${goals.replacesMore(short(prompt))}`;
    }
    default:
      return unreachable(reason);
  }
}

function queuedText(
  { position, held: hold, folder, behindGoal }: RunEvent & { readonly type: "run.queued" },
  { texts, redact }: Context,
): string {
  const shared = folder === undefined
    ? []
    : [withVisibleControls(folderWaitText(folder, texts, redact))];
  const place = position === 0 ? [] : [texts.run.queued(position)];
  const held = hold === undefined
    ? []
    : [heldText(hold, texts), texts.run.heldTyped.replaceAll("`", "")];
  const passes = behindGoal === true ? [texts.goals.passes] : [];
  return [...held, ...shared, ...place, ...passes].join(" ");
}

/** The answer, and one line of facts below it. */
export function finishedLines(
  { state, folder }: ShownRun,
  outcome: RunOutcome,
  context: Context & { readonly columns: number; readonly echo: () => boolean },
): Line[] {
  const { texts, redact, columns, echo } = context;
  const markdown = redact(answerMarkdown(outcome, texts));
  const heading = headingLines(outcome, state, texts).flatMap((line) => wrapped(line, columns));
  const review = reviewLines(outcome.answer, texts, redact)
    .flatMap((line) => wrapped(line, columns));
  const warning = echo() && markdown !== ""
    ? wrapped([span(`! ${texts.notices.demo}`, "warning")], columns)
    : [];
  const parts = [
    warning,
    heading,
    answerLines(markdown, columns, folder),
    pictureLines(state),
    review,
  ];
  const spaced = parts.filter((lines) => lines.length > 0).flatMap((lines) => [[], ...lines]);
  return [...spaced, ...(spaced.length > 0 ? [[]] : []), resultLine(state, outcome, texts)];
}

/** @param folder from which paths are shown */
export function answerLines(markdown: string, columns: number, folder?: string): Line[] {
  const options = folder === undefined ? {} : { folder };
  return markdown === "" ? [] : markdownLines(markdown, columns, options);
}

/** Names the pictures that Codex made, which a terminal cannot show. */
export function pictureLines({ pictures }: RunState): Line[] {
  return pictures.filter(({ made }) => made).map(({ path }) => [
    span("🖼 ", "dim"),
    span(withVisibleControls(path), "code"),
  ]);
}

export function settledLines(
  request: ApprovalRequest,
  end: ApprovalEnd,
  { approvals, terminal }: Texts,
): Line[] {
  const subject = subjectOf(request);
  const isDecision = end !== "timed-out" && end !== "nobody" && end !== "void";
  const words = isDecision ? decidedText(end, request, approvals) : {
    "timed-out": terminal.timedOut,
    nobody: terminal.nobody,
    void: approvals.noLongerNeeded,
  }[end];
  const allowed = isDecision && isAllowed(end);
  return [[
    span(`${allowed ? "✓" : "✗"} ${words}`, allowed ? "good" : "warning"),
    span(`: ${withVisibleControls(onOneLine(subject, SUBJECT_LIMIT))}`, "dim"),
  ]];
}

/** Findings that are shown; further ones are counted. */
const MOST_FINDINGS = 15;
/** Characters of what a finding says. */
const FINDING_LIMIT = 400;

const SIGNS = { answered: "✓", cancelled: "■", failed: "✗" } as const;
const TONES = { answered: "good", cancelled: "warning", failed: "bad" } as const;

/** As in `✓ Approved in round 2 · 3 files +24 −5 · 12 s · 1.8k tokens`. */
export function resultLine(state: RunState, outcome: RunOutcome, texts: Texts): Line {
  const line = endLine(runEnd(outcome, state), texts);
  const facts = [...line.facts, ...costFacts({ ...state, outcome }, texts)];
  const goal = goalEndText(outcome, state, texts);
  const doubtful = outcome.status === "answered" && !line.good;
  const sign = `${doubtful ? "!" : SIGNS[outcome.status]} ${goal?.word ?? line.word}`;
  const typed = outcome.answer?.continues === undefined ? undefined : texts.ends.typed;
  const todo = goal?.next ?? typed;
  const next = todo === undefined ? "" : `. ${todo.replaceAll("`", "")}`;
  return [
    span(sign, doubtful ? "warning" : TONES[outcome.status], "bold"),
    span(facts.map((fact) => ` · ${fact}`).join(""), "dim"),
    span(next),
  ];
}

/** Lines above the answer: why the run failed, and that it is a result so far. */
export function headingLines(
  outcome: RunOutcome,
  state: Pick<RunState, "task" | "goal">,
  texts: Texts,
): Line[] {
  const early = outcome.status !== "answered" && outcome.answer !== undefined;
  return [
    ...(outcome.status === "failed" ? problemLines(outcome, state, texts) : []),
    ...(early ? [[span(texts.run.candidate, "bold")]] : []),
  ];
}

function problemLines(
  { trouble }: RunOutcome & { readonly status: "failed" },
  state: Pick<RunState, "task">,
  texts: Texts,
): Line[] {
  const held = trouble.kind === "limit"
    ? `\n${heldText(trouble, texts)} ${othersHeldText(trouble, texts)}`
    : "";
  return said(`${runTroubleText(trouble, state, texts)}${held}`)
    .map((line) => toned(line, "bad"));
}

/** The answer's Markdown, or a sentence in its place; empty when the run has no answer. */
export function answerMarkdown({ answer }: RunOutcome, texts: Texts): string {
  if (answer === undefined) return "";
  if (answer.compaction !== undefined) return compactionText(answer.compaction, texts);
  if (answer.checked !== undefined) return checkedMarkdown(answer.checked, texts);
  if (answer.reviewed !== undefined) return reviewMarkdown(answer.reviewed, texts);
  return answer.text.trim() === "" ? texts.run.emptyAnswer : answer.text.trim();
}

/** What the reviewer said last, and the findings that are left: below the answer. */
function reviewLines(
  answer: Answer | undefined,
  { ends, run, checks }: Texts,
  redact: Redact,
): Line[] {
  const review = answer?.review;
  // The text of a review on demand has them all.
  if (review === undefined || answer?.reviewed !== undefined) return [];
  const { openFindings: open, note, result } = review;
  const said = note === "" ? [] : linesOf(withoutControls(redact(note)));
  if (open.length === 0) return said;
  const title = result === "approved" ? ends.minorFindings : ends.openFindings;
  const shown = open.slice(0, MOST_FINDINGS).flatMap((finding) =>
    findingLines(finding, { ends, run, checks }, redact)
  );
  const more = open.length - MOST_FINDINGS;
  const rest: Line[] = more > 0 ? [[span(`… +${more}`)]] : [];
  return [...said, [span(title, "bold")], ...shown, ...rest];
}

function findingLines(
  finding: Finding,
  { ends, run, checks }: Pick<Texts, "ends" | "run" | "checks">,
  redact: Redact,
): Line[] {
  const { id, severity, fix } = finding;
  const message = findingMessage(finding, { checks });
  const oneLine = (text: string): string => onOneLine(withoutControls(redact(text)), FINDING_LIMIT);
  const place = oneLine(placeText(finding));
  const first: Line = [
    span(`• ${id === "" ? "" : `${id} `}[${run.severity[severity]}] `),
    ...(place === "" ? [] : [span(place, "code"), span(": ")]),
    span(oneLine(message)),
  ];
  return fix === undefined ? [first] : [first, [span(`  ${ends.fix} ${oneLine(fix)}`, "dim")]];
}
