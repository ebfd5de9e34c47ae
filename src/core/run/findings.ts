/** Tells the findings of a review that are still to be settled. */
import type { Finding } from "./events.ts";

export function openFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ state }) => state === "open");
}
