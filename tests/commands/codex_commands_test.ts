import assert from "node:assert/strict";
import { drawReply } from "../../src/bot/render/reply.ts";
import { effortReply, modelReply } from "../../src/commands/model.ts";
import { textOf } from "../../src/commands/reply.ts";
import { threadList } from "../../src/commands/resume.ts";
import { usageOfSession } from "../../src/commands/usage.ts";
import { textsFor } from "../../src/texts/texts.ts";
import type { ModelInfo } from "../../src/core/codex/codex_queries.ts";
import type { Choices } from "../../src/core/session/session_service.ts";
import { CodexError } from "../../src/core/errors.ts";
import { newSession } from "../../src/core/session/session.ts";
import { withChoices } from "../../src/core/session/settings.ts";

const EN = textsFor("en");
const KO = textsFor("ko");
const NOW = new Date("2026-06-01T12:00:00Z");

function model(slug: string, efforts: readonly string[], isDefault = false): ModelInfo {
  return {
    slug,
    name: slug.toUpperCase(),
    description: `About ${slug}.`,
    efforts: efforts.map((name) => ({ name, description: "" })),
    isDefault,
    defaultEffort: "low",
  };
}

function choices(
  chosen: { readonly model?: string; readonly reasoningEffort?: string },
  models: readonly ModelInfo[],
): Choices {
  const session = { ...newSession({ chatId: "1", userId: "1" }, "default", NOW), ...chosen };
  const profile = withChoices({
    name: "default",
    workingDirectory: "/work",
    sandbox: "read-only",
    approvalPolicy: "never",
    agents: {
      single: { developer: {} },
      plan: { selector: {}, planner: {}, developer: { reasoningEffort: "high" }, reviewer: {} },
    },
  }, session);
  return { session, profile, models };
}

Deno.test("modelReply marks the model in use and leaves out buttons that do not fit", () => {
  const long = `m-${"x".repeat(60)}`;
  const models = [model("one", ["low"], true), model("two", ["low"]), model(long, ["low"])];
  const { text, buttons = [] } = drawReply(modelReply(choices({ model: "two" }, models), EN));
  assert.match(text, /^Model: two \(chosen here\)\nEffort: high \(from the profile\)\n/);
  assert.match(text, /○ ONE: About one\.\n● TWO: About two\.\n/);
  assert.deepEqual(buttons.flat().map(({ label, data }) => [label, data]), [
    ["ONE", "model:one"],
    ["● TWO", "model:two"],
    ["As in the profile", "model:"],
  ]);
});

Deno.test("modelReply names a model that Codex does not list", () => {
  const { text } = drawReply(modelReply(choices({ model: "own" }, [model("one", [], true)]), EN));
  assert.match(text, /^Model: own \(chosen here\)/);
  assert.doesNotMatch(text, /●/);
});

Deno.test("effortReply says where the effort comes from, and marks it", () => {
  const models = [model("one", ["low", "high"], true)];
  const { text, buttons = [] } = drawReply(effortReply(choices({}, models), EN));
  assert.match(text, /^Effort: high \(from the profile\)\nModel: one \(Codex's default\)/);
  assert.deepEqual(buttons.flat().map(({ label }) => label), [
    "low",
    "● high",
    "As in the profile",
  ]);
});

Deno.test("threadList tells age and title, and marks the conversation of the session", () => {
  const thread = (id: string, title: string, updatedAt: string) => ({ id, title, updatedAt });
  const { choices: [...rows] = [] } = threadList(
    [
      thread("a", "fix the login", "2026-06-01T11:58:00Z"),
      thread("b", "👩‍👩‍👧‍👦".repeat(60), "2026-05-29T11:00:00Z"),
      thread("c", "", "2026-06-01T12:00:05Z"),
      thread("no id\n", "x", "2026-06-01T12:00:05Z"),
    ],
    "a",
    EN,
    NOW,
  );
  const labels = rows.flat().map(({ label }) => label);
  assert.equal(labels[0], "● 2 min ago · fix the login");
  assert.match(labels[1] ?? "", /^3 d ago · (?:👩‍👩‍👧‍👦){37}…$/u);
  assert.equal(labels[2], "0 s ago · (no text)");
  assert.equal(labels.length, 3);
  assert.match(textOf(threadList([], undefined, KO, NOW)), /대화가 없습니다/);
});

Deno.test("/usage names each window by its length", () => {
  const windows = [
    [300, /^5 h window: 1% used$/m],
    [10_080, /^Weekly: 1% used$/m],
    [1_440, /^Daily: 1% used$/m],
    [43_200, /^Monthly: 1% used$/m],
    [90, /^1 h 30 min window: 1% used$/m],
    [undefined, /^Limit: 1% used$/m],
  ] as const;
  for (const [windowMinutes, expected] of windows) {
    const primary = {
      usedPercent: 1.4,
      ...(windowMinutes === undefined ? {} : { windowMinutes }),
    };
    assert.match(textOf(usageOfSession({ limits: { primary } }, EN, NOW)), expected);
  }
});

Deno.test("/usage tells when a window begins anew, on the reader's clock", () => {
  const limits = {
    plan: "pro",
    primary: { usedPercent: 99.6, windowMinutes: 300, resetsAt: "2026-06-01T14:05:00Z" },
    secondary: { usedPercent: 5, windowMinutes: 10_080, resetsAt: "2026-06-01T11:00:00Z" },
  };
  const { text, entities } = drawReply(usageOfSession({ limits }, EN, NOW));
  assert.match(text, /Plan: pro\n5 h window: 100% used, resets in 2 h 5 min\n/);
  assert.match(text, /Weekly: 5% used, has reset since/);
  const time = entities.find(({ type }) => type === "date_time");
  assert.equal(text.slice(time?.offset, (time?.offset ?? 0) + (time?.length ?? 0)), "in 2 h 5 min");
});

Deno.test("/usage says why there is nothing to show", () => {
  assert.match(textOf(usageOfSession({}, EN, NOW)), /None so far\.[\s\S]*None\. An API key/);
  assert.match(textOf(usageOfSession({ limits: {} }, EN, NOW)), /None\. An API key/);
  const unknown = textOf(
    usageOfSession({ limitsUnknown: new CodexError("exited", "Codex is gone") }, KO, NOW),
  );
  assert.match(unknown, /확인할 수 없음: Codex가 종료되었습니다\. .*\(Codex is gone\.\)/);
  assert.doesNotMatch(unknown, /API/);
});

Deno.test("/usage groups large counts", () => {
  const session = {
    inputTokens: 1_234_567,
    cachedInputTokens: 1_000_000,
    outputTokens: 9_876,
    reasoningTokens: 5,
    totalTokens: 1_244_443,
  };
  const text = textOf(usageOfSession({ session }, KO, NOW));
  assert.match(
    text,
    /입력: 1,234,567 \(캐시 1,000,000\)\n출력: 9,876 \(추론 5\)\n합계: 1,244,443/,
  );
});
