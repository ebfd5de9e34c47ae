import assert from "node:assert/strict";
import fc from "fast-check";
import { StepMismatchError } from "../../src/core/errors.ts";
import { StateDatabase } from "../../src/integrations/state/database.ts";
import { RunTable } from "../../src/integrations/state/run_table.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { fuzz, index } from "./fuzz.ts";
import { damaged, damages } from "./json_damage.ts";
import { damagedText, textDamages } from "./text_damage.ts";

const ORIGIN = { chatId: "-5", messageId: 3, topicId: 9, language: "ko" } as const;
const SESSION = { chatId: "-5", userId: "7" };
const ANSWER = { text: "done", review: { result: "approved", rounds: 1, note: "" } };
const USAGE = {
  inputTokens: 1,
  cachedInputTokens: 2,
  outputTokens: 3,
  reasoningTokens: 4,
  totalTokens: 10,
};

/** Lists the JSON columns with valid values. */
const COLUMNS: readonly (readonly [update: string, sample: unknown])[] = [
  ["UPDATE runs SET origin = ? WHERE run_id = 'bad'", ORIGIN],
  ["UPDATE runs SET offer = ? WHERE run_id = 'bad'", { type: "interrupted", step: "develop 1" }],
  ["UPDATE runs SET outcome = ? WHERE run_id = 'bad'", { status: "answered", answer: ANSWER }],
  ["UPDATE steps SET result = ? WHERE run_id = 'bad'", { mode: "plan", reason: "large" }],
  ["UPDATE steps SET usage = ? WHERE run_id = 'bad'", USAGE],
];

const cases = fc.array(
  fc.record({
    column: index(COLUMNS.length),
    json: damages,
    text: fc.oneof(fc.constant([]), textDamages),
  }),
  { minLength: 1, maxLength: 3 },
);

fuzz(
  "RunTable reads what it can of damaged rows, and refuses the rest in words",
  cases,
  async (all) => {
    await using folder = await temporaryFolder();
    const log = new RecordingLog();
    using database = new StateDatabase({
      path: `${folder.path}/state.db`,
      clock: new FakeClock(),
      log,
    });
    const runs = new RunTable(database, log);
    for (const id of ["bad", "good"]) {
      const createdAt = "2026-01-01T00:00:00.000Z";
      runs.create({ id, session: SESSION, prompt: "x", origin: ORIGIN, createdAt }, id);
      runs.forRun(id).record({ name: "select", input: "", result: {}, usage: USAGE });
    }
    for (const { column, json, text } of all) {
      const [update, sample] = COLUMNS[column] ?? ["", undefined];
      database.run(update, damagedText(JSON.stringify(damaged(sample, json)) ?? "", text));
    }

    assert.ok(runs.unfinished().some(({ id }) => id === "good"));
    assert.deepEqual(runs.awaitingConfirmation(SESSION).filter(({ id }) => id !== "bad"), []);
    runs.confirm("bad");
    assert.equal(runs.forRun("good").next()?.name, "select");
    assertReadOrRefused(() => runs.forRun("bad").next());
    runs.handedOver("bad");
    runs.prune();
  },
  { percent: 20 },
);

function assertReadOrRefused(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof StepMismatchError, String(error));
  }
}
