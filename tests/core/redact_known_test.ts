import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor, type Redactor } from "../../src/core/redaction/redact.ts";
import { secretsInText, spellings } from "./secrets.ts";

/** Generous, as other tests keep the machine busy: what is wrong takes minutes. */
const MOST_MS = 30_000;
const TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

for (
  const [way, change] of [
    ["text", ({ forLogs: text }: Redactor, input: string) => [text(input)]],
    ["redact", ({ forPeople: redact }: Redactor, input: string) => [redact(input)]],
    [
      "value",
      ({ value }: Redactor, input: string) =>
        stringsOf(value({ [input]: [input, { deep: input }, new Error(input)] })),
    ],
  ] as const
) {
  Deno.test(`${way} leaves no spelling of a known secret, whatever stands around it`, () => {
    fc.assert(
      fc.property(secretsInText, ([secrets, input]) => {
        for (const output of change(createRedactor({ secrets }), input)) {
          for (const spelling of secrets.flatMap(spellings)) assert.ok(!output.includes(spelling));
        }
      }),
      { numRuns: 500 },
    );
  });
}

/** Each name and each text in the value, one by one. */
function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...stringsOf(inner)]);
}

Deno.test("text, value and redact change nothing more the second time", () => {
  fc.assert(
    fc.property(secretsInText, ([secrets, input]) => {
      const { forLogs: text, value, forPeople: redact } = createRedactor({ secrets });
      assert.equal(text(text(input)), text(input));
      assert.equal(redact(redact(input)), redact(input));
      const masked = value({ [input]: [input, { password: input }] });
      assert.deepEqual(value(masked), masked);
    }),
    { numRuns: 500 },
  );
});

Deno.test("text masks secrets that overlap as one", () => {
  const { forLogs: text } = createRedactor({
    secrets: ["abcdefghij", "ghijklmnop", "op-quite-long"],
  });
  assert.equal(text("<abcdefghijklmnop-quite-long>"), "<***>");
  assert.equal(text("<abcdefghijk>"), "<***k>");
});

Deno.test("text masks a secret that looks like a mask in part", () => {
  const { forLogs: text, forPeople: redact } = createRedactor({
    secrets: ["pass***word", "••••word", "hidden-one"],
  });
  assert.equal(text("passhidden-oneword pass***word"), "*** ***");
  assert.equal(redact("a ••••word, hidden-one"), "a ••••••••, ••••••••••");
});

Deno.test("text masks the spellings of other programs", () => {
  const { forLogs: text } = createRedactor({ secrets: ["pä:ß/ö ü!~ü"] });
  for (
    const spelling of [
      "p%c3%a4%3a%c3%9f%2f%c3%b6%20%c3%bc!~%c3%bc",
      "p%C3%A4%3A%C3%9F%2F%C3%B6+%C3%BC%21%7E%C3%BC",
      "p%25C3%25A4%253A%25C3%259F%252F%25C3%25B6%2520%25C3%25BC!~%25C3%25BC",
      "p%25c3%25a4%253a%25c3%259f%252f%25c3%25b6%2520%25c3%25bc!~%25c3%25bc",
      "p\\u00e4:\\u00df/\\u00f6 \\u00fc!~\\u00fc",
      "cMOkOsOfL8O2IMO8IX7DvA",
      "cMOkOsOfL8O2IMO8IX7DvA==",
    ]
  ) {
    assert.equal(text(`x ${spelling} y`), "x *** y");
  }
});

Deno.test("createRedactor takes no harm from secrets that cannot be masked", () => {
  const { forLogs: text, forPeople: redact } = createRedactor({
    secrets: ["", "  ", "***", "••", "\ud800\udfff\ud800"],
  });
  assert.equal(text("a *** b •• c"), "a *** b *** c");
  assert.equal(redact("a *** b •• c"), "a ••• b •• c");
});

Deno.test("text and redact take time in proportion to the text", () => {
  const { forLogs: text, forPeople: redact } = createRedactor({
    secrets: [TOKEN, "aaaaaaaaaa", "sk-sk-sk-sk-"],
  });
  const startedAt = performance.now();
  for (const part of ["a", "1", "sk-", "token", "\\", '"', " ", "secret=", `${TOKEN} `]) {
    const long = part.repeat(100_000 / part.length);
    text(long);
    redact(long);
  }
  assert.ok(performance.now() - startedAt < MOST_MS);
});
