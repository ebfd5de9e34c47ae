import assert from "node:assert/strict";
import { redactVariables } from "../../src/core/redaction/variables.ts";

const MASKED: readonly (readonly [file: string, text: string, masked: string])[] = [
  [".env", "DB_PASSWORD=hunter2", "DB_PASSWORD=•••••••"],
  [".env.local", 'export API_KEY="abc"\nPORT=80', 'export API_KEY="•••"\nPORT=80'],
  ["app/.env", "db_password = x y\r\nA=1", "db_password = •••\r\nA=1"],
  [".env", "DATABASE_URL=postgres://me:pw@host/db", "DATABASE_URL=postgres://me:••@host/db"],
  [".npmrc", "//host/:_authToken=abc\n_authToken=abc", "//host/:_authToken=abc\n_authToken=•••"],
  ["compose.yml", "  - DB_PASSWORD=pw\n    API_TOKEN: t1", "  - DB_PASSWORD=••\n    API_TOKEN: ••"],
  ["deploy.sh", "export SECRET_KEY='s'\n", "export SECRET_KEY='•'\n"],
  [".env", "STRIPE_KEY=abc\nMAIL_PASS=$3cr3t", "STRIPE_KEY=•••\nMAIL_PASS=••••••"],
  [".env", "SENTRY_DSN=https://k@host/1", "SENTRY_DSN=••••••••••••••••"],
  [".env", 'A_SECRET="one\ntwo\\"x"\nPORT=80', 'A_SECRET="•••\n••••••"\nPORT=80'],
  ["settings.json", '  "password": "pw",', '  "password": "••",'],
  ["app.yml", "database_password: pw", "database_password: ••"],
  ["run.sh", "URL=amqp://me:pw@host", "URL=amqp://me:••@host"],
  [
    "id_rsa",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n",
    "-----BEGIN RSA PRIVATE KEY-----\n••••\n-----END RSA PRIVATE KEY-----\n",
  ],
];

for (const [file, text, masked] of MASKED) {
  Deno.test(`redactVariables masks ${JSON.stringify(text)} in ${file}`, () => {
    const shown = redactVariables(text, file);
    assert.equal(shown.text, masked);
    assert.equal(shown.text.length, text.length);
    assert.ok(shown.names.length > 0);
  });
}

const KEPT: readonly (readonly [file: string, text: string])[] = [
  ["main.ts", "const password = readLine();\n  token: string;"],
  ["app.py", 'API_KEY = os.environ["API_KEY"]'],
  ["compose.yml", "DB_PASSWORD: ${DB_PASSWORD}"],
  ["table.toml", 'sort_key = "name"\nSSH_PUBLIC_KEY = "ssh-ed25519 x"'],
  ["notes.md", "PASSWORDS are kept elsewhere: see there"],
  [".env.example", "DB_PASSWORD=\nAPI_KEY=$OTHER\nDEBUG=true"],
];

for (const [file, text] of KEPT) {
  Deno.test(`redactVariables leaves ${JSON.stringify(text)} in ${file}`, () => {
    assert.deepEqual(redactVariables(text, file), { text, names: [] });
  });
}
