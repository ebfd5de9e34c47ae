/** Declares what Codex says during a turn in both protocols; the scripted Codex fills in the ids. */

const ids = { threadId: "$THREAD", turnId: "$TURN" };
const error = { message: "stream disconnected", codexErrorInfo: { httpStatusCode: 503 } };
const command = "/bin/bash -lc 'cargo test'";
const change = { path: "src/a.rs", kind: { type: "update", move_path: null }, diff: "@@ -1 +1 @@" };

function notice(method: string, params: Record<string, unknown>): Record<string, unknown> {
  return { method, params: { ...ids, ...params } };
}

function item(fields: Record<string, unknown>): Record<string, unknown> {
  return notice("item/completed", { item: { id: "item", ...fields } });
}

function asks(method: string, params: Record<string, unknown>): Record<string, unknown> {
  return { id: 900, ...notice(method, { itemId: "item", ...params }) };
}

const tokens = { totalTokens: 10, inputTokens: 5, cachedInputTokens: 1, outputTokens: 5 };

/** The answer to `turn/start`. */
export const TURN_STARTED = {
  id: "$ID",
  result: { turn: { id: "$TURN", status: "inProgress", items: [], error: null } },
};

export const APP_SERVER_MESSAGES: readonly Record<string, unknown>[] = [
  item({ type: "agentMessage", text: "hello", phase: "commentary" }),
  item({ type: "reasoning", summary: ["a", "b"], content: [] }),
  item({ type: "commandExecution", command, cwd: "/", status: "completed", exitCode: 0 }),
  item({ type: "fileChange", changes: [change], status: "completed" }),
  item({ type: "mcpToolCall", server: "s", tool: "t", status: "failed" }),
  item({ type: "webSearch", query: "x" }),
  notice("item/agentMessage/delta", { itemId: "item", delta: "he" }),
  notice("item/fileChange/patchUpdated", { itemId: "item", changes: [change] }),
  notice("turn/plan/updated", { plan: [{ step: "look", status: "inProgress" }] }),
  notice("turn/diff/updated", { diff: "--- a\n+++ b\n" }),
  notice("thread/tokenUsage/updated", { tokenUsage: { total: tokens, last: tokens } }),
  notice("error", { error, willRetry: true }),
  notice("warning", { message: "careful" }),
  notice("configWarning", { threadId: undefined, summary: "unknown key" }),
  notice("serverRequest/resolved", { requestId: 900 }),
  notice("turn/completed", { turn: { id: "$TURN", status: "failed", items: [], error } }),
  notice("turn/completed", { turn: { id: "$TURN", status: "interrupted", items: [] } }),
  asks("item/commandExecution/requestApproval", { command, cwd: "/", reason: "why" }),
  asks("item/fileChange/requestApproval", { grantRoot: "/" }),
  asks("item/permissions/requestApproval", { cwd: "/", permissions: { network: null } }),
  asks("execCommandApproval", { conversationId: "$THREAD", callId: "c", command: ["ls"] }),
  asks("applyPatchApproval", {
    conversationId: "$THREAD",
    callId: "c",
    fileChanges: { a: { type: "add", content: "x" } },
  }),
  asks("item/tool/requestUserInput", { questions: [] }),
  { id: 77, result: {} },
  { id: 77, error: { code: -32001, message: "Server overloaded" } },
];

function event(msg: Record<string, unknown>): Record<string, unknown> {
  const _meta = { requestId: "$ID", threadId: "$THREAD" };
  return { jsonrpc: "2.0", method: "codex/event", params: { _meta, id: "$TURN", msg } };
}

function completed(fields: Record<string, unknown>): Record<string, unknown> {
  return event({ type: "item_completed", item: { id: "item", ...fields } });
}

function elicits(params: Record<string, unknown>): Record<string, unknown> {
  const asked = { threadId: "$THREAD", codex_event_id: "$TURN", codex_call_id: "call" };
  const requestedSchema = { type: "object", properties: {} };
  return {
    jsonrpc: "2.0",
    id: 900,
    method: "elicitation/create",
    params: { message: "Allow?", requestedSchema, ...asked, ...params },
  };
}

const usage = { input_tokens: 5, output_tokens: 5, total_tokens: 10 };
const changes = { "/a": { type: "update", unified_diff: "@@ -1 +1 @@", move_path: "/b" } };

/** The messages that begin a turn; without them the others are ignored. */
export const MCP_BEGINNING: readonly Record<string, unknown>[] = [
  event({ type: "session_configured", session_id: "$THREAD", model: "m" }),
  event({ type: "task_started", turn_id: "$TURN" }),
];

export const MCP_MESSAGES: readonly Record<string, unknown>[] = [
  completed({ type: "AgentMessage", content: [{ type: "Text", text: "hello" }] }),
  completed({ type: "Reasoning", summary_text: ["a"] }),
  completed({
    type: "CommandExecution",
    command: ["bash", "-lc", "ls"],
    cwd: "file:///project",
    status: "completed",
    exit_code: 0,
  }),
  completed({ type: "FileChange", changes, status: "completed" }),
  event({ type: "agent_message_content_delta", item_id: "item", delta: "he" }),
  event({ type: "plan_update", plan: [{ step: "look", status: "in_progress" }] }),
  event({ type: "turn_diff", unified_diff: "--- a\n+++ b\n" }),
  event({ type: "stream_error", message: "again" }),
  event({ type: "warning", message: "careful" }),
  event({ type: "token_count", info: { total_token_usage: usage, last_token_usage: usage } }),
  event({ type: "exec_approval_request", call_id: "call", reason: "why" }),
  event({ type: "error", message: "no", codex_error_info: "other" }),
  event({ type: "turn_aborted", reason: "interrupted" }),
  event({ type: "task_complete", last_agent_message: null }),
  elicits({ codex_elicitation: "exec-approval", codex_command: ["ls"], codex_cwd: "/" }),
  elicits({ codex_elicitation: "patch-approval", codex_changes: changes }),
  { jsonrpc: "2.0", id: "$ID", result: { content: [{ type: "text", text: "done" }] } },
  { jsonrpc: "2.0", id: "$ID", error: { code: -32603, message: "no" } },
  { jsonrpc: "2.0", id: 901, method: "ping" },
];
