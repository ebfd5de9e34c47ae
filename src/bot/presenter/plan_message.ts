/** Draws the plan of a run as a message of its own, with what can be decided on it; pure. */
import { runAction } from "../../commands/queue.ts";
import { unreachable } from "../../core/errors.ts";
import type { RunOutcome } from "../../core/run/events.ts";
import {
  type PlanAnswer,
  type PlanDecision,
  type PlannedStep,
  redactedPlan,
} from "../../core/run/plan.ts";
import type { PlanState } from "../../core/run/plan_state.ts";
import type { Run } from "../../core/run/run.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import { onOneLine, shortened } from "../../core/text/short_text.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Button, Buttons } from "../outbox/outgoing.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { rendered } from "../render/rendered.ts";
import { splitMessage } from "../render/split.ts";
import { TextBuilder } from "../render/text_builder.ts";

/** A plan as its message shows it. */
export interface ShownPlan {
  readonly state: PlanState;
  /** The former plan was at work when it was changed. */
  readonly begun: boolean;
  /** Set once the run has ended. */
  readonly outcome?: RunOutcome["status"];
}

/** Of all of them together: the message has room for the rest of it. */
const BODY_LIMIT = 3_200;
const GOAL_LIMIT = 600;
const LINE_LIMIT = 300;
const PROSE_LIMIT = 3_000;
const WORDS_LIMIT = 300;
const FILES_IN_STEP = 6;
/** A longer plan is folded. */
const FOLDED_FROM = 500;

export function drawPlan(shown: ShownPlan, texts: Texts, redact: Redact): FormattedText {
  const { plans } = texts;
  const { revision, plan, answers } = redactedPlan(shown.state, redact);
  const builder = new TextBuilder();
  builder.text("📋 ").bold(revision === 1 ? plans.title : plans.revised(revision)).line();
  if (plan.goal !== "") builder.append(inLine(plan.goal, GOAL_LIMIT)).line();
  const body = new TextBuilder();
  if (plan.prose !== undefined) addProse(body, plan.prose);
  addSteps(body, plan.steps);
  const asked = answers.length > 0 ? answers : plan.questions.map(({ question }) => ({ question }));
  addList(body, plans.checks, plan.checks);
  addList(body, plans.risks, plan.risks);
  addList(body, plans.questions, asked.map((each) => answerText(each, shown, texts)));
  if (body.length > BODY_LIMIT) body.line(plans.more);
  if (!plan.changesFiles) body.line(plans.noChange);
  const drawn = body.build();
  if (drawn.text.length > FOLDED_FROM) builder.expandableQuote(withoutEnd(drawn)).line();
  else builder.append(drawn);
  const foot = footOf(shown, texts, redact);
  return foot === undefined ? withoutEnd(builder.build()) : builder.text(foot).build();
}

/** Draws a plan that the planner has written as Markdown. A quote that folds holds no other. */
function addProse(body: TextBuilder, prose: string): void {
  const { text, entities } = rendered(shortened(prose, PROSE_LIMIT));
  const flat = { text, entities: entities.filter(({ type }) => !type.endsWith("blockquote")) };
  // A table takes more room than its source.
  const [beginning = flat] = splitMessage(flat, { limit: PROSE_LIMIT, most: 1 });
  body.append(beginning).line(beginning.text.length < text.length ? "\n…" : "");
}

/** Draws what the planner has written as Markdown within a line. */
function inLine(text: string, limit: number): FormattedText {
  return rendered(onOneLine(text, limit));
}

function addSteps(body: TextBuilder, steps: readonly PlannedStep[]): void {
  for (const [index, { title, files }] of steps.entries()) {
    if (body.length > BODY_LIMIT) return;
    body.text(`${index + 1}. `).append(inLine(title, LINE_LIMIT));
    for (const file of files.slice(0, FILES_IN_STEP)) {
      body.text(" ").code(onOneLine(file, LINE_LIMIT));
    }
    if (files.length > FILES_IN_STEP) body.text(` +${files.length - FILES_IN_STEP}`);
    body.line();
  }
}

function addList(body: TextBuilder, title: string, lines: readonly string[]): void {
  if (lines.length === 0 || body.length > BODY_LIMIT) return;
  body.bold(title).line();
  for (const line of lines) {
    if (body.length > BODY_LIMIT) return;
    body.text("• ").append(inLine(line, LINE_LIMIT)).line();
  }
}

function answerText(
  { question, answer }: PlanAnswer,
  { state }: ShownPlan,
  { plans }: Texts,
): string {
  if (answer !== undefined) return `${question} → ${answer}`;
  return state.awaits === "answers" ? question : `${question} → ${plans.notAnswered}`;
}

/** Drops the line break at the end. */
function withoutEnd({ text, entities }: FormattedText): FormattedText {
  const kept = text.trimEnd();
  return {
    text: kept,
    entities: entities.flatMap((entity) => {
      const length = Math.min(entity.length, kept.length - entity.offset);
      return length > 0 ? [{ ...entity, length }] : [];
    }),
  };
}

/** @returns undefined where there is nothing to say below the plan */
function footOf(
  { state: { awaits, decision }, begun, outcome }: ShownPlan,
  { plans: { foot, you } }: Texts,
  redact: Redact,
): string | undefined {
  if (decision?.type === "change") {
    const words = onOneLine(redact(decision.words), WORDS_LIMIT);
    const next = begun ? foot.stoppedFor : foot.replaced;
    return `✏️ ${foot.decided.change(decision.who ?? you, words)}\n${next}`;
  }
  if (decision?.type === "cancel") return `⏹ ${foot.decided.cancel(decision.who ?? you)}`;
  const agreed = decision?.type === "go" ? `✅ ${foot.decided.go(decision.who ?? you)}` : undefined;
  if (outcome !== undefined) {
    return awaits === "go" && outcome === "cancelled" ? `⏹ ${foot.cancelled}` : agreed;
  }
  switch (awaits) {
    case "answers":
      return `❓ ${foot.answers}`;
    case "go":
      return `✋ ${foot.go}`;
    case "nothing":
      return agreed === undefined ? `🛠 ${foot.working}` : `${agreed}\n🛠 ${foot.working}`;
    default:
      return unreachable(awaits);
  }
}

export function planButtons(
  { state: { revision, awaits, decision }, outcome }: ShownPlan,
  run: Pick<Run, "id" | "session">,
  { plans: { buttons } }: Texts,
): Buttons {
  if (outcome !== undefined || (decision !== undefined && decision.type !== "go")) return [];
  const button = (label: string, letter: string): Button => ({
    label,
    data: `plan:${letter}:${run.id}:${revision}`,
  });
  const change = button(buttons.change, "c");
  const stop: Button = { label: buttons.stop, data: runAction("c", run) };
  switch (awaits) {
    case "answers":
      return [[{ ...stop, label: buttons.cancel }]];
    case "go":
      return [[
        { ...button(buttons.go, "g"), style: "success" },
        change,
        button(buttons.cancel, "x"),
      ]];
    case "nothing":
      return [[stop, change]];
    default:
      return unreachable(awaits);
  }
}

export interface PressedPlan {
  readonly action: Exclude<PlanDecision["type"], "nobody">;
  readonly runId: string;
  readonly revision: number;
}

const PRESS = /^plan:([gcx]):([A-Za-z0-9-]{1,40}):(\d{1,4})$/;
const ACTIONS = { g: "go", c: "change", x: "cancel" } as const;

/** @returns undefined for the data of another kind of button */
export function pressedPlan(data: string): PressedPlan | undefined {
  const [, letter, runId, revision] = PRESS.exec(data) ?? [];
  if (runId === undefined) return undefined;
  const action = letter === "g" || letter === "c" || letter === "x" ? ACTIONS[letter] : undefined;
  return action === undefined ? undefined : { action, runId, revision: Number(revision) };
}
