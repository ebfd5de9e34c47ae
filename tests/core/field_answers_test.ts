import assert from "node:assert/strict";
import fc from "fast-check";
import {
  beginQuestion,
  currentField,
  shownValue,
  typedAnswer,
  withAnswer,
  withChange,
} from "../../src/core/codex/field_answers.ts";
import type { FormQuestion, QuestionField } from "../../src/core/codex/question.ts";

const BASE = { id: "x", title: "X", required: true };
const OPTIONS = [{ value: "s", label: "Small" }, { value: 2, label: "Medium" }, {
  value: "3",
  label: "1",
}];
const CHOICE: QuestionField = { ...BASE, type: "choice", options: OPTIONS, freeText: false };
const SEVERAL: QuestionField = { ...BASE, type: "choices", options: OPTIONS, least: 1, most: 2 };
const NUMBER: QuestionField = { ...BASE, type: "number", integer: true, least: 1, most: 4 };
const TEXT: QuestionField = { ...BASE, type: "text", shortest: 2, longest: 3 };

Deno.test("typedAnswer() takes an option by its label, its value or its number", () => {
  for (
    const [typed, value] of [["small", "s"], ["S", "s"], ["2", 2], [" medium ", 2], ["1", "3"]]
  ) assert.deepEqual(typedAnswer(CHOICE, String(typed)), { value }, String(typed));
  for (const typed of ["4", "0", "large"]) {
    assert.deepEqual(typedAnswer(CHOICE, typed), { problem: { type: "option" } });
  }
  assert.deepEqual(typedAnswer({ ...CHOICE, freeText: true }, "large"), { value: "large" });
});

Deno.test("typedAnswer() takes several, and says what does not fit", () => {
  assert.deepEqual(typedAnswer(SEVERAL, "small, medium, Small"), { value: ["s", 2] });
  assert.deepEqual(typedAnswer(SEVERAL, "s;2;3"), { problem: { type: "fewer", most: 2 } });
  assert.deepEqual(typedAnswer(SEVERAL, ","), { problem: { type: "more", least: 1 } });
  assert.deepEqual(typedAnswer(SEVERAL, "small, large"), { problem: { type: "option" } });
});

Deno.test("typedAnswer() checks numbers, texts and their formats", () => {
  const cases: [QuestionField, string, unknown][] = [
    [NUMBER, "3", { value: 3 }],
    [NUMBER, "three", { problem: { type: "number" } }],
    [NUMBER, "0x10", { problem: { type: "number" } }],
    [NUMBER, "1.5", { problem: { type: "whole" } }],
    [NUMBER, "9", { problem: { type: "range", least: 1, most: 4 } }],
    [{ ...BASE, type: "number", integer: false }, "-1.5e2", { value: -150 }],
    [TEXT, "ab", { value: "ab" }],
    [TEXT, "a", { problem: { type: "longer", shortest: 2 } }],
    [TEXT, "😀😀😀", { value: "😀😀😀" }],
    [TEXT, "abcd", { problem: { type: "shorter", longest: 3 } }],
    [TEXT, "  ", { problem: { type: "required" } }],
    [{ ...BASE, type: "boolean" }, "예", { value: true }],
    [{ ...BASE, type: "boolean" }, "no", { value: false }],
    [{ ...BASE, type: "boolean" }, "maybe", { problem: { type: "yes-no" } }],
  ];
  for (const [field, typed, expected] of cases) {
    assert.deepEqual(typedAnswer(field, typed), expected, typed);
  }
  const formats = [
    ["email", "ann@example.com", "ann@example"],
    ["uri", "https://example.com/a", "example.com"],
    ["date", "2026-02-28", "2026-02-30"],
    ["date-time", "2026-11-29T18:30:00Z", "2026-11-29"],
  ] as const;
  for (const [format, right, wrong] of formats) {
    const field: QuestionField = { ...BASE, type: "text", format };
    assert.deepEqual(typedAnswer(field, right), { value: right });
    assert.deepEqual(typedAnswer(field, wrong), { problem: { type: "format", format } });
  }
});

const WORDS = { yes: "Yes", no: "No", none: "none" };

Deno.test("typedAnswer() never throws, and shows what it took", () => {
  const fields = [CHOICE, SEVERAL, NUMBER, TEXT, { ...CHOICE, freeText: true }];
  fc.assert(fc.property(fc.constantFrom(...fields), fc.string(), (field, typed) => {
    const answer = typedAnswer(field, typed);
    if ("value" in answer) assert.notEqual(shownValue(field, answer.value, WORDS), "");
  }));
});

Deno.test("shownValue() shows what is blank, as on the button that proposes it", () => {
  assert.equal(shownValue(TEXT, "", WORDS), '""');
  assert.equal(shownValue(SEVERAL, [], WORDS), "none");
});

Deno.test("a question leads through its fields, and back to one that is changed", () => {
  const question: FormQuestion = {
    id: "1",
    threadId: "t",
    turnId: "u",
    kind: "form",
    server: "desk",
    message: "",
    fields: [TEXT, { ...NUMBER, id: "__proto__", required: false }],
    leftOut: [],
  };
  const first = withAnswer(beginQuestion(question), "ab");
  assert.equal(currentField(first)?.id, "__proto__");
  const done = withAnswer(first, 2);
  assert.equal(currentField(done), undefined);
  assert.deepEqual(Object.entries(done.values), [["x", "ab"], ["__proto__", 2]]);
  const again = withAnswer(withChange(done, 0), "cd");
  assert.equal(currentField(again), undefined);
  assert.equal(again.values.x, "cd");
  const left = withAnswer(withChange(again, 1), undefined);
  assert.deepEqual(Object.keys(left.values), ["x"]);
  assert.equal(withChange(done, 7), done);
  assert.equal(withAnswer(done, "more"), done);
});
