/** Writes what a reviewer is given; pure. */
import type { Finding } from "../core/run/events.ts";
import type { HistoryEntry } from "../core/session/session.ts";
import { findingLine } from "./findings.ts";
import { conversationText } from "./prompts.ts";
import type { ReviewMaterial } from "./review_material.ts";

export interface ReviewParts {
  readonly prompt: string;
  readonly history: readonly HistoryEntry[];
  readonly plan: string;
  /** What the developer reported in this round. */
  readonly report: string;
  readonly round: number;
  readonly material: ReviewMaterial;
  /** All findings of the earlier rounds. */
  readonly findings: readonly Finding[];
}

export function reviewerPrompt(parts: ReviewParts): string {
  const { prompt, history, plan, report, round, material, findings } = parts;
  const earlier = conversationText(history);
  return fencedSections([
    ...(earlier === undefined ? [] : [["Conversation before the request", earlier] as const]),
    ["Request, with everything that was added to it", prompt],
    ["Plan", plan],
    [`Developer's report of round ${round}: a claim, to be checked`, report],
    ["Changed files of this run", material.files],
    ["Change of this run, all rounds together", material.diff],
    ["What was run in this round", material.evidence],
    ...(findings.length === 0
      ? []
      : [["Your earlier findings", findings.map(findingLine).join("\n")] as const]),
  ]);
}

/**
 * Fences each section with a line that stands in none of them, so that nothing inside of one can look
 * like the beginning of another.
 */
function fencedSections(sections: readonly (readonly [title: string, body: string])[]): string {
  const fence = fenceFor(sections.map(([, body]) => body).join("\n"));
  const written = sections.map(([title, body]) =>
    `${fence} ${title}\n${body.trim() === "" ? "(none)" : body.trim()}`
  );
  return `Each section begins with a line that starts with ${fence} and ends before the next one.

${written.join("\n\n")}
${fence} end`;
}

/** @returns a row of signs that is longer than any in the text */
function fenceFor(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/§+/g)].map(([row]) => row.length));
  return "§".repeat(Math.max(3, longest + 1));
}

/** For a reviewer whose answer could not be read. */
export const REVIEW_AGAIN_PROMPT =
  'Your answer could not be read. Give the same review again as one JSON object and nothing else, no fence around it: {"verdict": "approved" | "needs_changes", "summary": "...", "findings": [{"id": "..." | null, "severity": "blocker" | "major" | "minor", "file": "..." | null, "line_from": 1 | null, "line_to": 1 | null, "message": "...", "evidence": "..." | null, "fix": "..." | null, "confidence": 0.9 | null}], "earlier": [{"id": "F1", "state": "open" | "settled" | "withdrawn"}]}';
