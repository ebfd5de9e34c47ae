import { finding } from "../../fakes/findings.ts";
import assert from "node:assert/strict";
import type { TokenUsage } from "../../../src/core/codex/codex.ts";
import type { Trouble } from "../../../src/core/codex/trouble.ts";
import { StorageError } from "../../../src/core/errors.ts";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { OutboxTable } from "../../../src/integrations/state/outbox_table.ts";
import { RunTable } from "../../../src/integrations/state/run_table.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { LOG, withDatabase } from "./reopened.ts";

const ANN = { chatId: "-5", userId: "7" };
const RUN = {
  id: "r1",
  session: ANN,
  prompt: "do it",
  origin: { chatId: "-5", messageId: 3, topicId: 9, language: "ko" },
  createdAt: "2026-01-01T00:00:00.000Z",
} as const;
const USAGE: TokenUsage = {
  inputTokens: 1,
  cachedInputTokens: 2,
  outputTokens: 3,
  reasoningTokens: 4,
  totalTokens: 10,
};

const runsIn = (database: StateDatabase): RunTable => new RunTable(database, LOG);

Deno.test("RunTable refuses a second run of the same source", () =>
  withDatabase((open) => {
    const runs = runsIn(open());
    assert.equal(runs.create(RUN, "telegram:1"), true);
    assert.equal(runs.create({ ...RUN, id: "r2" }, "telegram:1"), false);
    assert.equal(runs.unfinished().length, 1);
  }));

Deno.test("RunTable gives a run back after a restart as it was, with its open step", () =>
  withDatabase((open) => {
    const runs = runsIn(open());
    runs.create(RUN, "telegram:1");
    runs.begin("r1", "plan", "default");
    runs.forRun("r1").open("develop 1", false);
    assert.deepEqual(runsIn(open()).unfinished(), [{
      ...RUN,
      status: "running",
      mode: "plan",
      profile: "default",
      openStep: { name: "develop 1", repeatable: false },
    }]);
  }));

Deno.test("RunTable keeps of a step its input, result, thread and tokens", () =>
  withDatabase((open) => {
    const database = open();
    const runs = runsIn(database);
    runs.create(RUN, "telegram:1");
    runs.forRun("r1").record({
      name: "develop 1",
      input: "build it",
      result: { answer: "built" },
      threadId: "t1",
      usage: USAGE,
    });
    const [row] = database.all("SELECT * FROM steps");
    assert.deepEqual([row?.input, row?.thread_id], ["build it", "t1"]);
    assert.deepEqual(runsIn(open()).forRun("r1").next(), {
      name: "develop 1",
      result: { answer: "built" },
      usage: USAGE,
    });
  }));

Deno.test("RunTable replays recorded steps in order after a restart and adds behind them", () =>
  withDatabase((open) => {
    const runs = runsIn(open());
    runs.create(RUN, "telegram:1");
    const first = runs.forRun("r1");
    first.open("select", true);
    first.record({ name: "select", input: "", result: { mode: "plan" } });
    const second = runsIn(open()).forRun("r1");
    assert.deepEqual(second.next(), { name: "select", result: { mode: "plan" } });
    assert.equal(second.next(), undefined);
    second.record({ name: "plan", input: "", result: "the plan" });
    const third = runsIn(open()).forRun("r1");
    const read = [third.next()?.name, third.next()?.result, third.next()];
    assert.deepEqual(read, ["select", "the plan", undefined]);
  }));

Deno.test("RunTable.confirm() queues a run that awaits confirmation once and names the step that was cut short", () =>
  withDatabase((open) => {
    const runs = runsIn(open());
    runs.create(RUN, "telegram:1");
    runs.begin("r1", "plan", "default");
    runs.forRun("r1").open("develop 1", false);
    runs.awaitConfirmation("r1", { type: "interrupted", step: "develop 1" });
    assert.equal(runs.awaitingConfirmation({ ...ANN, userId: "8" }).length, 0);
    assert.deepEqual(runs.awaitingConfirmation(ANN).map(({ confirmation }) => confirmation), [
      { type: "interrupted", step: "develop 1" },
    ]);
    const accepted = runs.confirm("r1");
    assert.deepEqual([accepted?.status, accepted?.interruptedStep, accepted?.confirmation], [
      "queued",
      "develop 1",
      undefined,
    ]);
    assert.equal(runs.confirm("r1"), undefined);
    assert.equal(runsIn(open()).unfinished()[0]?.interruptedStep, "develop 1");
  }));

Deno.test("a run that waits keeps the first settings that it is given, and what it begins with", () =>
  withDatabase((open) => {
    const runs = runsIn(open());
    const kept = (): unknown[] => runs.unfinished().map(({ mode, profile }) => [mode, profile]);
    runs.create(RUN, "telegram:1");
    assert.deepEqual(kept(), [[undefined, undefined]]);
    runs.keepSettings(RUN.id, { mode: "single", profile: "work" });
    runs.keepSettings(RUN.id, { mode: "plan", profile: "other" });
    assert.deepEqual(kept(), [["single", "work"]]);
    runs.begin(RUN.id, "plan", "work");
    assert.deepEqual(kept(), [["plan", "work"]]);
  }));

Deno.test("what failed is known until it is repeated, or something else is asked behind it", () =>
  withDatabase((open) => {
    const runs = runsIn(open());
    const { session } = RUN;
    const create = (id: string): void => {
      const createdAt = `2026-11-29T0${id.charCodeAt(0) - 96}:00:00.000Z`;
      runs.create({ ...RUN, id, createdAt }, `telegram:${id}`);
    };
    const fail = (id: string): void => {
      const trouble = { kind: "service", said: "No." } as const;
      runs.finish(id, { status: "failed", message: "No.", trouble }, 1);
    };
    create("a");
    create("b");
    fail("a");
    // It waited behind the one that failed.
    assert.equal(runs.failedRun(session), "a");
    runs.finish("b", { status: "answered", answer: { text: "done" } }, 1);
    assert.equal(runs.failedRun(session), "a");
    create("c");
    assert.equal(runs.failedRun(session), undefined);
    fail("c");
    assert.equal(runs.failedRun(session), "c");
    runs.forgetFailed("c");
    assert.equal(runs.failedRun(session), undefined);
  }));

Deno.test("what met the usage limit is known until it is repeated, or something else is asked after it", () =>
  withDatabase((open) => {
    const database = open();
    const runs = runsIn(database);
    const { session } = RUN;
    const fail = (id: string, createdAt: string, until?: string): void => {
      runs.create({ ...RUN, id, createdAt }, `telegram:${id}`);
      const trouble = {
        kind: "limit",
        said: "No.",
        ...(until === undefined ? {} : { until }),
      } as const;
      runs.finish(id, { status: "failed", message: "No.", trouble }, 1);
    };
    const at = (hour: number): string => `2026-11-29T0${hour}:00:00.000Z`;
    fail("a", at(1), at(3));
    assert.equal(runs.failedRun(session), "a");
    runs.create({ ...RUN, id: "b", createdAt: at(2) }, "telegram:b");
    assert.equal(runs.failedRun(session), "a");
    runs.create({ ...RUN, id: "c", createdAt: at(4) }, "telegram:c");
    assert.equal(runs.failedRun(session), undefined);
    fail("d", at(5));
    runs.create({ ...RUN, id: "e", createdAt: at(6) }, "telegram:e");
    assert.equal(runs.failedRun(session), "d");
    runs.limitOver(new Date(at(7)));
    assert.equal(runs.failedRun(session), "d");
    runs.create({ ...RUN, id: "f", createdAt: at(8) }, "telegram:f");
    assert.equal(runs.failedRun(session), undefined);
    fail("g", at(9));
    runs.create({ ...RUN, id: "h", createdAt: at(9) }, "retry:g");
    assert.equal(runs.failedRun(session), undefined);
    assert.equal(runs.runOfMessage(session, RUN.origin.messageId), "h");
    assert.equal(runs.runOfMessage({ ...session, userId: "77" }, RUN.origin.messageId), undefined);
    const outbox = new OutboxTable(database, createSystemClock());
    outbox.put({ key: "answer:d:1", chatId: 4, message: "{}" });
    outbox.done("answer:d:1", 1_234);
    assert.equal(runs.runOfMessage(session, 1_234), "d");
    outbox.put({ key: "end:e", chatId: 4, message: "{}" });
    outbox.done("end:e", 1_235);
    assert.equal(runs.runOfMessage(session, 1_235), undefined);
    runs.forgetFailed("g");
    assert.equal(runs.failedRequest(session, "g"), undefined);
  }));

Deno.test("a failure that an earlier version stored without its kind is delivered all the same", () =>
  withDatabase((open) => {
    const database = open();
    const runs = runsIn(database);
    runs.create(RUN, "telegram:1");
    database.run(
      "UPDATE runs SET status = 'answered', latency_ms = 1, outcome = ? WHERE run_id = 'r1'",
      JSON.stringify({ status: "failed", message: "no luck" }),
    );
    const trouble = { kind: "unforeseen", said: "no luck" };
    const outcome = { status: "failed", message: "no luck", trouble };
    assert.deepEqual(runs.unfinished()[0]?.ended, { outcome, latencyMs: 1 });
  }));

Deno.test("RunTable keeps an outcome until it is handed over, then forgets what people wrote", () =>
  withDatabase((open) => {
    const outcome = {
      status: "failed",
      message: "no luck",
      trouble: { kind: "failed", said: "no luck" },
      answer: {
        text: "so far",
        review: {
          result: "needs_changes",
          rounds: 1,
          note: "x",
          openFindings: [finding({ message: "m", file: "a.ts" })],
        },
      },
    } as const;
    const runs = runsIn(open());
    runs.create(RUN, "telegram:1");
    runs.forRun("r1").record({ name: "select", input: "", result: {} });
    runs.finish("r1", outcome, 1234);
    assert.deepEqual(runsIn(open()).unfinished()[0]?.ended, { outcome, latencyMs: 1234 });
    const database = open();
    runsIn(database).handedOver("r1");
    assert.deepEqual(runsIn(database).unfinished(), []);
    assert.equal(database.get("SELECT prompt FROM runs")?.prompt, "");
    assert.equal(database.all("SELECT * FROM steps").length, 0);
    assert.equal(runsIn(database).create(RUN, "telegram:1"), false);
  }));

Deno.test("RunTable keeps what went wrong in the form that front-ends translate", async () => {
  const troubles: readonly Trouble[] = [
    { kind: "lost", machine: "wss://build" },
    { kind: "login", said: "401." },
    { kind: "ended" },
    { kind: "storage", why: "full", path: "state.db" },
    { kind: "unsupported", wish: "file", elsewhere: true },
    { kind: "file-refused", why: "missing", path: "a.txt" },
  ];
  for (const trouble of troubles) {
    await withDatabase((open) => {
      const outcome = { status: "failed", message: "no luck", trouble } as const;
      const runs = runsIn(open());
      runs.create(RUN, "telegram:1");
      runs.finish("r1", outcome, 1);
      assert.deepEqual(runsIn(open()).unfinished()[0]?.ended?.outcome, outcome);
    });
  }
});

Deno.test("RunTable leaves out a row that cannot be read, and says so", () =>
  withDatabase((open) => {
    const database = open();
    const runs = runsIn(database);
    runs.create(RUN, "telegram:1");
    runs.create({ ...RUN, id: "r2" }, "telegram:2");
    database.run("UPDATE runs SET origin = '{\"chatId\":' WHERE run_id = 'r1'");
    assert.deepEqual(runs.unfinished().map(({ id }) => id), ["r2"]);
    assert.ok(LOG.lines.some(({ message }) => message === "run.unreadable"));
  }));

Deno.test("RunTable refuses to go on with a record that cannot be read", () =>
  withDatabase((open) => {
    const database = open();
    const runs = runsIn(database);
    runs.create(RUN, "telegram:1");
    runs.forRun("r1").record({ name: "select", input: "", result: {} });
    database.run("UPDATE steps SET result = '{'");
    assert.throws(() => runs.forRun("r1").next(), /its record cannot be read/);
  }));

Deno.test("RunTable keeps a step open when it cannot be recorded, and records none behind it", () =>
  withDatabase((open) => {
    const database = open();
    const runs = runsIn(database);
    runs.create(RUN, "telegram:1");
    const steps = runs.forRun("r1");
    steps.open("develop 1", false);
    database.run("ALTER TABLE steps RENAME TO steps_away");
    steps.record({ name: "develop 1", input: "", result: "built" });
    database.run("ALTER TABLE steps_away RENAME TO steps");
    steps.open("review 1", true);
    steps.record({ name: "review 1", input: "", result: {} });
    const [run] = runsIn(open()).unfinished();
    assert.deepEqual(run?.openStep, { name: "develop 1", repeatable: false });
  }));

Deno.test("RunTable says that a step cannot be opened", () =>
  withDatabase((open) => {
    const database = open();
    const runs = runsIn(database);
    database.run("DROP TABLE steps");
    database.run("DROP TABLE runs");
    assert.throws(() => runs.forRun("r1").open("develop 1", false), StorageError);
  }));

const IMAGE = { kind: "image", path: "/inbox/a.png", name: "a.png" } as const;

Deno.test("RunTable.addTo() keeps what was added, in order, across a restart", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    runs.create(RUN, "telegram:1");
    assert.equal(runs.addTo("r1", { ...RUN, id: "r2", prompt: "in green" }, "telegram:2"), true);
    assert.equal(runs.addTo("r1", { ...RUN, id: "r3", prompt: "in green" }, "telegram:3"), true);
    const [run, ...others] = new RunTable(open(), LOG).unfinished();
    assert.deepEqual(run?.additions, ["in green", "in green"]);
    assert.deepEqual(others, []);
  }));

Deno.test("RunTable.addTo() takes each source once, as an addition or as a run", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    runs.create(RUN, "telegram:1");
    assert.equal(runs.addTo("r1", { ...RUN, id: "r2" }, "telegram:1"), false);
    runs.addTo("r1", { ...RUN, id: "r2", prompt: "in green" }, "telegram:2");
    const later = new RunTable(open(), LOG);
    assert.equal(later.addTo("r1", { ...RUN, id: "r3" }, "telegram:2"), false);
    assert.equal(later.create({ ...RUN, id: "r3" }, "telegram:2"), false);
    later.handedOver("r1");
    assert.equal(later.create({ ...RUN, id: "r3" }, "telegram:2"), false);
    assert.deepEqual(later.unfinished(), []);
  }));

Deno.test("RunTable.takeBack() makes a queued run of an addition, and leaves the others", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    const second = { ...RUN, id: "r2", prompt: "in green", attachments: [IMAGE] };
    runs.create(RUN, "telegram:1");
    runs.addTo("r1", second, "telegram:2");
    runs.addTo("r1", { ...RUN, id: "r3", prompt: "in green" }, "telegram:3");
    runs.takeBack("r1", second);
    const [first, queued, ...others] = new RunTable(open(), LOG).unfinished();
    assert.deepEqual(first, { ...RUN, status: "queued", additions: ["in green"] });
    assert.deepEqual(queued, { ...second, status: "queued" });
    assert.deepEqual(others, []);
    assert.equal(runs.lastRequest(ANN)?.prompt, "in green");
  }));

Deno.test("RunTable.reword() changes a run that waits, and what the session asked last", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    const topic = { ...ANN, topicId: "9" };
    runs.create({ ...RUN, attachments: [IMAGE] }, "telegram:1");
    runs.create({ ...RUN, id: "r2", session: topic }, "telegram:2");
    runs.reword("r1", { prompt: "do that" });
    const later = new RunTable(open(), LOG);
    assert.deepEqual(later.unfinished().map(({ prompt, attachments }) => [prompt, attachments]), [
      ["do that", undefined],
      [RUN.prompt, undefined],
    ]);
    assert.deepEqual(later.lastRequest(ANN), { runId: "r1", prompt: "do that" });
    assert.equal(later.lastRequest(topic)?.prompt, RUN.prompt);
    later.begin("r1", "single", "default");
    later.reword("r1", { prompt: "too late" });
    assert.equal(later.unfinished()[0]?.prompt, "do that");
  }));

Deno.test("RunTable.reword() takes a part once, which makes no run of its own", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    runs.create(RUN, "telegram:1");
    const part = { run: { ...RUN, id: "r2", prompt: "" }, sourceId: "telegram:2" };
    runs.reword("r1", { prompt: "do it\n\nan error" }, part);
    runs.reword("r1", { prompt: "do it\n\nan error\n\nan error" }, part);
    assert.equal(runs.create(part.run, "telegram:2"), false);
    assert.deepEqual(runs.unfinished().map(({ prompt }) => prompt), ["do it\n\nan error"]);
  }));

Deno.test("RunTable.lastRequest() is that of the session, whole, until it is forgotten", () =>
  withDatabase((open) => {
    const runs = new RunTable(open(), LOG);
    const topic = { ...ANN, topicId: "9" };
    assert.equal(runs.lastRequest(ANN), undefined);
    runs.create({ ...RUN, attachments: [IMAGE] }, "telegram:1");
    runs.create({ ...RUN, id: "r2", session: topic, prompt: "elsewhere" }, "telegram:2");
    runs.create({ ...RUN, id: "r3", prompt: "a repeat" }, "telegram:1");
    runs.handedOver("r1");
    const later = new RunTable(open(), LOG);
    assert.deepEqual(later.lastRequest(ANN), {
      runId: "r1",
      prompt: "do it",
      attachments: [IMAGE],
    });
    assert.deepEqual(later.lastRequest(topic), { runId: "r2", prompt: "elsewhere" });
    later.forgetRequest(topic);
    assert.equal(later.lastRequest(topic), undefined);
    assert.equal(later.lastRequest(ANN)?.prompt, "do it");
  }));
