/** What is typed at the terminal: while the disk takes nothing, and while Codex is asked. */
import assert from "node:assert/strict";
import { StorageError } from "../../src/core/errors.ts";
import { onlyThisMachine } from "../../src/core/codex/codex.ts";
import type { CodexQueries, ModelInfo } from "../../src/core/codex/codex_queries.ts";
import { WITHOUT_ACTIVITY } from "../../src/core/codex/thread_activity.ts";
import { terminalSession } from "../../src/core/session/session.ts";
import { SessionService } from "../../src/core/session/session_service.ts";
import { RunRecorder } from "../../src/core/run/run_recorder.ts";
import {
  CAPABILITIES,
  unsupportedQueries,
  unsupportedTerminals,
} from "../../src/integrations/codex/backend_parts.ts";
import { ApprovalPrompts } from "../../src/terminal/approval_prompts.ts";
import { Conversation } from "../../src/terminal/conversation.ts";
import { TerminalChat } from "../../src/terminal/terminal_chat.ts";
import type { View } from "../../src/terminal/views/view.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { endedReviewParts } from "../fakes/memory_ended_reviews.ts";
import { MemoryGoals } from "../fakes/memory_goals.ts";
import { MemoryPlans } from "../fakes/memory_plans.ts";
import { MemoryChanges, MemoryRunLogs } from "../fakes/memory_records.ts";
import { MemorySnapshots } from "../fakes/memory_snapshots.ts";
import { MemorySessions } from "../fakes/memory_stores.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { PROFILE, RecordingEngine } from "../fuzz/recording_engine.ts";

const SESSION = terminalSession("folder");

class QuietView implements View {
  readonly columns = 80;
  readonly said: string[] = [];
  show(): void {}
  finish(): void {}
  ask(): void {}
  settled(): void {}
  askQuestion(): void {}
  questionSettled(): void {}
  askPlan(): void {}
  planSettled(): void {}
  say(lines: Parameters<View["say"]>[0]): void {
    this.said.push(...lines.map((line) => line.map(({ text }) => text).join("")));
  }
}

function conversationOf(
  engine: RecordingEngine,
  queries: CodexQueries = unsupportedQueries("the test"),
): {
  readonly conversation: Conversation;
  readonly chat: TerminalChat;
  readonly view: QuietView;
} {
  const [clock, log, view, texts] = [
    new FakeClock(),
    new RecordingLog(),
    new QuietView(),
    textsFor("en"),
  ];
  const redact = (text: string): string => text;
  const prompts = new ApprovalPrompts({ view, canAsk: true, timeoutMs: 1_000, redact, clock });
  const chat = new TerminalChat({ view, prompts, texts, clock });
  const ended = endedReviewParts();
  ended.endedReviews.kept.push({
    session: SESSION,
    prompt: "greet",
    origin: { chatId: "terminal", messageId: 1, language: "en" },
    follows: {
      runId: "r1",
      firstRunId: "r1",
      plan: "",
      round: 1,
      next: "develop",
      report: "",
    },
  });
  const conversation = new Conversation({
    engine,
    chat,
    prompts,
    view,
    redact,
    texts,
    clock,
    log,
    session: SESSION,
    language: "en",
    newRunId: () => "run",
    sessionService: new SessionService({
      version: "0.0.0",
      machines: onlyThisMachine({
        activity: WITHOUT_ACTIVITY,
        kind: "app-server" as const,
        capabilities: CAPABILITIES.echo,
        queries,
        terminals: unsupportedTerminals("the test"),
        goals: new MemoryGoals(),
        start: () => Promise.resolve(),
        restart: () => Promise.resolve({ type: "restarted" as const }),
      }),
      goals: "ask",
      profiles: { default: "default", all: new Map([["default", PROFILE]]) },
      sessions: new MemorySessions(),
      snapshots: new MemorySnapshots(),
      ...ended,
      redact,
    }),
    records: new RunRecorder({
      plans: new MemoryPlans(),
      logs: new MemoryRunLogs(),
      changes: new MemoryChanges(),
      snapshots: new MemorySnapshots(),
      clock,
      log,
      redact,
    }),
  });
  return { conversation, chat, view };
}

Deno.test("nobody waits for a request that the disk refuses, whatever asks for it", async () => {
  const engine = new RecordingEngine();
  engine.failure = new StorageError("Cannot write state.db: the disk is full", {
    trouble: { kind: "storage", why: "full", path: "state.db" },
  });
  const { conversation, chat, view } = conversationOf(engine);
  for (const line of ["do it", "/round"]) {
    await conversation.take(line);
    assert.equal(chat.busy, false, line);
  }
  assert.equal(view.said.length, 2);
  conversation.leave();
  assert.equal(conversation.left.aborted, true);
});

Deno.test("a pasted request does not overtake the command before it", async () => {
  const engine = new RecordingEngine();
  const models = Promise.withResolvers<readonly ModelInfo[]>();
  const queries = { ...unsupportedQueries("the test"), models: () => models.promise };
  const { conversation, view } = conversationOf(engine, queries);
  const lines = ["/model gpt-9", "fix it", "/cancel"].map((line) => conversation.take(line));
  await conversation.take("/log");
  assert.match(view.said.join(), /^No steps/);
  assert.deepEqual(engine.submitted, []);
  models.resolve([{ slug: "gpt-9", name: "GPT-9", description: "", efforts: [], isDefault: true }]);
  await Promise.all(lines);
  assert.deepEqual(engine.submitted.map(({ prompt }) => prompt), ["fix it"]);
  assert.match(view.said.join(), /Model set to GPT-9[\s\S]*Nothing is running/);
});
