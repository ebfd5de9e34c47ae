import assert from "node:assert/strict";
import fc from "fast-check";
import { newSession, withExchange } from "../../src/core/session/session.ts";

const SESSION = newSession({ chatId: "1", userId: "2" }, "default", new Date(0));
const MARK = "… [shortened]";

function kept(text: string): string {
  return withExchange(SESSION, text, "").history[0]?.content ?? "";
}

Deno.test("withExchange keeps a text of 16,000 characters and shortens a longer one", () => {
  assert.equal(kept("x".repeat(16_000)), "x".repeat(16_000));
  assert.equal(kept("x".repeat(16_001)), "x".repeat(16_000 - MARK.length) + MARK);
});

Deno.test("withExchange shortens both texts", () => {
  const long = "word ".repeat(10_000);
  for (const { content } of withExchange(SESSION, long, long).history) {
    assert.ok(content.length <= 16_000);
    assert.ok(content.endsWith(` word${MARK}`));
  }
});

Deno.test("withExchange does not cut through a word near the limit", () => {
  const token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
  assert.equal(kept(`${"x".repeat(15_960)} ${token} y`), "x".repeat(15_960) + MARK);
});

Deno.test("withExchange leaves no half character", () => {
  const text = fc.tuple(fc.nat({ max: 3 }), fc.constantFrom("🔑", "日", "a 🔑"))
    .map(([shift, unit]) => "x".repeat(shift) + unit.repeat(16_000));
  fc.assert(fc.property(text, (long) => {
    const short = kept(long);
    assert.ok(short.isWellFormed());
    assert.ok(short.length <= 16_000 && short.length > 15_000);
  }));
});
