/** What `codex mcp-server` gets wrong, and that it does not reach anybody. */

import assert from "node:assert/strict";
import { subjectOf } from "../../../src/core/run/run_log.ts";
import { join } from "node:path";
import type { ApprovalRequest } from "../../../src/core/codex/approval.ts";
import { turnEvents } from "../../../src/integrations/codex/mcp/protocol.ts";
import { ask, mcpStage } from "./mcp_stage.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { troubleText } from "../../../src/texts/trouble_texts.ts";
import { NEWEST } from "../../support/codex_versions.ts";

Deno.test("McpThread refuses to go on after a failed turn, where the server would answer nothing", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
  api.script({ when: ({ lastUserText }) => lastUserText === "fail", steps: [{ status: 500 }] });
  const thread = backend.startThread(options);
  assert.equal((await ask(thread, "first")).status, "completed");
  assert.equal((await ask(thread, "fail")).failure?.kind, "model");
  const after = await ask(thread, "next");
  assert.equal(after.failure?.kind, "thread-unavailable");
  assert.equal((await ask(backend.startThread(options), "elsewhere")).answer, "ok: elsewhere");
});

Deno.test("McpThread tells a conversation that is too long as one that nothing here can summarize", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
  api.script({ when: () => true, steps: [{ failed: "context_length_exceeded" }] });
  const { failure } = await ask(backend.startThread(options), "go on");
  assert.equal(failure?.trouble.kind, "room-anew");
  const said = troubleText(failure.trouble, textsFor("en"));
  assert.match(said, /^(?!.*\/compact).*\/retry.*\/new/);
});

Deno.test("McpBackend.resumeThread() goes on with a thread of the living process, from another object", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
  const { threadId } = await ask(backend.startThread(options), "first");
  assert.ok(threadId !== undefined);
  assert.equal((await ask(backend.resumeThread(threadId, options), "second")).status, "completed");
  assert.deepEqual(api.requests.at(-1)?.userTexts, ["first", "second"]);
});

Deno.test("McpBackend.resumeThread() gives up a thread whose settings a reply cannot change", async () => {
  await using stage = await mcpStage();
  const { backend, options } = stage;
  const { threadId } = await ask(backend.startThread(options), "first");
  assert.ok(threadId !== undefined);
  const other = backend.resumeThread(threadId, { ...options, sandbox: "workspace-write" });
  assert.equal((await ask(other, "second")).failure?.kind, "thread-unavailable");
});

Deno.test("McpBackend.resumeThread() of an earlier process names no list of conversations to choose from", async () => {
  await using stage = await mcpStage();
  const { backend, options } = stage;
  const { failure } = await ask(backend.resumeThread(crypto.randomUUID(), options), "go on");
  assert.equal(failure?.kind, "thread-unavailable");
  const said = troubleText(failure.trouble, textsFor("en"));
  assert.match(said, /^(?!.*\/resume).*\/new.*backend = "app-server"/);
});

Deno.test("McpThread runs many threads of one process at once", async () => {
  await using stage = await mcpStage();
  const { backend, options } = stage;
  const questions = Array.from({ length: 12 }, (_, index) => `question ${index}`);
  const results = await Promise.all(
    questions.map((question) => ask(backend.startThread(options), question)),
  );
  assert.deepEqual(results.map(({ answer }) => answer), questions.map((each) => `ok: ${each}`));
});

Deno.test("McpThread tells Codex the settings of the thread, the nearest where it knows no such", async () => {
  await using stage = await mcpStage();
  const { api, backend, log, options } = stage;
  const thread = backend.startThread({
    ...options,
    approvalPolicy: "untrusted",
    model: "gpt-5.4",
    reasoningEffort: "low",
    developerInstructions: "Answer like a pirate",
  });
  assert.equal((await ask(thread, "ahoy")).answer, "ok: ahoy");
  const request = api.requests.at(-1);
  assert.deepEqual([request?.model, request?.effort], ["gpt-5.4", "low"]);
  assert.match(request?.developerText ?? "", /Answer like a pirate/);
  assert.ok(log.lines.some(({ message }) => message === "codex.approval-policy"));
});

Deno.test("McpThread asks with Codex's own reason, the bare command and the folder", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
  const file = join(options.workingDirectory, "made");
  const steps = [{ command: "touch made", escalated: "It must be made" }, { message: "done" }];
  api.script({ when: () => true, steps });
  const asked: ApprovalRequest[] = [];
  const turn = backend.startThread({ ...options, approvalPolicy: "on-request" })
    .run({ text: "make it" }, {
      signal: new AbortController().signal,
      approve: (request) => {
        asked.push(request);
        return Promise.resolve("accept");
      },
    });
  const events = await Array.fromAsync(turn.events);
  assert.equal((await turn.result).answer, "done");
  assert.deepEqual(
    asked.map((request) => ({
      command: subjectOf(request),
      reason: request.reason,
      workingDirectory: request.workingDirectory,
    })),
    [{
      command: "touch made",
      reason: "It must be made",
      workingDirectory: options.workingDirectory,
    }],
  );
  assert.equal((await Deno.stat(file)).isFile, true);
  const folders = events.flatMap((event) =>
    event.type === "item.completed" && event.item.type === "command"
      ? [event.item.workingDirectory]
      : []
  );
  assert.deepEqual(folders, [options.workingDirectory]);
});

Deno.test("McpThread tells Codex's checklist and tells commentary from the answer", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
  const plan = [{ step: "look", status: "completed" }, { step: "leap", status: "in_progress" }];
  const steps = [
    { all: [{ message: "let me see", phase: "commentary" as const }, { plan }] },
    { message: "seen" },
  ];
  api.script({ when: () => true, steps });
  const turn = backend.startThread(options).run({ text: "look" }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline"),
  });
  const events = await Array.fromAsync(turn.events);
  assert.equal((await turn.result).answer, "seen");
  assert.deepEqual(events.filter(({ type }) => type === "plan"), [{
    type: "plan",
    steps: [{ text: "look", status: "completed" }, { text: "leap", status: "in_progress" }],
  }]);
  const messages = events.flatMap((event) =>
    event.type === "item.completed" && event.item.type === "message"
      ? [[event.item.text, event.item.commentary]]
      : []
  );
  assert.deepEqual(messages, [["let me see", true], ["seen", undefined]]);
});

Deno.test("McpBackend.start() says what is wrong with a Codex that has no mcp-server any more", async () => {
  await using stage = await mcpStage({ version: NEWEST });
  await assert.rejects(stage.backend.start(), {
    name: "CodexError",
    kind: "no-subcommand",
    message: /has no mcp-server/,
  });
});

function folderOf(cwd: string): unknown {
  const item = {
    type: "CommandExecution",
    id: "item",
    command: ["ls"],
    cwd,
    status: "completed",
  };
  const [event] = turnEvents({ type: "item_completed", item });
  return event?.type === "item.completed" && event.item.type === "command"
    ? event.item.workingDirectory
    : undefined;
}

Deno.test("turnEvents() tells a command's folder as a path, and an address that is none as it is", () => {
  assert.equal(folderOf("file:///a%20b"), "/a b");
  assert.equal(folderOf("/a b"), "/a b");
  assert.equal(folderOf("file://another-computer/a"), "file://another-computer/a");
  assert.equal(folderOf("file:///%zz"), "file:///%zz");
});
