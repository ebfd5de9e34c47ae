/** The way to Telegram breaks while the final answer is sent. */
import assert from "node:assert/strict";
import type { FaultKind } from "../../../src/demo/bot_api/faults.ts";
import { MARK } from "../../faults/scene.ts";
import { assertLastEdit } from "./calls.ts";
import { type Codex, DONE, HeldRun, withStage } from "./scene.ts";

const BEFORE_EFFECT: readonly FaultKind[] = [{ kind: "html502" }];
/** Whether it arrived cannot be known: a repeat has to say so. */
const UNCERTAIN: readonly (readonly [FaultKind, arrivals: number])[] = [
  [{ kind: "drop-before" }, 1],
  [{ kind: "drop-after" }, 2],
];

export function connectionFaults(codex: Codex): void {
  for (const fault of BEFORE_EFFECT) {
    test(codex, fault, async (run) => {
      await run.said(/^the answer$/);
      await run.over();
      assert.equal(run.allSaid(/the answer/).length, 1);
    });
  }
  for (const [fault, arrivals] of UNCERTAIN) {
    test(codex, fault, async (run) => {
      await run.said(new RegExp(`^${MARK}[^\\n]*may have this already[^\\n]*\\nthe answer$`));
      await run.over();
      const answers = run.allSaid(/the answer/);
      assert.equal(answers.length, arrivals);
      assert.equal(answers.filter(({ text }) => text.startsWith(MARK)).length, 1);
    });
  }
}

function test(codex: Codex, fault: FaultKind, check: (run: HeldRun) => Promise<void>): void {
  const name = `${codex.backend} ${codex.codex}: ${fault.kind} while the final answer is sent`;
  Deno.test(name, () =>
    withStage(codex, async (stage) => {
      const run = await HeldRun.begin(stage, "answer me", [{ message: "the answer" }]);
      const added = stage.telegram.faults.add({ method: "sendMessage", ...fault });
      run.release();
      await check(run);
      assert.equal(added.hits, 1);
      assertLastEdit(stage, run.status.id, DONE);
      await stage.ask("and now?", /^ok: [\s\S]*and now\?$/);
    }));
}
