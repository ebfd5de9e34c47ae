/** What the app-server says, as events of a turn and as approval requests. */
import assert from "node:assert/strict";
import type { ApprovalDecision } from "../../../src/core/codex/approval.ts";
import type { TurnEvent } from "../../../src/core/codex/codex.ts";
import { type Approval, approvalOf } from "../../../src/integrations/codex/app_server/approvals.ts";
import {
  readNotification,
  readServerRequest,
} from "../../../src/integrations/codex/app_server/protocol.ts";
import { subjectOf } from "../../../src/integrations/codex/app_server/turn_questions.ts";
import { turnEnd, turnEvents } from "../../../src/integrations/codex/app_server/turn_events.ts";

const CONTEXT = { threadId: "thread", turnId: "turn", changesOf: () => undefined };
const DECISIONS: ApprovalDecision[] = ["accept", "accept-for-session", "decline", "cancel"];

function eventsOf(method: string, params: unknown): TurnEvent[] {
  return turnEvents(readNotification(method, params));
}

function approval(id: number, method: string, params: unknown): Approval {
  const asked = approvalOf(id, readServerRequest(method, params), CONTEXT);
  assert.ok(asked.type === "approval", JSON.stringify(asked));
  return asked;
}

Deno.test("turnEvents reports a retry of Codex as progress, and its last word not at all", () => {
  const error = { message: "Reconnecting... 1/5", codexErrorInfo: "other" };
  assert.deepEqual(eventsOf("error", { error, willRetry: true }), [
    { type: "retrying", message: "Reconnecting... 1/5" },
  ]);
  assert.deepEqual(eventsOf("error", { error, willRetry: false }), []);
});

Deno.test("turnEvents knows the items, and passes new kinds on by name", () => {
  const cases: [unknown, unknown][] = [
    [
      { type: "agentMessage", id: "1", text: "hm", phase: "commentary" },
      { type: "message", id: "1", text: "hm", commentary: true },
    ],
    [
      { type: "agentMessage", id: "1", text: "so", phase: null },
      { type: "message", id: "1", text: "so" },
    ],
    [
      {
        type: "agentMessage",
        id: "1",
        text: "By the way",
        phase: "final_answer",
        delivery: "async",
      },
      { type: "message", id: "1", text: "By the way", commentary: true, async: "message" },
    ],
    [
      {
        type: "agentMessage",
        id: "1",
        text: "Which?",
        delivery: "async",
        questions: [{ title: "Which?", options: null }],
      },
      { type: "message", id: "1", text: "Which?", commentary: true, async: "question" },
    ],
    [
      { type: "commandExecution", id: "1", command: "ls", cwd: "/", status: "failed", exitCode: 2 },
      {
        type: "command",
        id: "1",
        command: "ls",
        workingDirectory: "/",
        status: "failed",
        exitCode: 2,
      },
    ],
    [
      {
        type: "fileChange",
        id: "1",
        status: "completed",
        changes: [{ path: "/a", kind: { type: "update", move_path: "/b" }, diff: "" }],
      },
      {
        type: "files",
        id: "1",
        status: "completed",
        changes: [{ path: "/a", kind: "delete" }, { path: "/b", kind: "add" }],
      },
    ],
    [
      { type: "mcpToolCall", id: "1", server: "git", tool: "log", status: "inProgress" },
      { type: "tool", id: "1", name: "git.log", status: "in_progress" },
    ],
    [{ type: "reasoning", id: "1", summary: ["a", "b"] }, {
      type: "reasoning",
      id: "1",
      summary: "a\n\nb",
    }],
    [
      { type: "imageGeneration", id: "1", status: "completed", result: "", savedPath: "/c/a.png" },
      { type: "picture", id: "1", path: "/c/a.png", made: true },
    ],
    [
      { type: "imageGeneration", id: "1", status: "completed", result: "" },
      { type: "other", id: "1", kind: "imageGeneration" },
    ],
    [
      { type: "imageGeneration", id: "1", status: "completed", result: "", savedPath: " " },
      { type: "other", id: "1", kind: "imageGeneration" },
    ],
    [
      { type: "imageView", id: "1", path: "/p/a.png" },
      { type: "picture", id: "1", path: "/p/a.png", made: false },
    ],
    [{ type: "timeTravel", id: "1" }, { type: "other", id: "1", kind: "timeTravel" }],
  ];
  for (const [item, expected] of cases) {
    assert.deepEqual(eventsOf("item/completed", { item }), [{
      type: "item.completed",
      item: expected,
    }]);
  }
  assert.deepEqual(eventsOf("item/completed", { item: { type: "userMessage", id: "1" } }), []);
  assert.deepEqual(eventsOf("something/new", { any: "thing" }), []);
});

Deno.test("turnEvents tells the checklist of Codex", () => {
  const plan = [{ step: "a", status: "completed" }, { step: "b", status: "inProgress" }];
  assert.deepEqual(eventsOf("turn/plan/updated", { plan }), [{
    type: "plan",
    steps: [{ text: "a", status: "completed" }, { text: "b", status: "in_progress" }],
  }]);
});

Deno.test("turnEnd says how a turn ended, with or without a reason", () => {
  const turn = { id: "1", error: undefined };
  assert.deepEqual(turnEnd({ ...turn, status: "interrupted" }), { status: "interrupted" });
  const refused = { message: "Out of tokens", codexErrorInfo: "sessionBudgetExceeded" };
  const { status, failure } = turnEnd({ ...turn, status: "interrupted", error: refused });
  assert.deepEqual([status, failure?.trouble.kind], ["failed", "budget"]);
  assert.equal(turnEnd({ ...turn, status: "failed" }).failure?.message, "Codex gave no reason");
});

Deno.test("approvalOf answers a command in the words of its protocol", () => {
  const params = {
    threadId: "thread",
    turnId: "turn",
    itemId: "i",
    command: "ls",
    cwd: "/w",
    reason: "why",
  };
  const method = "item/commandExecution/requestApproval";
  const question = approval(3, method, params);
  assert.deepEqual(question.request, {
    id: "3",
    threadId: "thread",
    turnId: "turn",
    kind: "command",
    itemId: "i",
    command: "ls",
    workingDirectory: "/w",
    reason: "why",
  });
  assert.deepEqual(DECISIONS.map((decision) => question.answer(decision)), [
    { decision: "accept" },
    { decision: "acceptForSession" },
    { decision: "decline" },
    { decision: "cancel" },
  ]);
});

Deno.test("approvalOf grants the permissions that were asked for, or none", () => {
  const network = { enabled: true };
  const params = {
    itemId: "i",
    cwd: "/w",
    reason: null,
    permissions: { network, fileSystem: null },
  };
  const question = approval(1, "item/permissions/requestApproval", params);
  assert.ok(question.request.kind === "permissions");
  assert.deepEqual(question.request.permissions, {
    network: true,
    read: [],
    write: [],
    denied: [],
    others: [],
  });
  assert.deepEqual(DECISIONS.map((decision) => question.answer(decision)), [
    { permissions: { network }, scope: "turn" },
    { permissions: { network }, scope: "session" },
    { permissions: {}, scope: "turn" },
    { permissions: {}, scope: "turn" },
  ]);
  assert.equal(question.interruptOnCancel, true);
});

Deno.test("approvalOf understands the older requests", () => {
  const command = { conversationId: "thread", callId: "c", command: ["rm", "-r", "x"], cwd: "/w" };
  const asked = approval(1, "execCommandApproval", command);
  assert.ok(asked.request.kind === "command");
  assert.equal(asked.request.command, "rm -r x");
  assert.deepEqual(DECISIONS.map((decision) => asked.answer(decision)), [
    { decision: "approved" },
    { decision: "approved_for_session" },
    { decision: { denied: { rejection: "The user declined" } } },
    { decision: "abort" },
  ]);
  const fileChanges = { "/w/a": { type: "update", unified_diff: "@@ -1 +1 @@\n-a\n+b\n" } };
  const params = { callId: "c", fileChanges, reason: null };
  const patch = approval(2, "applyPatchApproval", params).request;
  assert.ok(patch.kind === "files");
  assert.deepEqual(patch.changes, [{ path: "/w/a", kind: "update" }]);
  assert.equal(patch.diff, "--- /w/a\n+++ /w/a\n@@ -1 +1 @@\n-a\n+b\n");
});

Deno.test("subjectOf names what is asked, in the words of who asks", () => {
  const option = { label: "a", description: "" };
  const cases: [string, unknown, string | undefined][] = [
    ["item/commandExecution/requestApproval", { itemId: "i", command: "ls" }, "ls"],
    ["item/commandExecution/requestApproval", { itemId: "i" }, undefined],
    [
      "mcpServer/elicitation/request",
      { serverName: "desk", mode: "form", message: "Who are you?", requestedSchema: {} },
      "desk: Who are you?",
    ],
    ["mcpServer/elicitation/request", { serverName: "desk", mode: "new" }, "desk"],
    [
      "item/tool/requestUserInput",
      { itemId: "i", questions: [{ id: "a", question: "Which one?", options: [option] }] },
      "Which one?",
    ],
    ["item/tool/requestUserInput", { itemId: "i", questions: [] }, "item/tool/requestUserInput"],
    ["item/new", {}, "item/new"],
  ];
  for (const [method, params, expected] of cases) {
    assert.equal(subjectOf(readServerRequest(method, params)).subject, expected, method);
  }
});
