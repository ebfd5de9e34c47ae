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
  [
    "key.pem",
    "-----BEGIN EC PRIVATE KEY-----\nMIIE\nab",
    "-----BEGIN EC PRIVATE KEY-----\n••••\n••",
  ],
  [".docker/config.json", '{"ghcr.io":{"auth":"dXNlcjpw"}}', '{"ghcr.io":{"auth":"••••••••"}}'],
  [".npmrc", "_auth=dXNlcjpwYXNz", "_auth=••••••••••••"],
  [".pgpass", "h:5432:db:ann:pw", "h:5432:db:ann:••"],
  [".htpasswd", "ann:$apr1$ab", "ann:••••••••"],
  [".kube/config", "  client-key-data: LS0t\n  token: t", "  client-key-data: ••••\n  token: •"],
  [".my.cnf", "[client]\npassword=pw\npass = 'x'", "[client]\npassword=••\npass = '•'"],
  ["wg0.conf", "PrivateKey = a=\nPresharedKey = b=", "PrivateKey = ••\nPresharedKey = ••"],
  ["main.tf", 'password = "pw"\ntoken = var.t1', 'password = "••"\ntoken = var.t1'],
  ["config/master.key", "0a1b2c3d4e\n", "••••••••••\n"],
  [".vault-token", "abcdef", "••••••"],
  [
    "k8s.yml",
    "kind: Secret\ndata:\n  user: YQ==\n  a.key: |\n    two\nx: 1",
    "kind: Secret\ndata:\n  user: ••••\n  a.key: |\n    •••\nx: 1",
  ],
  ["wp-config.php", "define( 'DB_PASSWORD', 'pw' );", "define( 'DB_PASSWORD', '••' );"],
  [
    "config.php",
    "'password' => env('DB_PASSWORD', 'pw'),",
    "'password' => env('DB_PASSWORD', '••'),",
  ],
  [
    "config.php",
    "$password = 'hunter2'; 'token' => 'a1b2c3',",
    "$password = '•••••••'; 'token' => '••••••',",
  ],
  ["main.ts", 'const c = { password: "hunter2" };', 'const c = { password: "•••••••" };'],
  ["main.go", 'apiKey := "hunter2"', 'apiKey := "•••••••"'],
  ["Main.java", 'String dbPassword = "hunter2";', 'String dbPassword = "•••••••";'],
  ["Main.kt", 'val apiKey: String = "hunter2"', 'val apiKey: String = "•••••••"'],
  ["app.py", 'password: str = "hunter2"', 'password: str = "•••••••"'],
  ["run.sh", "mysql -uroot -ppw db; curl -u ann:pw u", "mysql -uroot -p•• db; curl -u ann:•• u"],
  ["run.sh", "tool --api-key=a1b2c3 --token 'x9y8z7'", "tool --api-key=•••••• --token '••••••'"],
  [
    "run.sh",
    "sshpass -p pw ssh h; docker login -u a -p pw",
    "sshpass -p •• ssh h; docker login -u a -p ••",
  ],
  ["notes.md", '-H "Authorization: Bearer aB3dE6gH"', '-H "Authorization: Bearer ••••••••"'],
  ["notes.md", "-H 'X-Api-Key: a1b2c3'", "-H 'X-Api-Key: ••••••'"],
  ["app.properties", "api.key=pw", "api.key=••"],
  [".env", "GITHUB_PAT=pw\nDB_PW=pw", "GITHUB_PAT=••\nDB_PW=••"],
  [".env", "AZURE_DEVOPS_EXT_PAT=pw", "AZURE_DEVOPS_EXT_PAT=••"],
  ["src/i18n/setup.json", '"password": "hunter2"', '"password": "•••••••"'],
  ["app.json", '"AccountName=a;AccountKey=pw;X=1"', '"AccountName=a;AccountKey=••;X=1"'],
  ["app.py", 'get("https://host/v1?token=a1b2c3")', 'get("https://host/v1?token=••••••")'],
  ["run.sh", 'curl -d "client_secret=a1b2c3" u', 'curl -d "client_secret=••••••" u'],
  ["compose.yml", "x: ${DB_PASSWORD:-hunter2}", "x: ${DB_PASSWORD:-•••••••}"],
  ["Main.java", '@Value("${db.password:hunter2}")', '@Value("${db.password:•••••••}")'],
  ["app.py", 'os.environ["API_KEY"] = "hunter2"', 'os.environ["API_KEY"] = "•••••••"'],
  ["a.ipynb", '"api_key = \\"hunter2\\"\\n"', '"api_key = \\"•••••••\\"\\n"'],
  [
    "main.rs",
    `const A: u8 = 1; pub const API_KEY: &'static str = "hunter2";`,
    `const A: u8 = 1; pub const API_KEY: &'static str = "•••••••";`,
  ],
  [
    "main.tf",
    'variable "db_password" {\n  default = "pw"\n}',
    'variable "db_password" {\n  default = "••"\n}',
  ],
  ["a.sql", "CREATE USER x WITH PASSWORD 'hunter2'", "CREATE USER x WITH PASSWORD '•••••••'"],
  ["a.sql", "ALTER USER x IDENTIFIED BY 'hunter2'", "ALTER USER x IDENTIFIED BY '•••••••'"],
  ["a.ps1", 'ConvertTo-SecureString "pw"', 'ConvertTo-SecureString "••"'],
  ["redis.conf", "requirepass pw", "requirepass ••"],
  ["secrets.yml", "secret_key_base: pw", "secret_key_base: ••"],
  ["config.exs", 'secret_key_base: "hunter2"', 'secret_key_base: "•••••••"'],
  [
    "notes.md",
    "- **Password:** hunter2\n- Token: `a1b2c3`",
    "- **Password:** •••••••\n- Token: `••••••`",
  ],
  ["api.http", "X-Api-Key: a1b2c3", "X-Api-Key: ••••••"],
  ["app.log", "login password=hunter2 ok", "login password=••••••• ok"],
  [".env_backup", "db_password=pw", "db_password=••"],
  ["config.yml.bak", "db_password: pw", "db_password: ••"],
  ["conf.toml.bak-20261121-153600", 'password = "pw"', 'password = "••"'],
  ["settings.json~", '"password": "pw"', '"password": "••"'],
  [".pgpass.old", "h:5432:db:ann:pw", "h:5432:db:ann:••"],
  [".env.js", "DB_PASSWORD=pw", "DB_PASSWORD=••"],
  ["src/env.ts", 'const token = "hunter2";', 'const token = "•••••••";'],
  ["app.py", 'JWT_KEY = "mysecret"\nAPI_KEY = "a:b"', 'JWT_KEY = "••••••••"\nAPI_KEY = "•••"'],
  ["app.py", 'STORAGE_KEY = "hunter2"', 'STORAGE_KEY = "•••••••"'],
  ["app.py", 'A_TOKEN = get("A_TOKEN", "pw")', "A_TOKEN = ••••••••••••••••••••"],
  ["app.py", "A_SECRET = bytes([12, 34, 56])", "A_SECRET = •••••••••••••••••••"],
  ["app.py", 'A_SECRET = b64decode("c2VjcmV0")', "A_SECRET = •••••••••••••••••••••"],
  ["app.py", 'A_SECRET = SecretStr("changeme")', "A_SECRET = •••••••••••••••••••••"],
  ["app.py", 'A_TOKEN = "pw" if debug else f()', "A_TOKEN = ••••••••••••••••••••••"],
  ["app.py", "# A_TOKEN=hunter\nB_TOKEN = a1b2c3d4", "# A_TOKEN=••••••\nB_TOKEN = ••••••••"],
  ["deploy.sh", "A_TOKEN = f()", "A_TOKEN = •••"],
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
  ["ci.yml", "id-token: write # for the registry\nNPM_TOKEN: ${{ secrets.NPM_TOKEN }}"],
  [
    "labels.ts",
    'const en = { password: "Password", token: "auth.token", secret: "current-secret" };',
  ],
  ["main.ts", 'type A = { password: string }; f("API_KEY", "OTHER_KEY"); a.token = b.token;'],
  [
    "help.md",
    "`--token TOKEN`, `--password-stdin`, `--token is required`, `mysql -p db`, `curl -u USER`",
  ],
  ["main.ts", 'if (text.startsWith("-----BEGIN PRIVATE KEY-----")) {\n  read(text);\n}'],
  ["keys.ts", "export interface Key {}\n"],
  ["package.json", '    "jsonwebtoken": "^9.0.2",\n    "js-tokens": "~4.0.0"'],
  ["src/i18n/ko.json", '"password": "비밀번호", "forgot_password": "Forgot your password?"'],
  ["config/locales/ko.yml", "ko:\n  password: 비밀번호"],
  ["theme.py", 'Token: "#d8dee9",\nHEX_PAT = "[0-9A-Fa-f]{1,4}"'],
  [
    "rules.php",
    "'password' => 'required|string|min:8', 'token' => '/oauth2/token', 'pwd' => 'Password?'",
  ],
  ["app.py", 'API_KEY = get_secret("prod/api")\nA_TOKEN = Path("token.txt").read_text()'],
  ["app.py", "A_TOKEN = load()\nB_KEY = Fernet.generate_key()  # new\nA_SECRET = token_hex(32)"],
  ["run.sh", 'export API_TOKEN="$1"'],
  ["src/env.ts", "export const env = { API_KEY: z.string() };\ninterface A {\n  token: string;\n}"],
  ["app/env.py", "password = read()\ntoken: str"],
  ["notes.md", "Token: see https://host/a1\npassword: none\nSet `API_KEY=...` and `?token=TOKEN`"],
  ["app.py", 'get(f"https://host/?token={token}&sort_key=a1b2c3")'],
  ["compose.yml", "x: ${DB_PASSWORD:-} ${API_KEY:?needed} ${A_TOKEN:-changeme}"],
  ["a.sql", "SELECT 'password' AS x, password FROM t WHERE a = 'b1c2d3'"],
  ["app.py", "PASSWORD = None\nDB_PASSWORD = settings.DB_PASSWORD"],
  ["app.rb", "API_KEY = ENV['API_KEY']\nA_TOKEN = ENV.fetch('A_TOKEN')"],
  ["app.py", 'STORAGE_KEY = "app:theme:v1"\nPRIMARY_KEY = "id"\nTODO_KEY = "app/todo"'],
  ["app.ts", 'export const TOKEN_KEY = "auth_token";\nconst SET_TOKEN = "auth/SET_TOKEN";'],
  ["app.ts", 'enum Grant { REFRESH_TOKEN = "refresh_token", PASSWORD = "password" }'],
];

for (const [file, text] of KEPT) {
  Deno.test(`redactVariables leaves ${JSON.stringify(text)} in ${file}`, () => {
    assert.deepEqual(redactVariables(text, file), { text, names: [] });
  });
}

Deno.test("redactVariables takes no longer for a header with very many blanks", () => {
  const text = `authorization${" ".repeat(200_000)}`;
  const startedAt = performance.now();
  assert.equal(redactVariables(text, "a.txt").text, text);
  assert.ok(performance.now() - startedAt < 5_000);
});
