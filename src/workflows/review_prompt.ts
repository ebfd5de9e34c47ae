/** Writes what a reviewer is given; pure. */
import type { Finding } from "../core/run/events.ts";
import type { HistoryEntry } from "../core/session/session.ts";
import { answeredFindingLine, findingLine } from "./findings.ts";
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
  /** What came of the checks that the program has run; empty = there are none. */
  readonly checks?: string;
  /** What the program itself has found, in all rounds. */
  readonly program?: readonly Finding[];
  /** All findings of the reviewer in the earlier rounds. */
  readonly findings: readonly Finding[];
}

export function reviewerPrompt(parts: ReviewParts): string {
  const { prompt, history, plan, report, round, material, findings, checks = "" } = parts;
  const program = (parts.program ?? []).filter(({ state }) => state === "open");
  const earlier = conversationText(history);
  return fencedSections([
    ...(earlier === undefined ? [] : [["Conversation before the request", earlier] as const]),
    ["Request, with everything that was added to it", prompt],
    ["Plan", plan],
    [`Developer's report of round ${round}: a claim, to be checked`, report],
    ["Changed files of this run", material.files],
    ["Change of this run, all rounds together", material.diff],
    ["What the developer ran in this round", material.evidence],
    ...(checks === ""
      ? []
      : [["Checks, run by the program on this round's work", checks] as const]),
    ...(program.length === 0 ? [] : [
      [
        "Found by the program, and open already: do not raise it again",
        program.map(findingLine).join("\n"),
      ] as const,
    ]),
    ...(findings.length === 0
      ? []
      : [["Your earlier findings", earlierFindings(findings, report)] as const]),
  ]);
}

function earlierFindings(findings: readonly Finding[], report: string): string {
  return findings.map((finding) => answeredFindingLine(finding, report)).join("\n");
}

/**
 * Fences each section with a line that stands in none of them, so that nothing inside of one can look
 * like the beginning of another.
 */
export function fencedSections(
  sections: readonly (readonly [title: string, body: string])[],
): string {
  const bodies = sections.map(([title, body]) => [title, withPlainLines(body)] as const);
  const fence = fenceFor(bodies.map(([, body]) => body).join("\n"));
  const written = bodies.map(([title, body]) =>
    `${fence} ${title}\n${body.trim() === "" ? "(none)" : body.trim()}`
  );
  return `Each section begins with a line that starts with ${fence} and ends before the next one.

${written.join("\n\n")}
${fence} end`;
}

/** What some readers take for the end of a line is one for all. */
function withPlainLines(text: string): string {
  return text.replaceAll(/\r\n?|[\v\f\u0085\u2028\u2029]/g, "\n");
}

/** @returns a row of signs that is longer than any in the text, signs that nobody sees aside */
function fenceFor(text: string): string {
  const seen = text.replaceAll(/[\p{Cf}\p{Mn}\p{Cc}\p{Zs}]/gu, (sign) => sign === "\n" ? sign : "");
  const longest = Math.max(0, ...[...seen.matchAll(/§+/g)].map(([row]) => row.length));
  return "§".repeat(Math.max(3, longest + 1));
}
