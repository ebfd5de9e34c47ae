import assert from "node:assert/strict";
import { redactVariables } from "../../src/core/redaction/variables.ts";

const MASKED: readonly (readonly [file: string, text: string, masked: string])[] = [
  [".env", "DB_PASSWORD=hunter2", "DB_PASSWORD=•••••••"],
  [".env.local", 'export API_KEY="abc"\nPORT=80', 'export API_KEY="•••"\nPORT=80'],
  ["app/.env", "db_password = x y\r\nA=1", "db_password = •••\r\nA=1"],
  [".env", "DATABASE_URL=postgres://me:pw@host/db", "DATABASE_URL=postgres://me:••@host/db"],
  [".npmrc", "//host/:_authToken=abc\n_authToken=abc", "//host/:_authToken=•••\n_authToken=•••"],
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
  ["a.yml", "password: >-\n  one two\n\n  three\nx: 1", "password: >-\n•••••••••\n\n•••••••\nx: 1"],
  ["a.yml", "password:\n  pw\nx: 1", "password:\n••••\nx: 1"],
  ["a.yml", "db: {user: x, password: pw}", "db: {user: x, password: ••}"],
  ["a.yml", "- name: DB_PASSWORD\n  value: pw", "- name: DB_PASSWORD\n  value: ••"],
  ["compose.yml", '  - "DB_PASSWORD=pw"', '  - "DB_PASSWORD=••"'],
  ["a.toml", 'password = """\npw\n"""', 'password = """\n••\n"""'],
  [".env", "A_TOKEN='one\ntwo'\nB=1", "A_TOKEN='•••\n•••'\nB=1"],
  [".env", 'A="b\nC_TOKEN=pw\nD="e"', 'A="b\nC_TOKEN=••\nD="e"'],
  [".env", "# DB_PASSWORD=pw", "# DB_PASSWORD=••"],
  [".env", "\ufeffDB_PASSWORD=pw", "\ufeffDB_PASSWORD=••"],
  ["a.properties", "password=one\\\n  two\nx=1", "password=••••\n•••••\nx=1"],
  ["a.json", '{"user":"x","password":"pw","port":80}', '{"user":"x","password":"••","port":80}'],
  ["a.json", '"x": "Server=db;Password=pw;"', '"x": "Server=db;Password=••;"'],
  ["terraform.tfvars", 'db_password = "pw"', 'db_password = "••"'],
  [".aws/credentials", "aws_secret_access_key = pw", "aws_secret_access_key = ••"],
  [".netrc", "machine a login me password pw", "machine a login me password ••"],
  ["settings.xml", "<password>pw</password>", "<password>••</password>"],
  ["web.config", '<add key="Password" value="pw"/>', '<add key="Password" value="••"/>'],
  [".git-credentials", "https://me:pw@github.com", "https://me:••@github.com"],
  ["main.ts", 'connect("postgres://me:pw@host/db")', 'connect("postgres://me:••@host/db")'],
  ["main.ts", 'export const API_KEY = "pw";', 'export const API_KEY = "••";'],
  ["Dockerfile", "ARG NPM_TOKEN=pw\nENV DB_PASSWORD pw", "ARG NPM_TOKEN=••\nENV DB_PASSWORD ••"],
  [
    "key.asc",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\nab\n-----END PGP PRIVATE KEY BLOCK-----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n••\n-----END PGP PRIVATE KEY BLOCK-----",
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
  ["main.ts", 'export const API_KEY = process.env.API_KEY ?? "";\nif (TOKEN === "x") {}'],
  ["main.ts", "`https://${user}:${password}@host` + 'http://localhost:80/a@b'"],
  ["ci.yml", "uses: docker://alpine:3.8@sha256:abc\nsecret:\n  name: x\n  key: y\ntoken: {"],
  ["notes.md", "PASSWORDS are kept elsewhere: see there"],
  [".env.example", "DB_PASSWORD=\nAPI_KEY=$OTHER\nDEBUG=true"],
];

for (const [file, text] of KEPT) {
  Deno.test(`redactVariables leaves ${JSON.stringify(text)} in ${file}`, () => {
    assert.deepEqual(redactVariables(text, file), { text, names: [] });
  });
}
