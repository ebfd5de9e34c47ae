/** Writes what a reviewer is asked once more, when its answer is no review or a part of one; pure. */
import type { Finding } from "../core/run/events.ts";
import { findingLine } from "./findings.ts";

const FORM =
  '{"verdict": "approved" | "needs_changes", "summary": "...", "findings": [{"id": "..." | null, "severity": "blocker" | "major" | "minor", "file": "..." | null, "line_from": 1 | null, "line_to": 1 | null, "message": "...", "evidence": "..." | null, "fix": "..." | null, "confidence": 0.9 | null}], "earlier": [{"id": "F1", "state": "open" | "settled" | "withdrawn"}]}';

/** For a reviewer whose answer could not be read. */
export const REVIEW_AGAIN_PROMPT =
  `Your answer could not be read. Give the same review again as one JSON object and nothing else, no fence around it, no key twice: ${FORM}`;

/** For a reviewer that does not say what became of these findings. */
export function takeUpPrompt(passedOver: readonly Finding[]): string {
  return `You did not say what became of these earlier findings. Look at each again, then give the whole review again as one JSON object and nothing else, with each of them under "earlier"; one that you do not name stays open.

${passedOver.map(findingLine).join("\n")}

${FORM}`;
}
