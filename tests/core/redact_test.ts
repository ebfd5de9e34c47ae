import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor, redact, redactValue } from "../../src/core/redaction/redact.ts";

/** Generous, as other tests keep the machine busy: what is wrong takes minutes. */
const MOST_MS = 30_000;
const TELEGRAM = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
const KEY = "sk-proj-abcDEF0123456789_x";

for (
  const [what, text, masked] of [
    ["a Telegram token", `token is ${TELEGRAM}, really`, "token is ***, really"],
    [
      "the token in an address",
      `GET https://api.telegram.org/bot${TELEGRAM}/getMe`,
      "GET https://api.telegram.org/bot***/getMe",
    ],
    ["a short token in an address", "http://localhost/bot1:ab/x", "http://localhost/bot***/x"],
    ["a bearer value", "sent Bearer abc.def-1, got 401", "sent Bearer ***, got 401"],
    ["a header", "Authorization: Basic dXNlcjpw\nHost: x", "Authorization: ***\nHost: x"],
    [
      "a header on a command line",
      `curl -H "Authorization: Bearer a b"`,
      `curl -H "Authorization: ***"`,
    ],
    ["a model key", `key ${KEY} refused`, "key *** refused"],
    ["JSON fields", `{"api_key": "a\\"b", "n": 1}`, `{"api_key": "***", "n": 1}`],
    ["camel case fields", `{"botToken":"x","n":1}`, `{"botToken":"***","n":1}`],
    [
      "JSON in JSON",
      `{"out":"{\\"token\\":\\"x y\\",\\"n\\":1}"}`,
      `{"out":"{\\"token\\":\\"***\\",\\"n\\":1}"}`,
    ],
    ["environment variables", "OPENAI_API_KEY=abc PATH=/bin", "OPENAI_API_KEY=*** PATH=/bin"],
    ["quoted variables", "DB_PASSWORD='a b' X=1", "DB_PASSWORD='***' X=1"],
    ["an open quote", `secret="half of it`, `secret="***"`],
    ["what a file holds", "/run/secrets/db_password: hunter2 x", "/run/secrets/db_password: *** x"],
    ["letters that a file holds", "/run/token: AbCdEfGh x", "/run/token: *** x"],
    ["a line that grep found", "/etc/app/token:abc def", "/etc/app/token:*** def"],
    ["a setting named by a path", "vault/app/secret = abc def", "vault/app/secret = *** def"],
    ["a name without a path", "password: open sesame", "password: *** sesame"],
    ["users of addresses", "via http://ada:pw@proxy:80/", "via http://***@proxy:80/"],
  ] as const
) {
  Deno.test(`redact masks ${what}`, () => {
    assert.equal(redact(text), masked);
  });
}

for (
  const text of [
    "inputTokens: 1200, total_tokens=5 and 17:30:59",
    "The tokeniser reads secretary notes about passwords and api keys",
    "ask-the-author-of-this-module about task-0123456789abcdef",
    "https://example.org/robots/bottom:x?q=1#a:b",
    "Cannot read /home/ann/telegram-token: it does not exist",
    "warn: /home/ann/design-token: not a git repository",
    "/home/ann/api-key: on JIRA-12, clean",
    "Cannot work in C:\\Users\\ann\\secret: the folder does not exist",
    "2026-11-20T22:17:51.123Z INFO codex.started version=0.169.0 pid=123456",
  ]
) {
  Deno.test(`redact leaves alone: ${text}`, () => {
    assert.equal(redact(text), text);
  });
}

Deno.test("redactValue masks by shape and by the names of fields", () => {
  const value = {
    text: `Bearer ${KEY}`,
    nested: [{
      access_token: "a",
      password: 1234,
      tokens: 12,
      none: null,
      secret: ["b", { c: "d" }],
    }],
    authorization: null,
    at: new Date(0),
    error: new Error(`bad ${TELEGRAM}`),
  };
  assert.deepEqual(redactValue(value), {
    text: "Bearer ***",
    nested: [{
      access_token: "***",
      password: "***",
      tokens: 12,
      none: null,
      secret: ["***", { c: "***" }],
    }],
    authorization: null,
    at: new Date(0),
    error: "bad ***",
  });
});

Deno.test("redactValue comes to an end on a value that holds itself", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  assert.match(JSON.stringify(redactValue(loop)), /…/);
});

Deno.test("createRedactor masks given secrets in each of their spellings", () => {
  const { forLogs: text, value } = createRedactor({ secrets: ['1:a"b', "", "1:a"] });
  assert.equal(text(`1:a"b 1%3Aa%22b 1:a\\"b 1:a`), "*** *** *** ***");
  assert.deepEqual(value({ x: ["1:a"] }), { x: ["***"] });
});

const telegramToken = fc.tuple(
  fc.stringMatching(/^[1-9]\d{7,9}$/),
  fc.stringMatching(/^[\w-]{35}$/),
)
  .map((parts) => parts.join(":"));
const modelKey = fc.stringMatching(/^sk-[A-Za-z0-9]{24,40}$/);
const opaque = fc.stringMatching(/^[A-Za-z0-9_.~+/-]{12,40}$/);

Deno.test("redact leaves no part of a secret, whatever stands around it", () => {
  const placed = fc.oneof(
    fc.tuple(telegramToken, fc.constantFrom("", "/bot", "token ", '"x": "')),
    fc.tuple(modelKey, fc.constantFrom("", "key ", "(", '"')),
    fc.tuple(
      opaque,
      fc.constantFrom(
        "Bearer ",
        "authorization: ",
        "API_KEY=",
        "apikey: ",
        '"token":"',
        "client_secret='",
        '\\"password\\":\\"',
      ),
    ),
  );
  const before = fc.string().map((text) => `${text} `);
  fc.assert(
    fc.property(before, placed, fc.string(), (start, [secret, lead], end) => {
      assert.ok(!redact(`${start}${lead}${secret} ${end}`).includes(secret));
    }),
  );
});

Deno.test("redact changes nothing more the second time", () => {
  const piece = fc.oneof(
    fc.string(),
    telegramToken,
    modelKey,
    fc.constantFrom(
      "token",
      "Authorization",
      "Bearer ",
      ": ",
      "=",
      '"',
      "'",
      '\\"',
      "\\",
      "\n",
      "://",
      "@",
      "/bot1:",
      "***",
      "password",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const once = redact(pieces.join(""));
      assert.equal(redact(once), once);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("redact keeps prose and code without secrets as it is", () => {
  const word = fc.constantFrom(
    "the",
    "run",
    "const x = 1;",
    "tokens",
    "src/a.ts:12:5",
    "12:30",
    "`code`",
    "日本",
    "keyboard",
    "\n",
  );
  fc.assert(fc.property(fc.array(word), (words) => {
    const text = words.join(" ");
    assert.equal(redact(text), text);
  }));
});

Deno.test("redact takes time in proportion to the text", () => {
  const startedAt = performance.now();
  for (const text of ["a", "1", "token", "\\", '"', " ", "secret="]) {
    redact(text.repeat(100_000 / text.length));
  }
  assert.ok(performance.now() - startedAt < MOST_MS);
});

Deno.test("redact takes no longer for what begins as very many JSON Web Tokens", () => {
  const text = "eyJaaaaaaaaaa-".repeat(25_000);
  const startedAt = performance.now();
  assert.equal(redact(text), text);
  assert.ok(performance.now() - startedAt < 5_000);
});
