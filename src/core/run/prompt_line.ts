/** A request in a list. */
import type { Redact } from "../redaction/redact.ts";
import type { Run } from "./run.ts";

/** Characters: enough to tell it from the others. */
const LIMIT = 60;

/**
 * The beginning of what was asked, as one line.
 * @param redact masks secrets, before anything is cut: half a secret is not recognized
 */
export function promptLine({ prompt }: Run, redact: Redact): string {
  const line = redact(prompt).replaceAll(/\s+/g, " ").trim();
  if (line.length <= LIMIT) return line;
  return `${line.slice(0, LIMIT - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}
