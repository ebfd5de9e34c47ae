import assert from "node:assert/strict";
import { fileDiffs } from "../../src/core/workspace/unified_diff.ts";
import { redactedDiff } from "../../src/core/workspace/redacted_diff.ts";

const AS_IT_IS = (text: string): string => text;

const ENV = `diff --git a/.env b/.env
index 1..2 100644
--- a/.env
+++ b/.env
@@ -1,3 +1,4 @@ DB_PASSWORD=horse7battery
 PORT=3000
-db_password=horse7battery
+db_password=staple9correct
+-- NAME=x
 SMTP_TOKEN='ab12cd34ef56'
`;

Deno.test("redactedDiff() masks the values of variables as in a file that is sent, and keeps its lines", () => {
  const code = `diff --git a/src/login.ts b/src/login.ts
--- a/src/login.ts
+++ b/src/login.ts
@@ -1 +1,2 @@ function login() {
 const password = read();
+const db_password = "not-in-a-settings-file";
`;
  const shown = redactedDiff(ENV + code, AS_IT_IS);
  const masked = (value: string): string => "•".repeat(value.length);
  assert.equal(
    shown,
    ENV.replaceAll("horse7battery", masked("horse7battery"))
      .replace("staple9correct", masked("staple9correct"))
      .replace("ab12cd34ef56", masked("ab12cd34ef56")) + code,
  );
  assert.deepEqual(fileDiffs(shown), fileDiffs(ENV + code));
  assert.equal(redactedDiff(shown, AS_IT_IS), shown);
});

Deno.test("redactedDiff() masks settings also where their file gets another name", () => {
  const rename = `diff --git a/.env b/notes
similarity index 50%
rename from .env
rename to notes
--- a/.env
+++ b/notes
@@ -1,2 +1,2 @@
 db_password=horse
-PORT=1
+PORT=2
`;
  assert.equal(redactedDiff(rename, AS_IT_IS), rename.replace("horse", "•••••"));
});

Deno.test("redactedDiff() masks known secrets wherever they stand, and reads a diff of any shape", () => {
  const redact = (text: string): string => text.replaceAll("topsecret", "•••••••••");
  assert.equal(redactedDiff("# request\ntopsecret\n", redact), "# request\n•••••••••\n");
  assert.equal(redactedDiff("", redact), "");
  const binary = "diff --git a/topsecret b/topsecret\nBinary files differ\n";
  assert.equal(redactedDiff(binary, redact), binary.replaceAll("topsecret", "•••••••••"));
});
