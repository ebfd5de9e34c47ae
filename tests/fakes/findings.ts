/** Findings of reviews. */
import type { Finding } from "../../src/core/run/events.ts";

export function finding(facts: Partial<Finding> & Pick<Finding, "message">): Finding {
  return { id: "F1", severity: "major", state: "open", round: 1, ...facts };
}
