/** The small project of the recorded run, and the patches that change it. */

export const FILES: Readonly<Record<string, string>> = {
  "deno.json": "{}\n",
  "src/report.ts": `export interface Count {
  readonly file: string;
  readonly words: number;
}

export function asTable(counts: readonly Count[]): string {
  return counts.map(({ file, words }) => \`\${String(words).padStart(6)}  \${file}\`).join("\\n");
}
`,
  "src/main.ts": `import { asTable, type Count } from "./report.ts";

const counts: Count[] = [];
for (const file of Deno.args) {
  console.log(\`reading \${file}\`);
  const words = (await Deno.readTextFile(file)).split(/\\s+/).filter(Boolean).length;
  counts.push({ file, words });
}
console.log(asTable(counts));
`,
  "tests/report_test.ts": `import assert from "node:assert/strict";
import { asTable } from "../src/report.ts";

Deno.test("asTable aligns the counts", () => {
  assert.equal(asTable([{ file: "a.md", words: 7 }]), "     7  a.md");
});
`,
};

export const ADD_JSON = `*** Begin Patch
*** Update File: src/report.ts
@@
 export function asTable(counts: readonly Count[]): string {
   return counts.map(({ file, words }) => \`\${String(words).padStart(6)}  \${file}\`).join("\\n");
 }
+
+export function asJson(counts: readonly Count[]): string {
+  const total = counts.reduce((sum, { words }) => sum + words, 0);
+  return JSON.stringify({ files: counts, total });
+}
*** Update File: src/main.ts
@@
-import { asTable, type Count } from "./report.ts";
+import { asJson, asTable, type Count } from "./report.ts";
 
+const [first, ...rest] = Deno.args;
+const json = first === "--json";
 const counts: Count[] = [];
-for (const file of Deno.args) {
+for (const file of json ? rest : Deno.args) {
@@
-console.log(asTable(counts));
+console.log(json ? asJson(counts) : asTable(counts));
*** End Patch
`;

export const ADD_TESTS = `*** Begin Patch
*** Update File: tests/report_test.ts
@@
-import { asTable } from "../src/report.ts";
+import { asJson, asTable } from "../src/report.ts";
@@
   assert.equal(asTable([{ file: "a.md", words: 7 }]), "     7  a.md");
 });
+
+Deno.test("asJson adds the words up", () => {
+  const counts = [{ file: "a.md", words: 7 }, { file: "b.md", words: 5 }];
+  assert.deepEqual(JSON.parse(asJson(counts)), { files: counts, total: 12 });
+});
*** End Patch
`;

export const FIX_PROGRESS = `*** Begin Patch
*** Update File: src/main.ts
@@
-  console.log(\`reading \${file}\`);
+  console.error(\`reading \${file}\`);
*** Update File: tests/report_test.ts
@@
   assert.deepEqual(JSON.parse(asJson(counts)), { files: counts, total: 12 });
 });
+
+Deno.test("tally --json prints nothing but the object", async () => {
+  const main = new URL("../src/main.ts", import.meta.url).pathname;
+  const run = new Deno.Command(Deno.execPath(), { args: ["run", "-R", main, "--json", main] });
+  const { stdout } = await run.output();
+  assert.ok(JSON.parse(new TextDecoder().decode(stdout)).total > 0);
+});
*** End Patch
`;
