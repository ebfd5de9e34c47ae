import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor } from "../../src/core/redaction/redact.ts";
import { knownSecret, modelKey, secretsInText, spellings, telegramToken } from "./secrets.ts";

const TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";

for (
  const text of [
    'const config = { password: "hunter2", token: readToken() };',
    "Authorization: Bearer ${token}",
    "export API_KEY=... # then run it",
    "postgres://user:pass@localhost/db",
    "2026-11-20T22:17:51.123Z at src/a.ts:1234567:12",
    "class sk-toggleable__content and sk-estimator-doc-link",
    "👩‍💻 a••b ***",
  ]
) {
  Deno.test(`redact leaves alone: ${text}`, () => {
    assert.equal(createRedactor({ secrets: [TOKEN] }).forPeople(text), text);
  });
}

Deno.test("redact masks what has the shape of a token, known or not", () => {
  const { forPeople: redact } = createRedactor({ secrets: [] });
  const shaped = fc.oneof(telegramToken, modelKey.filter((key) => /\d/.test(key)));
  fc.assert(fc.property(shaped, fc.constantFrom("", "`", " ", "\n/"), (secret, mark) => {
    assert.equal(
      redact(`the ${mark}${secret}${mark} is`),
      `the ${mark}${"•".repeat(secret.length)}${mark} is`,
    );
  }));
});

Deno.test("redact keeps the length, and every place that belongs to no secret", () => {
  fc.assert(
    fc.property(secretsInText, ([secrets, text]) => {
      const masked = createRedactor({ secrets }).forPeople(text);
      assert.equal(masked.length, text.length);
      for (let at = 0; at < text.length; at++) {
        assert.ok(masked[at] === text[at] || masked[at] === "•");
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("redact masks a secret's spelling and not one unit more", () => {
  // Nothing of this stands in any spelling, and nothing of it makes a shape.
  const around = fc.string({ unit: fc.constantFrom("Ж", "😀", "…", "日") });
  const placed = knownSecret.chain((secret) =>
    fc.tuple(fc.constant(secret), fc.constantFrom(...spellings(secret)))
  ).filter(([secret]) => !/[Ж😀…日]/u.test(secret));
  fc.assert(
    fc.property(around, placed, around, (before, [secret, spelling], after) => {
      const { forPeople: redact } = createRedactor({ secrets: [secret] });
      assert.equal(
        redact(before + spelling + after),
        before + "•".repeat(spelling.length) + after,
      );
    }),
    { numRuns: 500 },
  );
});
