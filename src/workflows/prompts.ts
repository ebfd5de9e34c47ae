/** Writes the inputs of the agents; pure. */
import type { FileChange } from "../core/codex/codex.ts";
import type { Finding, Review } from "../core/run/events.ts";
import {
  FOREWORD_HEADINGS,
  PLAN_HEADING,
  type PromptSection,
  REQUEST_HEADINGS,
  writeSections,
} from "../core/text/prompt_sections.ts";
import type { HistoryEntry } from "../core/session/session.ts";
import { listFileChanges, mergeFileChanges, NO_FILES } from "../core/workspace/changes.ts";

/** The result of a developer's turn, as the reviewer and the next round need it. */
export interface Candidate {
  readonly answer: string;
  readonly diff: string;
  readonly changedFiles: readonly FileChange[];
  readonly threadId?: string;
}

/** Longest diff in a reviewer's input, in UTF-16 units; it can read the files for the rest. */
const DIFF_LIMIT = 60_000;
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

/** Adds the conversation, for a developer's fresh thread. */
export function withConversation(text: string, history: readonly HistoryEntry[]): string {
  const earlier = conversation(history);
  return earlier === undefined ? text : writeSections(earlier, [REQUEST_HEADINGS.request, text]);
}

export function developerPrompt(prompt: string, plan: string): string {
  return writeSections([REQUEST_HEADINGS.request, prompt], [PLAN_HEADING, plan]);
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

export function revisionPrompt(review: Review, round: number): string {
  return writeSections(
    [`Review of round ${round}`, review.summary],
    ["Findings to settle", findingList(review.findings)],
  );
}

export function reviewerPrompt(parts: {
  readonly prompt: string;
  readonly plan: string;
  readonly candidates: readonly Candidate[];
  readonly round: number;
}): string {
  const latest = parts.candidates.at(-1);
  return writeSections(
    [REQUEST_HEADINGS.request, parts.prompt],
    ["Plan", parts.plan],
    [`Developer's answer in round ${parts.round}`, latest?.answer ?? ""],
    ["Changed files in this run", fileList(parts.candidates)],
    ["Diff of this run, as Codex recorded it", runDiff(parts.candidates)],
  );
}

/** For a reviewer whose answer could not be read. */
export const REVIEW_AGAIN_PROMPT =
  'Your answer could not be read. Give the same review again as one JSON object and nothing else: {"verdict": "approved" | "needs_changes", "summary": "...", "findings": [{"severity": "blocker" | "major" | "minor", "file": "..." or null, "message": "..."}]}';

function conversation(history: readonly HistoryEntry[]): PromptSection | undefined {
  const recent = history.slice(-HISTORY_ENTRIES);
  if (recent.length === 0) return undefined;
  const lines = recent.map(({ role, content }) =>
    `${role === "user" ? "Person" : "You"}: ${shortened(content, HISTORY_ENTRY_LIMIT)}`
  );
  return [FOREWORD_HEADINGS.conversation, lines.join("\n\n")];
}

function findingList(findings: readonly Finding[]): string {
  return findings.map(({ severity, file, message }) =>
    `- [${severity}]${file === undefined ? "" : ` ${file}:`} ${message}`
  ).join("\n");
}

function fileList(candidates: readonly Candidate[]): string {
  const files = mergeFileChanges(NO_FILES, candidates.flatMap(({ changedFiles }) => changedFiles));
  return listFileChanges(files).map(({ path, kind }) => `- ${path} (${kind})`).join("\n");
}

function runDiff(candidates: readonly Candidate[]): string {
  const diffs = candidates.map(({ diff }, index) => ({ diff, round: index + 1 }))
    .filter(({ diff }) => diff !== "");
  const text = diffs.map(({ diff, round }) =>
    diffs.length === 1 ? diff : `Round ${round}:\n${diff}`
  )
    .join("\n\n");
  return shortened(text, DIFF_LIMIT);
}

function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}\n[… ${text.length - limit} more characters left out]`;
}
