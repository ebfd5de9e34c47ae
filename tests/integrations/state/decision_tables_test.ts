/** What people decide later: plans, work that was not approved, and runs that are taken back. */
import assert from "node:assert/strict";
import type { RunOutcome } from "../../../src/core/run/events.ts";
import type { Snapshot } from "../../../src/core/workspace/workspace.ts";
import { EndedReviewTable } from "../../../src/integrations/state/ended_review_table.ts";
import { PlanMessageTable } from "../../../src/integrations/state/plan_table.ts";
import { RunTable } from "../../../src/integrations/state/run_table.ts";
import { SnapshotTable } from "../../../src/integrations/state/snapshot_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { LOG, withDatabase } from "./reopened.ts";

const ANN = { chatId: "-5", userId: "7" };
const BEN = { chatId: "-5", userId: "8" };
const CLOCK = new FakeClock();
const RUN = {
  id: "r1",
  session: ANN,
  prompt: "do it",
  origin: { chatId: "-5", messageId: 3, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
} as const;
const NOT_APPROVED: RunOutcome = {
  status: "answered",
  answer: {
    text: "done",
    continues: { plan: "the plan", round: 2, next: "develop", report: "done" },
  },
};

Deno.test("what was added to a request belongs to what goes on, and to what is tried again", () =>
  withDatabase((open) => {
    const database = open();
    const runs = new RunTable(database, LOG);
    const added = ["in red", "and small"];
    const whole = /^do it\n\n[^\n]+\n\nin red\n\nand small$/;
    runs.create({ ...RUN, id: "r1" }, "r1");
    runs.finish("r1", NOT_APPROVED, 1, added);
    assert.match(new EndedReviewTable(database).find(ANN, "r1")?.prompt ?? "", whole);
    assert.match(runs.lastRequest(ANN)?.prompt ?? "", whole);
    runs.create({ ...RUN, id: "r2" }, "r2");
    const trouble = { kind: "failed", said: "No." } as const;
    runs.finish("r2", { status: "failed", message: "No.", trouble }, 1, added);
    assert.match(runs.failedRequest(ANN, "r2")?.prompt ?? "", whole);
    assert.match(runs.lastRequest(ANN)?.prompt ?? "", whole);
  }));

Deno.test("work that was not approved is decided on once, by the person of its session", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    for (const id of ["r1", "r2"]) {
      runs.create({ ...RUN, id }, id);
      runs.finish(id, NOT_APPROVED, 1);
    }
    const database = open();
    const ended = new EndedReviewTable(database);
    assert.equal(ended.find(ANN)?.follows.runId, "r2");
    assert.equal(ended.find(ANN, "r1")?.follows.runId, "r1");
    assert.equal(ended.find(BEN), undefined);
    assert.equal(ended.find(BEN, "r1"), undefined);
    ended.markAccepted("r2", "Ann");
    assert.equal(ended.find(ANN, "r2"), undefined);
    assert.equal(ended.find(ANN)?.follows.runId, "r1");
    // The next round of it goes on.
    new RunTable(database, LOG).create({ ...RUN, id: "r3" }, "round:r1");
    assert.equal(ended.find(ANN, "r1"), undefined);
    assert.equal(ended.find(ANN), undefined);
  }));

Deno.test("a plan is open for the words of its own person, until it is closed", () =>
  withDatabase((open) => {
    const database = open();
    new RunTable(database, LOG).create(RUN, "telegram:1");
    const plans = new PlanMessageTable(database, LOG);
    const plan = { chatId: -5, runId: "r1", revision: 1 } as const;
    plans.remember({ ...plan, messageId: 10, kind: "plan" });
    plans.remember({ ...plan, messageId: 11, kind: "words" });
    const again = new PlanMessageTable(open(), LOG);
    assert.deepEqual(again.shownIn(-5, 10), { ...plan, messageId: 10, kind: "plan", userId: 7 });
    assert.equal(again.shownIn(5, 10), undefined);
    assert.deepEqual(again.find("r1", 1).map(({ messageId }) => messageId), [10]);
    assert.deepEqual(again.find("r1", 2), []);
    assert.equal(again.wordsAsked({ userId: 7, chatId: -5 })?.messageId, 11);
    assert.equal(again.wordsAsked({ userId: 8, chatId: -5 }), undefined);
    assert.equal(again.wordsAsked({ userId: 7, chatId: -5, topicId: 4 }), undefined);
    again.wordsTaken("r1");
    assert.equal(again.wordsAsked({ userId: 7, chatId: -5 }), undefined);
    assert.equal(again.shownIn(-5, 10)?.runId, "r1");
    again.close("r1", 2);
    assert.equal(again.shownIn(-5, 10)?.runId, "r1");
    again.close("r1", 1);
    assert.equal(again.shownIn(-5, 10), undefined);
    plans.remember({ ...plan, messageId: 12, revision: 2, kind: "plan" });
    assert.deepEqual(again.closeAll("r1").map(({ messageId }) => messageId), [12]);
    assert.equal(again.shownIn(-5, 12), undefined);
    assert.deepEqual(again.closeAll("r1"), []);
  }));

function snapshot(tree: string): Snapshot {
  return {
    folder: "/w",
    id: tree,
    tree,
    top: "/w",
    prefix: ".",
    repository: false,
    nested: 0,
    withoutContent: 0,
  };
}

/** Is a minute later each time it is asked. */
class MovingClock extends FakeClock {
  #minutes = 0;

  override now(): Date {
    return new Date(super.now().getTime() + 60_000 * this.#minutes++);
  }
}

Deno.test("a change that is brought again is known as that where a later run has begun", () =>
  withDatabase((open) => {
    const table = new SnapshotTable(open(), new MovingClock());
    for (const [runId, session] of [["r1", ANN], ["r2", ANN], ["r3", BEN]] as const) {
      table.add({ runId, session }, 0, snapshot("before"));
      table.add({ runId, session }, 1, snapshot("after"));
    }
    for (const runId of ["r1", "r2"]) {
      table.markUndone(runId, true);
      assert.equal(table.run(ANN, runId)?.broughtBack, undefined);
      table.markUndone(runId, false);
    }
    assert.deepEqual(
      table.runs(ANN).map(({ runId, undone, broughtBack }) => [runId, undone, broughtBack]),
      [["r2", false, undefined], ["r1", false, true]],
    );
    table.markUndone("r1", true);
    assert.deepEqual(
      [table.run(ANN, "r1")?.undone, table.run(ANN, "r1")?.broughtBack],
      [true, undefined],
    );
  }));

Deno.test("what a run has changed belongs to its session, and who shared its folder is known", () =>
  withDatabase((open) => {
    const table = new SnapshotTable(open(), CLOCK);
    const owners = [{ runId: "r1", session: ANN }, { runId: "r2", session: BEN }];
    for (const owner of owners) {
      table.add(owner, 0, snapshot("before"));
      table.add(owner, 1, snapshot("after"));
    }
    table.addMixed([{ runId: "r1", other: { runId: "r2", own: false } }]);
    const again = new SnapshotTable(open(), CLOCK);
    assert.deepEqual(again.runs(ANN).map(({ runId }) => runId), ["r1"]);
    assert.equal(again.run(ANN, "r1")?.after.tree, "after");
    assert.equal(again.run(ANN, "r2"), undefined);
    assert.deepEqual(again.mixed("r1"), [{ runId: "r2", own: false }]);
    assert.deepEqual(again.mixed("r2"), []);
    again.markUndone("r1", true);
    assert.deepEqual([again.run(ANN, "r1")?.undone, again.run(BEN, "r2")?.undone], [true, false]);
    // What /new has left behind is found by its id alone.
    again.forget(ANN);
    assert.deepEqual(again.runs(ANN), []);
    assert.equal(again.run(ANN, "r1")?.runId, "r1");
  }));

Deno.test("what was not recorded since a run is known by the time at which that was noted", () =>
  withDatabase((open) => {
    let seconds = 0;
    const clock = Object.assign(new FakeClock(), { now: () => new Date(++seconds * 1_000) });
    const table = new SnapshotTable(open(), clock);
    const refused = (id: string, session = ANN): string | undefined =>
      table.refusedSince(session, id)?.runId;
    const [first, second] = ["r1", "r2"].map((runId) => ({ runId, session: ANN }));
    assert.ok(first !== undefined && second !== undefined);
    table.addRefusal({ runId: "r0", session: ANN }, "failed");
    table.add(first, 0, snapshot("before"));
    table.add(first, 1, snapshot("after"));
    assert.equal(refused("r1"), undefined);
    table.addRefusal(first, "failed");
    assert.equal(refused("r1"), "r1");
    table.addRefusal({ runId: "r9", session: ANN }, "too-slow");
    assert.equal(refused("r1"), "r9");
    assert.equal(refused("r1", BEN), undefined);
    table.add(second, 1, snapshot("later"));
    assert.equal(refused("r2"), undefined);
  }));
