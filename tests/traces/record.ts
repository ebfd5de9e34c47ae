/**
 * Records the trace of a plan run with a real Codex and a scripted model, for the tests and pictures
 * of `codex-orchestrator trace`: `deno run -A tests/traces/record.ts`.
 */
import { join } from "node:path";
import type { Stage } from "../e2e/stage.ts";
import { readKeptDiffs } from "../../src/integrations/state/change_table.ts";
import { ENGLISH } from "../transcript/story/english.ts";
import { play } from "../transcript/play.ts";
import { RECORDED_DIFFS, RECORDED_TRACE } from "./recorded.ts";

await play(ENGLISH, { done: keep });

async function keep(stage: Stage): Promise<void> {
  const records = await stage.traces();
  const runId = String(records[0]?.run_id);
  const kept = readKeptDiffs(join(stage.stateFolder, "state.db"), runId);
  if (!("diffs" in kept)) throw new Error(kept.unavailable);
  const lines = records.map((record) => JSON.stringify(record)).join("\n");
  await Deno.writeTextFile(RECORDED_TRACE, `${ofNobody(lines, stage)}\n`);
  const diffs = kept.diffs.map((diff) => ofNobody(diff, stage));
  await Deno.writeTextFile(RECORDED_DIFFS, `${JSON.stringify(diffs, null, 2)}\n`);
}

/** Without the folders of the machine that recorded it. */
function ofNobody(text: string, { workspace, home }: Stage): string {
  return text.replaceAll(workspace, "/home/ann/tally").replaceAll(home, "/home/ann");
}
