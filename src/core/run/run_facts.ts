/** How a run ended, in a few short facts. */
import type { RunOutcome } from "./events.ts";
import type { Progress } from "./run_progress.ts";
import { type DurationUnits, formatCount, formatDuration } from "../text/duration.ts";
import type { LineCounts } from "../workspace/unified_diff.ts";

/** The words for them; every catalogue has these. */
export interface FactTexts {
  readonly units: DurationUnits;
  readonly run: {
    readonly round: (round: number) => string;
    readonly files: (count: number) => string;
    readonly tokens: (count: string) => string;
  };
}

/** As in `12 s`, `round 2`, `3 files`, `+24 −5`, `1.8k tokens`; what is nothing is left out. */
export function endFacts(
  { latencyMs, files, lines, tokens }: Progress,
  outcome: RunOutcome,
  texts: FactTexts,
): readonly string[] {
  const { run } = texts;
  const rounds = outcome.answer?.review?.rounds ?? 0;
  return [
    // A request that was dropped while it waited took no time at all.
    ...(latencyMs > 0 ? [formatDuration(latencyMs, texts)] : []),
    ...(rounds > 0 ? [run.round(rounds)] : []),
    ...(files.size > 0 ? [run.files(files.size)] : []),
    ...(lines === undefined ? [] : [changedLines(lines)]),
    ...(tokens > 0 ? [run.tokens(formatCount(tokens))] : []),
  ];
}

/** `+120 −8`, with a minus that is as wide as the plus. */
export function changedLines({ added, removed }: LineCounts): string {
  return `+${added} −${removed}`;
}
