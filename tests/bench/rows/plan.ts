/** Row: a plan of four stages, beside the same four turns of Codex alone. */
import { ROLES } from "../../../src/workflows/roles.ts";
import { scriptRoles } from "../../e2e/plan_script.ts";
import type { Stage } from "../../e2e/stage.ts";
import { NEWEST } from "../../support/codex_versions.ts";
import { benchStage, developerThread, pause, startRaw } from "../bot_stage.ts";
import type { Figure, Row } from "../figures.ts";
import type { RawCodex } from "../raw_codex.ts";

const PLAN_MESSAGE = JSON.stringify({
  goal: "A file that says done",
  steps: [{ title: "Write it", files: ["a.txt"] }],
  checks: [],
  risks: [],
  questions: [],
  changes_files: true,
});
const WRITES = { command: "date +%s%N > a.txt" };

export const PLAN: Row = {
  name: "plan",
  about: "selector, planner, developer and reviewer, beside four raw turns",
  async measure({ quick }): Promise<Figure[]> {
    await using stage = await benchStage();
    scriptRoles(stage.model, {
      selector: [[{ message: '{"mode":"plan","reason":"several files"}' }]],
      planner: [[{ message: PLAN_MESSAGE }]],
      developer: [[WRITES, { message: "built." }]],
      reviewer: [[{
        message: '{"verdict":"approved","summary":"all good","findings":[],"earlier":[]}',
      }]],
    });
    await makeRepository(stage);
    await stage.start();
    await using raw = await startRaw(stage, NEWEST, "app-server");
    const developer = await raw.thread(developerThread(stage));
    // Once each before anything is measured.
    await planned(stage);
    await fourTurns(raw, stage, developer);
    const times = { program: new Array<number>(), raw: new Array<number>() };
    for (let each = 0; each < (quick ? 2 : 12); each++) {
      await pause(2_000);
      times.program.push(await planned(stage));
      await pause(2_000);
      times.raw.push(await fourTurns(raw, stage, developer));
    }
    return [{
      what: "plan of four stages, message to answer",
      values: times.program,
      unit: "ms",
      beside: { what: "four raw turns", values: times.raw },
      target: { most: 1.1 },
      kind: "noisy",
    }];
  },
};

async function planned(stage: Stage): Promise<number> {
  const sentAt = performance.now();
  await stage.ask("build it all", /^built\./);
  return performance.now() - sentAt;
}

/** Readers have threads of their own, the developer goes on in its one. */
async function fourTurns(raw: RawCodex, stage: Stage, developer: string): Promise<number> {
  const startedAt = performance.now();
  for (const role of ["selector", "planner"] as const) await readerTurn(raw, stage, role);
  await raw.turn(developer, `build it all. ${PLAN_MESSAGE}`);
  await readerTurn(raw, stage, "reviewer");
  return performance.now() - startedAt;
}

async function readerTurn(
  raw: RawCodex,
  { workspace }: Stage,
  role: "selector" | "planner" | "reviewer",
): Promise<void> {
  const { instructions, outputSchema } = ROLES[role];
  const threadId = await raw.thread({
    cwd: workspace,
    sandbox: "read-only",
    approvalPolicy: "never",
    developerInstructions: instructions,
    ephemeral: true,
  });
  await raw.turn(threadId, "build it all", { outputSchema });
}

async function makeRepository({ workspace }: Stage): Promise<void> {
  await Deno.writeTextFile(`${workspace}/a.txt`, "begun\n");
  const name = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  for (const args of [["init", "-q"], ["add", "."], [...name, "commit", "-qm", "begun"]]) {
    await new Deno.Command("git", { args: ["-C", workspace, ...args] }).output();
  }
}
