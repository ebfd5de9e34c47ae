import assert from "node:assert/strict";
import type { FileChange, TurnEvent, TurnItem } from "../../src/core/codex/codex.ts";
import {
  answerOf,
  NEW_TURN,
  newestAgents,
  reduceTurn,
  type TurnState,
  wholeDiff,
  wholeUsage,
} from "../../src/core/codex/turn_state.ts";
import { listFileChanges, mergeFileChanges, NO_FILES } from "../../src/core/workspace/changes.ts";

const AT = new Date("2026-01-01T00:00:00.000Z");

function reduced(...events: TurnEvent[]): TurnState {
  return events.reduce((turn, event) => reduceTurn(turn, event, AT), NEW_TURN);
}

const begun = (item: TurnItem): TurnEvent => ({ type: "item.started", item });
const ended = (item: TurnItem): TurnEvent => ({ type: "item.completed", item });

const COMMAND: TurnItem = {
  type: "command",
  id: "c",
  command: "ls",
  workingDirectory: "/",
  status: "in_progress",
};

function message(
  id: string,
  text: string,
  commentary?: true,
): TurnItem & { readonly type: "message" } {
  const item = { type: "message", id, text } as const;
  return commentary === undefined ? item : { ...item, commentary };
}

const MERGES: readonly (readonly [FileChange["kind"][], FileChange["kind"] | undefined])[] = [
  [["add"], "add"],
  [["add", "update"], "add"],
  [["add", "delete"], undefined],
  [["add", "delete", "add"], "add"],
  [["update", "update"], "update"],
  [["update", "delete"], "delete"],
  [["update", "delete", "add"], "update"],
  [["update", "add"], "update"],
  [["delete", "add"], "update"],
  [["delete", "add", "delete"], "delete"],
  [["add", "update", "delete"], undefined],
];

for (const [kinds, whole] of MERGES) {
  Deno.test(`mergeFileChanges() makes ${whole ?? "nothing"} of ${kinds.join(", ")}`, () => {
    const changes = kinds.map((kind) => ({ path: "a", kind }));
    const expected = whole === undefined ? [] : [{ path: "a", kind: whole }];
    assert.deepEqual(listFileChanges(mergeFileChanges(NO_FILES, changes)), expected);
    const oneByOne = changes.reduce(
      (files, change) => mergeFileChanges(files, [change]),
      NO_FILES,
    );
    assert.deepEqual(listFileChanges(oneByOne), expected);
  });
}

Deno.test("mergeFileChanges() keeps files in the order in which they were first changed", () => {
  const files = mergeFileChanges(NO_FILES, [
    { path: "b", kind: "update" },
    { path: "a", kind: "add" },
    { path: "b", kind: "delete" },
  ]);
  assert.deepEqual(listFileChanges(files), [
    { path: "b", kind: "delete" },
    { path: "a", kind: "add" },
  ]);
});

Deno.test("a turn's files are those of patches that went through", () => {
  const files = (id: string, status: "completed" | "declined", path: string): TurnItem => ({
    type: "files",
    id,
    status,
    changes: [{ path, kind: "update" }],
  });
  const turn = reduced(
    begun(files("1", "completed", "begun only")),
    ended(files("2", "declined", "declined")),
    ended(files("3", "completed", "done")),
  );
  assert.deepEqual([...turn.files.keys()], ["done"]);
});

Deno.test("the answer is the last message, and commentary only where there is nothing else", () => {
  assert.equal(answerOf(NEW_TURN), "");
  const looking = ended(message("1", "I look", true));
  assert.equal(answerOf(reduced(looking)), "I look");
  assert.equal(
    answerOf(
      reduced(
        ended(message("2", "first")),
        ended(message("3", "second")),
        ended(message("4", "bye", true)),
      ),
    ),
    "second",
  );
  assert.equal(answerOf(reduced(begun(message("5", "not yet")))), "");
  // The person was told that already.
  const aside: TurnItem = { ...message("6", "Which?", true), async: "question" };
  assert.equal(answerOf(reduced(looking, ended(aside))), "I look");
});

Deno.test("an item is open from its begin to its end, and keeps the time at which it began", () => {
  const later = new Date(AT.getTime() + 1_000);
  const open = reduceTurn(reduced(begun(COMMAND)), begun(COMMAND), later);
  assert.deepEqual(open.openItems, [{ item: COMMAND, startedAt: AT }]);
  assert.deepEqual(reduceTurn(open, ended(COMMAND), later).openItems, []);
});

Deno.test("items that Codex never ends do not fill the memory", () => {
  const events = Array.from({ length: 1_000 }, (_, id) => begun({ ...COMMAND, id: String(id) }));
  const { openItems } = reduced(...events);
  assert.equal(openItems.length, 200);
  assert.equal(openItems.at(-1)?.item.id, "999");
});

Deno.test("events that change nothing of a turn leave its state as it is", () => {
  const turn = reduced(begun(COMMAND));
  const events: TurnEvent[] = [
    { type: "message.delta", itemId: "1", text: "x" },
    { type: "warning", message: "x" },
    ended({ type: "other", id: "x", kind: "new" }),
    ended({ type: "reasoning", id: "y", summary: "" }),
  ];
  for (const event of events) assert.equal(reduceTurn(turn, event, AT), turn);
});

const HELPER = { threadId: "child", name: "helper" };
const of = (event: TurnEvent): TurnEvent => ({ type: "agent.event", agent: HELPER, event });

function used(inputTokens: number, outputTokens: number): TurnEvent {
  const totalTokens = inputTokens + outputTokens;
  const usage = {
    inputTokens,
    outputTokens,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    totalTokens,
  };
  return { type: "usage", usage };
}

Deno.test("what a sub-agent says and uses stays its own; its files, diff and tokens count", () => {
  const turn = reduced(
    ended(message("1", "mine")),
    { type: "diff", unifiedDiff: "a" },
    used(10, 1),
    { type: "agent.started", agent: HELPER },
    of(begun(COMMAND)),
    of(ended(message("2", "its own"))),
    of({ type: "diff", unifiedDiff: "b" }),
    of(used(100, 10)),
    of(ended({
      type: "files",
      id: "3",
      status: "completed",
      changes: [{ path: "/b", kind: "add" }],
    })),
    { type: "agent.ended", agent: HELPER, status: "completed" },
    // It is given more to do: its diff and tokens begin anew.
    { type: "agent.started", agent: HELPER },
    of({ type: "diff", unifiedDiff: "c" }),
    of(used(1_000, 100)),
  );
  assert.equal(answerOf(turn), "mine");
  assert.equal(turn.doing, undefined);
  assert.deepEqual(listFileChanges(turn.files), [{ path: "/b", kind: "add" }]);
  assert.equal(turn.diff, "a");
  assert.equal(wholeDiff(turn), "a\nb\nc");
  assert.equal(turn.usage?.totalTokens, 11);
  assert.equal(wholeUsage(turn)?.totalTokens, 1_221);
  assert.deepEqual(turn.openItems, []);
});

Deno.test("a sub-agent keeps its newest name, and those at work come first", () => {
  const other = { threadId: "other", name: "other" };
  const turn = reduced(
    { type: "agent.started", agent: other },
    { type: "agent.ended", agent: other, status: "failed" },
    // Its first words may come before its name is known.
    { type: "agent.event", agent: { ...HELPER, name: "agent-1" }, event: begun(COMMAND) },
    { type: "agent.started", agent: HELPER },
  );
  const shown = newestAgents(turn.agents, 5).map(({ agent, ended }) => [agent.name, ended]);
  assert.deepEqual(shown, [["helper", undefined], ["other", "failed"]]);
  assert.equal(newestAgents(turn.agents, 1).length, 1);
});
