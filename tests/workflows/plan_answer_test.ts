/** A planner's answer is read as it is meant; what only asks is a question, and no plan. */
import assert from "node:assert/strict";
import { onlyAsks, planMarkdown, type ProposedPlan, STORED_PLAN } from "../../src/core/run/plan.ts";
import { readPlan } from "../../src/workflows/plan_answer.ts";

const STEPS = [{ title: "Write it", files: ["a.ts", "b.ts"] }];
const WHOLE = {
  goal: "A thing",
  steps: STEPS,
  checks: ["deno test"],
  risks: ["none known"],
  questions: [{ question: "Which database?", choices: ["A", "B", "A"] }],
  changes_files: false,
};

Deno.test("a plan by the schema is read whole, also in a fence or behind words", () => {
  const { changes_files: changesFiles, ...rest } = WHOLE;
  const read = {
    ...rest,
    questions: [{ question: "Which database?", choices: ["A", "B"] }],
    changesFiles,
  };
  for (
    const text of [
      JSON.stringify(WHOLE),
      `Here it is:\n\`\`\`json\n${JSON.stringify(WHOLE, null, 2)}\n\`\`\``,
    ]
  ) assert.deepEqual(readPlan(text), read);
});

Deno.test("what is missing, null or of another shape is left out, and changes are expected", () => {
  const text = JSON.stringify({ goal: null, steps: ["One", { title: "Two", files: null }] });
  assert.deepEqual(readPlan(text), {
    goal: "",
    steps: [{ title: "One", files: [] }, { title: "Two", files: [] }],
    checks: [],
    risks: [],
    questions: [],
    changesFiles: true,
  });
});

for (
  const prose of [
    "1. Look at it.\n2. Mend it. Which tests are there?",
    "# Plan\nMend it. Ready?",
    "Mend the parser and run the tests.",
    'The config has {"goal":"x"} in it: keep that.',
    "```\n1. Mend it.\n```",
    '"Mend it."',
    '{"goal":"x"} is in the config: keep that.',
    'Leave {"steps":[]} out of the answer.',
    "{name} is replaced by the name of the person.",
    "1. Add null.\n2. Add {}.",
    "고치고 테스트를 실행합니다.",
  ]
) {
  Deno.test(`"${prose.slice(0, 30)}" is a plan in prose`, () => {
    const plan = readPlan(prose);
    assert.ok(plan !== undefined);
    assert.equal(plan.prose, prose);
    assert.deepEqual(plan.questions, []);
    assert.equal(planMarkdown({ plan, answers: [] }), prose);
  });
}

for (
  const text of [
    "Which database?",
    "  Before I plan: which database shall it be, Postgres or SQLite?  ",
    "어떤 데이터베이스를 쓸까요？",
    "I need to know two things.\n- Which database?\n- **Which port?**",
    JSON.stringify({ goal: "Which database?", steps: [], questions: [] }),
    JSON.stringify({ goal: "", steps: [{ title: "Which database?", files: [] }] }),
    JSON.stringify({ ...WHOLE, steps: [] }),
  ]
) {
  Deno.test(`${text.slice(0, 40)} only asks`, () => {
    const plan = readPlan(text);
    assert.ok(plan !== undefined && onlyAsks(plan), JSON.stringify(plan));
    assert.match(plan.questions[0]?.question ?? "", /database|데이터베이스/);
  });
}

for (
  const text of [
    ...["", " \n", "…", "---", "{}", "[]", "null", "true", "42", '""', '"{}"', "```json\n{}\n```"],
    ...["```\n```", "```json\nnull", '{"goal":"A thing"}', '{"plan":"Mend it"}', "{}\n{}"],
    '{"goal":"","steps":[],"checks":[],"risks":[],"questions":[],"changes_files":true}',
    '{"steps":[{"title":" ","files":["a.ts"]}]}',
    '{"goal":"A thing","steps":[{"title":"Wri',
    '{"goal":"A thing","steps":["Write it",]}',
    '[{"title":"Write it"}]',
  ]
) {
  Deno.test(`${JSON.stringify(text)} is no plan`, () => {
    assert.equal(readPlan(text), undefined);
  });
}

Deno.test("what needs no change, and what only names a goal or checks, is a plan", () => {
  for (const part of [{ changes_files: false }, { goal: "A thing" }, { checks: ["deno test"] }]) {
    const plan = readPlan(JSON.stringify({ steps: [], ...part }));
    assert.ok(plan !== undefined);
    assert.notEqual(planMarkdown({ plan, answers: [] }), "");
  }
});

Deno.test("the plan of an earlier version, a mere text, is read from the log of steps", () => {
  const plan = STORED_PLAN.parse("Do it.\n");
  assert.equal(plan.prose, "Do it.");
  const { changes_files: changesFiles, ...rest } = WHOLE;
  const structured = { ...rest, changesFiles };
  assert.deepEqual(STORED_PLAN.parse(structured), structured);
});

Deno.test("agents read the plan with the answers, and what was not answered is theirs to decide", () => {
  const plan = readPlan(JSON.stringify({ ...WHOLE, changes_files: true }));
  assert.ok(plan !== undefined);
  const answers = [{ question: "Which database?", answer: "A" }, { question: "And which port?" }];
  assert.equal(
    planMarkdown({ plan, answers }),
    `Goal: A thing

Steps:
1. Write it (a.ts, b.ts)

Checks:
- deno test

Risks:
- none known

Open questions:
- Which database? Answer of the person: A
- And which port? Not answered: decide yourself and say in your report how.`,
  );
});

Deno.test("a question that a person has yet to answer is not called unanswered", () => {
  const plan = readPlan('{"goal":"g","steps":["s"],"questions":["Which port?"]}');
  assert.ok(plan !== undefined);
  const written = (awaits: ProposedPlan["awaits"]): string =>
    planMarkdown({ plan, answers: [], revision: 1, awaits });
  assert.match(written("answers"), /Open questions:\n- Which port\?$/);
  assert.match(written("go"), /Which port\? Not answered: decide yourself/);
});
