/** The recorded run: what `record.ts` wrote, and what it is a part of. */
import { z } from "zod";
import type { TraceRecord } from "../../src/core/run/trace.ts";
import { readTraceLine } from "../../src/integrations/traces/trace_line.ts";
import { type RunHistory, runHistory } from "../../src/report/run_history.ts";

export const RECORDED_TRACE = fixture("plan_run.jsonl");
export const RECORDED_DIFFS = fixture("plan_run_diffs.json");

export function recordedLines(): string[] {
  return Deno.readTextFileSync(RECORDED_TRACE).trim().split("\n");
}

/** One for each turn of the developer. */
export function recordedDiffs(): string[] {
  return z.array(z.string()).parse(JSON.parse(Deno.readTextFileSync(RECORDED_DIFFS)));
}

export function recordsOf(lines: readonly string[]): TraceRecord[] {
  return lines.map((line) => {
    const read = readTraceLine(line);
    if (read.kind !== "record") throw new Error(`${read.kind}: ${line.slice(0, 200)}`);
    return read.record;
  });
}

export function recordedRun(): RunHistory {
  const records = recordsOf(recordedLines());
  return runHistory(records[0]?.run_id ?? "", records);
}

function fixture(name: string): string {
  return new URL(`../fixtures/traces/${name}`, import.meta.url).pathname;
}
