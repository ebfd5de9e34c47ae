/** Writes the inputs of the agents; pure. */
import type { FileChange } from "../core/codex/codex.ts";
import type { Review } from "../core/run/events.ts";
import {
  FOREWORD_HEADINGS,
  PLAN_HEADING,
  type PromptSection,
  REQUEST_HEADINGS,
  writeSections,
} from "../core/text/prompt_sections.ts";
import type { HistoryEntry } from "../core/session/session.ts";
import { openFindings } from "../core/run/findings.ts";
import { findingLine } from "./findings.ts";

/** The result of a developer's turn, as the reviewer and the next round need it. */
export interface Candidate {
  readonly answer: string;
  readonly diff: string;
  readonly changedFiles: readonly FileChange[];
  /** What Codex ran in the turn, in order. */
  readonly commands: readonly RanCommand[];
  readonly threadId?: string;
  /** Codex has done nothing but write in the turn. */
  readonly wordsOnly?: true;
  /** The person changed the plan, and the turn was stopped for it. */
  readonly change?: { readonly words: string; readonly who?: string };
}

export interface RanCommand {
  readonly command: string;
  /** Absent where it did not end by itself. */
  readonly exitCode?: number;
}

/** Longest earlier message in an input, in UTF-16 units. */
const HISTORY_ENTRY_LIMIT = 2_000;
/** How many earlier messages an input has. */
const HISTORY_ENTRIES = 8;

export function selectorPrompt(prompt: string, history: readonly HistoryEntry[]): string {
  return writeSections(conversation(history), [REQUEST_HEADINGS.request, prompt]);
}

export function plannerPrompt(prompt: string, history: readonly HistoryEntry[]): string {
  return writeSections(conversation(history), [REQUEST_HEADINGS.request, prompt]);
}

/** For a planner whose answer is no plan. */
export const PLAN_AGAIN_PROMPT =
  'Your answer was no plan. Give the whole plan as one JSON object and nothing else: {"goal": "...", "steps": [{"title": "...", "files": ["..."]}], "checks": ["..."], "risks": ["..."], "questions": [{"question": "...", "choices": ["..."]}], "changes_files": true | false}';

/** Adds the conversation, for a developer's fresh thread. */
export function withConversation(text: string, history: readonly HistoryEntry[]): string {
  const earlier = conversation(history);
  return earlier === undefined ? text : writeSections(earlier, [REQUEST_HEADINGS.request, text]);
}

export function developerPrompt(prompt: string, plan: string): string {
  return writeSections([REQUEST_HEADINGS.request, prompt], [PLAN_HEADING, plan]);
}

/** For a planner whose questions were answered, or could not be. */
export function answeredPlannerPrompt(asked: string, answers: string): string {
  return writeSections([REQUEST_HEADINGS.request, asked], [
    "Your questions",
    `${answers}\n\nMake the plan now. Where there is no answer, decide and name it under the risks.`,
  ]);
}

interface PlanChange {
  readonly plan: string;
  readonly words: string;
  /** What the developer has changed by then, one file a line; absent = it has not begun. */
  readonly done?: string;
}

/** For a planner whose plan the person wants to be another one. */
export function changedPlannerPrompt(asked: string, { plan, words, done }: PlanChange): string {
  return writeSections(
    [REQUEST_HEADINGS.request, asked],
    ["Your plan", plan],
    ["What the person wants changed in it", words],
    done === undefined ? undefined : [
      "Done so far by your plan",
      `${done}\n\nLook at the files. Say in the new plan what of it stays and what is to be undone.`,
    ],
  );
}

/** For a developer who was stopped because the person changed the plan. */
export function changedDeveloperPrompt(asked: string, { plan, words, done }: PlanChange): string {
  return writeSections(
    [
      FOREWORD_HEADINGS.interrupted,
      `The person changed the plan while you were at work by the former one: ${words}\n\nDone so far:\n${
        done ?? "(none)"
      }\n\nLook at the present state of the files first. Keep what fits the new plan, take back what does not, and do nothing twice.`,
    ],
    [REQUEST_HEADINGS.again, asked],
    [PLAN_HEADING, plan],
  );
}

/** For a developer whose turn was interrupted by the end of the program. */
export function interruptedPrompt(text: string): string {
  return writeSections(
    [
      FOREWORD_HEADINGS.interrupted,
      "The program was stopped while you were at work on this, so that some of it may be done already. Look at the present state of the files first, then finish the work; do nothing twice.",
    ],
    [REQUEST_HEADINGS.again, text],
  );
}

/** Tells a developer first what happened since its last turn. */
export function withNotes(text: string, notes: readonly string[]): string {
  if (notes.length === 0) return text;
  const foreword = writeSections([FOREWORD_HEADINGS.meanwhile, notes.join("\n\n")]);
  const asked = text.startsWith("# ") ? text : writeSections([REQUEST_HEADINGS.request, text]);
  return `${foreword}\n\n${asked}`;
}

const ONLY_PROGRAM = "The reviewer has nothing else to ask for; what the program found is open.";

/** @param failing what came of the checks that fail; undefined = none does */
export function revisionPrompt(review: Review, round: number, failing?: string): string {
  const { summary } = review;
  return writeSections(
    [
      round === 0 ? "Review that was asked for" : `Review of round ${round}`,
      summary === "" ? ONLY_PROGRAM : summary,
    ],
    failing === undefined ? undefined : ["Checks that fail, run by the program", failing],
    [
      "Findings to settle",
      `${openFindings(review.findings).map(findingLine).join("\n")}

Say in your report what became of each, by its id.`,
    ],
  );
}

function conversation(history: readonly HistoryEntry[]): PromptSection | undefined {
  const text = conversationText(history);
  return text === undefined ? undefined : [FOREWORD_HEADINGS.conversation, text];
}

/** @returns undefined where there is none yet */
export function conversationText(history: readonly HistoryEntry[]): string | undefined {
  const recent = history.slice(-HISTORY_ENTRIES);
  if (recent.length === 0) return undefined;
  const lines = recent.map(({ role, content }) =>
    `${role === "user" ? "Person" : "You"}: ${shortened(content, HISTORY_ENTRY_LIMIT)}`
  );
  return lines.join("\n\n");
}

function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}\n[… ${text.length - limit} more characters left out]`;
}
