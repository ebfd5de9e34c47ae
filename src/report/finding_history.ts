/** Follows each finding over the rounds of a run. */
import type { Finding } from "../core/run/events.ts";
import type { Stage } from "./run_history.ts";

export interface FindingHistory {
  /** As the last review has it. */
  readonly finding: Finding;
  /** What the reviews have said of it, oldest first; only where it changed. */
  readonly states: readonly { readonly round: number; readonly state: Finding["state"] }[];
}

/** @returns those that are open first, then as they were found */
export function findingHistories(stages: readonly Stage[]): FindingHistory[] {
  const histories = new Map<string, FindingHistory>();
  for (const { round, review } of stages) {
    for (const [index, finding] of (review?.findings ?? []).entries()) {
      // Earlier versions gave findings no identity.
      const key = finding.id === "" ? `${round}:${index}` : finding.id;
      const states = histories.get(key)?.states ?? [];
      const isNew = states.at(-1)?.state !== finding.state;
      histories.set(key, {
        finding,
        states: isNew ? [...states, { round, state: finding.state }] : states,
      });
    }
  }
  const isOpen = ({ finding }: FindingHistory): boolean => finding.state === "open";
  const all = [...histories.values()];
  return [...all.filter(isOpen), ...all.filter((history) => !isOpen(history))];
}
