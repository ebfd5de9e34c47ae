import assert from "node:assert/strict";
import type { PersonRequest } from "../../../src/core/codex/question.ts";
import {
  EditOfferTable,
  ProgramMessageTable,
} from "../../../src/integrations/state/chat_message_tables.ts";
import { FactsTable } from "../../../src/integrations/state/preference_table.ts";
import {
  ApprovalTable,
  StatusMessageTable,
} from "../../../src/integrations/state/message_tables.ts";
import { RunTable } from "../../../src/integrations/state/run_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { LOG, withDatabase } from "./reopened.ts";

const RUN = {
  session: { chatId: "-5", userId: "7" },
  prompt: "do it",
  origin: { chatId: "-5", messageId: 3, topicId: 9, language: "ko" },
  createdAt: "2026-01-01T00:00:00.000Z",
} as const;

Deno.test("ApprovalTable gives back open approvals after a restart, with what is known of them", () =>
  withDatabase((open) => {
    const request = {
      id: "1",
      kind: "command",
      threadId: "t",
      turnId: "u",
      itemId: "i",
      command: "ls",
    } as const;
    const question = { runId: "r1", chatId: -5, language: "ko", request } as const;
    const approvals = new ApprovalTable(open(), LOG);
    approvals.keep({ ...question, nonce: "a" });
    approvals.keep({ ...question, nonce: "b" });
    approvals.keep({ ...question, nonce: "c" });
    approvals.sent("b", 44);
    approvals.close("c");
    const database = open();
    assert.deepEqual(new ApprovalTable(database, LOG).open(), [
      { ...question, nonce: "a" },
      { ...question, nonce: "b", messageId: 44 },
    ]);
    database.run("UPDATE questions SET question = '{' WHERE nonce = 'a'");
    assert.equal(new ApprovalTable(database, LOG).open().length, 1);
  }));

Deno.test("ApprovalTable knows every kind of request, and the rights as an earlier version kept them", () =>
  withDatabase((open) => {
    const base = { id: "1", threadId: "t", turnId: "u" };
    const approval = { ...base, itemId: "i" };
    const field = { id: "f", title: "F", required: true };
    const permissions = { network: true, read: ["/etc"], write: [], denied: [], others: [] };
    const requests: PersonRequest[] = [
      {
        ...approval,
        kind: "command",
        agent: "helper",
        host: "example.com",
        permissions,
        choices: [
          { decision: "accept" },
          { decision: "accept-prefix", prefix: ["git"] },
          { decision: "decline-host", host: "example.com" },
        ],
      },
      { ...approval, kind: "files", grantRoot: "/srv" },
      { ...approval, kind: "permissions", permissions },
      {
        ...approval,
        kind: "tool",
        server: "desk",
        tool: "rename",
        parameters: [{ name: "a", value: "b" }],
        hints: ["destructive"],
      },
      {
        ...base,
        kind: "form",
        server: "desk",
        message: "m",
        leftOut: ["x"],
        fields: [
          { ...field, type: "text", format: "email", longest: 3 },
          { ...field, type: "number", integer: true, least: 1, preset: 2 },
          { ...field, type: "boolean", preset: true },
          { ...field, type: "choices", options: [{ value: 1, label: "one" }], most: 1 },
        ],
      },
      {
        ...base,
        kind: "input",
        timeLimitMs: 5,
        fields: [{
          ...field,
          type: "choice",
          freeText: true,
          options: [{ value: "a", label: "A", description: "d" }],
        }],
      },
      { ...base, kind: "address", server: "desk", message: "m", url: "https://a.example/" },
    ];
    const table = new ApprovalTable(open(), LOG);
    const kept = { runId: "r1", chatId: -5, language: "en" } as const;
    for (const [index, request] of requests.entries()) {
      table.keep({ ...kept, nonce: `n${index}`, request });
    }
    const database = open();
    assert.deepEqual(
      new ApprovalTable(database, LOG).open().map(({ request }) => request),
      requests,
    );
    const older = { ...approval, kind: "permissions", permissions: '{"network":{"enabled":true}}' };
    database.run("DELETE FROM questions WHERE nonce <> 'n0'");
    database.run(
      "UPDATE questions SET question = ?",
      JSON.stringify({ language: "en", request: older }),
    );
    const [read] = new ApprovalTable(database, LOG).open();
    assert.ok(read?.request.kind === "permissions");
    assert.deepEqual(read.request.permissions.others, ['{"network":{"enabled":true}}']);
  }));

Deno.test("StatusMessageTable remembers the newest message of a run, and forgets with the run", () =>
  withDatabase((open) => {
    const messages = new StatusMessageTable(open(), LOG);
    messages.remember("r1", 5);
    messages.remember("r1", 6);
    const database = open();
    const again = new StatusMessageTable(database, LOG);
    assert.deepEqual([again.find("r1"), again.find("r2")], [6, undefined]);
    again.prune();
    assert.equal(again.find("r1"), undefined);
  }));

Deno.test("StatusMessageTable.runOf() knows a message within its chat, also when the run has ended", () =>
  withDatabase((open) => {
    const database = open();
    const runs = new RunTable(database, LOG);
    const messages = new StatusMessageTable(database, LOG);
    for (const [id, chatId] of [["r1", "-5"], ["r2", "8"]] as const) {
      const origin = { chatId, messageId: 3, language: "en" } as const;
      const session = { chatId, userId: "7" };
      runs.create({ id, session, prompt: "x", origin, createdAt: "2026-01-01" }, id);
      messages.remember(id, 6);
    }
    runs.handedOver("r2");
    assert.deepEqual([messages.runOf(-5, 6), messages.runOf(8, 6)], ["r1", "r2"]);
    assert.deepEqual([messages.runOf(-5, 7), messages.runOf(9, 6)], [undefined, undefined]);
  }));

Deno.test("FactsTable knows when a process was last at work", () =>
  withDatabase((open) => {
    const facts = new FactsTable(open());
    assert.equal(facts.aliveAt(), undefined);
    facts.markAlive(new Date(1_000));
    facts.markAlive(new Date(2_000));
    assert.deepEqual(new FactsTable(open()).aliveAt(), new Date(2_000));
  }));

Deno.test("StateDatabase brings the tables of version 1 to the present ones", () =>
  withDatabase((open) => {
    const first = open();
    for (
      const table of [
        "requests",
        "run_logs",
        "changes",
        "preferences",
        "waiting_attachments",
        "answers",
        "holds",
        "failed_requests",
        "edit_offers",
        "program_messages",
        "snapshots",
        "mixed_runs",
        "ended_reviews",
        "plan_messages",
        "plans",
        "open_undos",
        "refused_runs",
      ]
    ) {
      first.run(`DROP TABLE ${table}`);
    }
    first.run("DROP TABLE outbox");
    first.run("DROP TABLE questions");
    first.run("DROP TABLE status_messages");
    first.run("DROP TABLE facts");
    first.run("DROP TABLE steps");
    first.run("DROP TABLE runs");
    first.run(
      `CREATE TABLE runs (run_id TEXT PRIMARY KEY, source_id TEXT NOT NULL UNIQUE,
         status TEXT NOT NULL, chat_id TEXT NOT NULL, user_id TEXT NOT NULL, prompt TEXT NOT NULL,
         origin TEXT NOT NULL, created_at TEXT NOT NULL, mode TEXT, profile TEXT, open_step TEXT,
         open_step_repeatable INTEGER)`,
    );
    first.run("CREATE INDEX runs_status ON runs (status, created_at)");
    first.run(
      `CREATE TABLE steps (run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
         position INTEGER NOT NULL, name TEXT NOT NULL, result TEXT NOT NULL,
         PRIMARY KEY (run_id, position))`,
    );
    const origin = JSON.stringify(RUN.origin);
    for (const [id, status] of [["r1", "running"], ["r2", "interrupted"]] as const) {
      first.run(
        `INSERT INTO runs (run_id, source_id, status, chat_id, user_id, prompt, origin, created_at)
         VALUES (?, ?, ?, '-5', '7', 'do it', ?, ?)`,
        id,
        `telegram:${id}`,
        status,
        origin,
        RUN.createdAt,
      );
    }
    first.run("INSERT INTO steps VALUES ('r1', 0, 'select', '{\"mode\":\"plan\"}')");
    first.run("PRAGMA user_version = 1");
    const runs = new RunTable(open(), LOG);
    assert.deepEqual(runs.unfinished(), [{ ...RUN, id: "r1", status: "running" }]);
    assert.deepEqual(runs.forRun("r1").next(), { name: "select", result: { mode: "plan" } });
  }));

Deno.test("EditOfferTable gives back an offer after a restart, once, and for a week", () =>
  withDatabase((open) => {
    const clock = new FakeClock();
    const offer = {
      use: "steer",
      userId: 7,
      runId: "r1",
      text: "paint it blue",
      attachments: [{ kind: "file", path: "/a.csv", name: "a.csv" }],
    } as const;
    const offers = new EditOfferTable(open(), clock, LOG);
    offers.keep(-5, 3, { ...offer, text: "older" });
    offers.keep(-5, 3, offer);
    offers.keep(-5, 4, offer);
    const database = open();
    const again = new EditOfferTable(database, clock, LOG);
    assert.deepEqual(again.find(-5, 3), offer);
    assert.equal(again.find(5, 3), undefined);
    again.forget(-5, 3);
    assert.equal(again.find(-5, 3), undefined);
    database.run("UPDATE edit_offers SET offer = '{' WHERE message_id = 4");
    assert.equal(again.find(-5, 4), undefined, "what cannot be read is none");
    const later = new FakeClock("2026-02-02T00:00:00.000Z");
    again.keep(-5, 5, offer);
    new EditOfferTable(database, later, LOG).prune();
    assert.equal(again.find(-5, 5), undefined);
  }));

Deno.test("ProgramMessageTable knows what the program wrote after a restart, also a closed approval", () =>
  withDatabase((open) => {
    const first = open();
    new ProgramMessageTable(first, LOG).remember(-5, 3);
    const approvals = new ApprovalTable(first, LOG);
    const request = { id: "1", kind: "command", threadId: "t", turnId: "u", itemId: "i" } as const;
    approvals.keep({ nonce: "a", runId: "r1", chatId: -5, language: "ko", request });
    approvals.sent("a", 44);
    approvals.close("a");
    const messages = new ProgramMessageTable(open(), LOG);
    messages.prune();
    assert.deepEqual([3, 44, 45].map((id) => messages.has(-5, id)), [true, true, false]);
    assert.equal(messages.has(5, 3), false);
  }));
