import assert from "node:assert/strict";
import { secretsIn } from "../../src/core/redaction/secrets.ts";

Deno.test("secretsIn finds secrets by the ends of their names", () => {
  const secrets = secretsIn({
    OPENAI_API_KEY: "openai-key",
    GITHUB_TOKEN: " github-token\n",
    DB_PASSWORD: 'pass "word"',
    db_passwd: "lower case",
    CLIENT_SECRET: "client-secret",
    AWS_SECRET_ACCESS_KEY: "aws-secret",
    SIGNING_PRIVATE_KEY: "signing-key",
    PATH: "/usr/bin:/bin",
    TOKENIZER: "tokenizer-name",
    API_KEY_FILE: "/run/secrets/key",
    HOME: "/home/somebody",
  });
  assert.deepEqual(secrets, [
    "openai-key",
    "github-token",
    'pass "word"',
    "lower case",
    "client-secret",
    "aws-secret",
    "signing-key",
  ]);
});

Deno.test("secretsIn takes the names that make a secret of a variable in a file", () => {
  const secrets = secretsIn({
    STRIPE_KEY: "stripe-key",
    DB_PASS: "db-password",
    MYSQL_PWD: "mysql-password",
    SENTRY_DSN: "https://sentry-key@o1.example/2",
    PWD: "/home/somebody/project",
    OLDPWD: "C:\\Users\\somebody",
    SSH_KEY: "/home/somebody/.ssh/id",
    GOOGLE_APPLICATION_CREDENTIALS: "C:\\keys\\google.json",
    HOST_PUBLIC_KEY: "public-key",
    sort_key: "created_at",
  });
  const expected = [
    "stripe-key",
    "db-password",
    "mysql-password",
    "https://sentry-key@o1.example/2",
  ];
  assert.deepEqual(secrets, expected);
});

Deno.test("secretsIn passes over short values, except the bot's token", () => {
  const variables = { A_TOKEN: "1234567", B_TOKEN: "", TELEGRAM_BOT_TOKEN: "1:ab" };
  assert.deepEqual(secretsIn(variables), ["1:ab"]);
  assert.deepEqual(secretsIn({ TELEGRAM_BOT_TOKEN: " " }), []);
});

Deno.test("secretsIn names each secret once", () => {
  assert.deepEqual(secretsIn({ A_TOKEN: "same-value", B_TOKEN: "same-value" }), ["same-value"]);
});
