import assert from "node:assert/strict";
import { textsFor } from "../../../src/texts/texts.ts";
import { troubleText } from "../../../src/texts/trouble_texts.ts";
import type { ApprovalHandler, ApprovalRequest } from "../../../src/core/codex/approval.ts";
import type { TurnEvent } from "../../../src/core/codex/codex.ts";
import { LiveTurn } from "../../../src/integrations/codex/live_turn.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";

const LIMITS = {
  turnTimeoutMs: 3_600_000,
  turnIdleTimeoutMs: 900_000,
  cancelGraceMs: 5_000,
  reconnectMs: 1_000,
};
const QUESTION: ApprovalRequest = {
  id: "0",
  kind: "command",
  threadId: "thread",
  turnId: "turn",
  itemId: "item",
  command: "rm -r build",
};

function begin(
  { approve = (): Promise<"accept"> => Promise.resolve("accept") }: { approve?: ApprovalHandler } =
    {},
): Begun {
  const clock = new FakeClock();
  const controller = new AbortController();
  const calls: string[] = [];
  const turn = new LiveTurn({
    clock,
    limits: LIMITS,
    options: { signal: controller.signal, approve },
    control: {
      interrupt: () => Promise.resolve(void calls.push("interrupt")),
      escalate: (reason) => Promise.resolve(void calls.push(`escalate: ${reason}`)),
      steer: (text) => Promise.resolve(void calls.push(`steer: ${text}`)),
    },
  });
  return { clock, controller, calls, turn };
}

interface Begun {
  readonly clock: FakeClock;
  readonly controller: AbortController;
  readonly calls: string[];
  readonly turn: LiveTurn;
}

function message(text: string, commentary = false): TurnEvent {
  const mark = commentary ? { commentary: true as const } : {};
  return { type: "item.completed", item: { type: "message", id: text, text, ...mark } };
}

function files(path: string, kind: "add" | "delete" | "update", status = "completed"): TurnEvent {
  const done = status === "completed" ? "completed" : "declined";
  return {
    type: "item.completed",
    item: { type: "files", id: path, changes: [{ path, kind }], status: done },
  };
}

async function eventsOf(turn: LiveTurn): Promise<TurnEvent[]> {
  return await Array.fromAsync(turn.events);
}

Deno.test("LiveTurn answers with the last message that is no commentary", async () => {
  const { turn } = begin();
  for (const event of [message("first"), message("last"), message("by the way", true)]) {
    turn.push(event);
  }
  turn.settle({ status: "completed" });
  assert.equal((await turn.result).answer, "last");
});

Deno.test("LiveTurn answers with commentary when there was nothing else", async () => {
  const { turn } = begin();
  turn.push(message("by the way", true));
  turn.settle({ status: "completed" });
  assert.equal((await turn.result).answer, "by the way");
});

Deno.test("LiveTurn gathers thread, diff, usage and each changed file once", async () => {
  const { turn } = begin();
  const usage = {
    inputTokens: 3,
    cachedInputTokens: 0,
    outputTokens: 2,
    reasoningTokens: 0,
    totalTokens: 5,
  };
  turn.push({ type: "started", threadId: "thread", turnId: "turn" });
  turn.push(files("/w/new", "add"));
  turn.push(files("/w/new", "update"));
  turn.push(files("/w/brief", "add"));
  turn.push(files("/w/brief", "delete"));
  turn.push(files("/w/old", "delete"));
  turn.push(files("/w/kept", "update", "declined"));
  turn.push({ type: "diff", unifiedDiff: "old" });
  turn.push({ type: "diff", unifiedDiff: "new" });
  turn.push({ type: "usage", usage });
  turn.settle({ status: "completed" });
  assert.deepEqual(await turn.result, {
    status: "completed",
    threadId: "thread",
    answer: "",
    diff: "new",
    changedFiles: [{ path: "/w/new", kind: "add" }, { path: "/w/old", kind: "delete" }],
    usage,
  });
});

Deno.test("LiveTurn hands its events to a reader that comes late, and ends", async () => {
  const { turn } = begin();
  turn.push(message("one"));
  turn.settle({ status: "completed" });
  turn.push(message("too late"));
  assert.deepEqual(await eventsOf(turn), [message("one")]);
});

Deno.test("LiveTurn keeps only the first end", async () => {
  const { turn } = begin();
  turn.settle({ status: "completed" });
  turn.settle({ status: "lost" });
  assert.equal((await turn.result).status, "completed");
});

Deno.test("LiveTurn interrupts when its signal aborts, and ends interrupted", async () => {
  const { turn, controller, calls, clock } = begin();
  controller.abort();
  await settle();
  assert.deepEqual(calls, ["interrupt"]);
  turn.settle({
    status: "failed",
    failure: { kind: "model", message: "whatever", trouble: { kind: "failed", said: "whatever" } },
  });
  const { status, failure } = await turn.result;
  assert.deepEqual({ status, failure }, { status: "interrupted", failure: undefined });
  assert.equal(clock.sleeping, 0);
});

Deno.test("LiveTurn that does not end after an interrupt has the process restarted", async () => {
  const { turn, controller, calls, clock } = begin();
  controller.abort();
  await clock.advance(5_000);
  assert.deepEqual(calls, ["interrupt", "escalate: a cancelled turn did not end"]);
  const { status, failure } = await turn.result;
  assert.equal(status, "interrupted");
  assert.match(failure?.message ?? "", /did not stop within 5 s/);
});

Deno.test("LiveTurn fails with a timeout when it takes too long", async () => {
  const { turn, calls, clock } = begin();
  for (let minute = 0; minute < 60; minute++) {
    turn.push(message("busy"));
    await clock.advance(60_000);
  }
  assert.deepEqual(calls, ["interrupt"]);
  turn.settle({ status: "interrupted" });
  const { status, failure } = await turn.result;
  assert.equal(status, "failed");
  assert.equal(failure?.kind, "timeout");
  assert.match(failure?.message ?? "", /longer than 3600 s/);
});

Deno.test("LiveTurn fails with a timeout when nothing happens for too long", async () => {
  const { turn, clock } = begin();
  await clock.advance(899_000);
  turn.push(message("still here"));
  await clock.advance(899_000);
  assert.equal(turn.stopping.aborted, false);
  await clock.advance(1_000);
  assert.equal(turn.stopping.aborted, true);
  await clock.advance(5_000);
  const { status, failure } = await turn.result;
  assert.equal(status, "failed");
  assert.match(failure?.message ?? "", /reported nothing for 900 s/);
  assert.ok(failure?.trouble !== undefined);
  assert.match(
    troubleText(failure.trouble, textsFor("en")),
    /\(codex\.turn_idle_timeout_seconds\)\. \/retry tries again\.$/,
  );
});

Deno.test("LiveTurn does not count the time in which it waits for a person as idle", async () => {
  const answer = Promise.withResolvers<"accept">();
  const { turn, clock } = begin({ approve: () => answer.promise });
  const asked = turn.ask(QUESTION);
  await clock.advance(2_000_000);
  assert.equal(turn.stopping.aborted, false);
  answer.resolve("accept");
  assert.equal(await asked, "accept");
  await clock.advance(900_000);
  assert.equal(turn.stopping.aborted, true);
  turn.settle({ status: "interrupted" });
});

Deno.test("LiveTurn does not count the time in which it waits for a person as work", async () => {
  const answers = [Promise.withResolvers<"accept">(), Promise.withResolvers<"accept">()];
  const asked = answers.values();
  const { turn, clock } = begin({
    approve: () => asked.next().value?.promise ?? Promise.resolve("decline"),
  });
  const work = async (ms: number): Promise<void> => {
    for (let step = 0; step < ms; step += 600_000) {
      turn.push(message("still here"));
      await clock.advance(600_000);
    }
  };
  await work(3_000_000);
  const first = turn.ask(QUESTION);
  await clock.advance(2_000_000);
  const second = turn.ask({ ...QUESTION, id: "1" });
  answers[0]?.resolve("accept");
  await first;
  await clock.advance(2_000_000);
  assert.equal(turn.stopping.aborted, false);
  answers[1]?.resolve("accept");
  await second;
  turn.push(message("goes on"));
  await clock.advance(599_000);
  assert.equal(turn.stopping.aborted, false);
  await clock.advance(1_000);
  assert.equal(turn.stopping.aborted, true);
  await clock.advance(5_000);
  assert.match((await turn.result).failure?.message ?? "", /longer than 3600 s/);
});

Deno.test("LiveTurn that completes in spite of its deadline is completed", async () => {
  const { turn, clock } = begin();
  await clock.advance(900_000);
  turn.settle({ status: "completed" });
  assert.equal((await turn.result).status, "completed");
});

Deno.test("LiveTurn.ask reports the question and the decision", async () => {
  const { turn } = begin({ approve: () => Promise.resolve("accept-for-session") });
  assert.equal(await turn.ask(QUESTION), "accept-for-session");
  turn.settle({ status: "completed" });
  assert.deepEqual(await eventsOf(turn), [
    { type: "approval.requested", request: QUESTION },
    { type: "approval.resolved", request: QUESTION, decision: "accept-for-session" },
  ]);
});

Deno.test("LiveTurn.ask declines when the handler throws, rejects or answers nonsense", async () => {
  const handlers: ApprovalHandler[] = [
    () => Promise.reject(new Error("chat is gone")),
    () => {
      throw new Error("chat is gone");
    },
    () => Promise.resolve(JSON.parse('"yes please"')),
  ];
  for (const approve of handlers) {
    const { turn } = begin({ approve });
    assert.equal(await turn.ask(QUESTION), "decline");
    turn.settle({ status: "completed" });
  }
});

Deno.test("LiveTurn.ask is void when the turn ends, is stopped, or Codex withdraws", async () => {
  const ways: ((begun: Begun, withdrawn: AbortController) => void)[] = [
    ({ turn }) => turn.settle({ status: "completed" }),
    ({ controller }) => controller.abort(),
    (_, withdrawn) => withdrawn.abort(),
  ];
  for (const end of ways) {
    let signal: AbortSignal | undefined;
    const begun = begin({
      approve: (_request, given) => {
        signal = given;
        return new Promise(() => {});
      },
    });
    const withdrawn = new AbortController();
    const asked = begun.turn.ask(QUESTION, withdrawn.signal);
    end(begun, withdrawn);
    assert.equal(await asked, "decline");
    assert.equal(signal?.aborted, true);
    begun.turn.settle({ status: "interrupted" });
    const events = await eventsOf(begun.turn);
    assert.deepEqual(events.map(({ type }) => type), ["approval.requested", "approval.resolved"]);
  }
});

Deno.test("LiveTurn begun with an aborted signal ends interrupted", async () => {
  const clock = new FakeClock();
  const turn = new LiveTurn({
    clock,
    limits: LIMITS,
    options: { signal: AbortSignal.abort(), approve: () => Promise.resolve("accept") },
    control: {
      interrupt: () => Promise.reject(new Error("not begun")),
      escalate: () => Promise.reject(new Error("no process")),
      steer: () => Promise.resolve(),
    },
  });
  await clock.advance(5_000);
  assert.equal((await turn.result).status, "interrupted");
});
