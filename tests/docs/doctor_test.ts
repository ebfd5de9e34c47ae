/** docs/doctor.md knows every check, and what it shows is what the program prints. */
import assert from "node:assert/strict";
import { GROUPS } from "../../src/cli/doctor/check.ts";
import { REPORT } from "../../src/cli/doctor/report.ts";
import { CHECKS } from "../../src/cli/doctor/examination.ts";
import { ROOT } from "./documents.ts";

const text = await Deno.readTextFile(new URL("docs/doctor.md", ROOT));
const ids = CHECKS.map(({ id }) => id);

Deno.test("docs/doctor.md has a row for each check, in the order of the program", () => {
  const rows = [...text.matchAll(/^\| `([a-z]+\.[a-z]+)` +\| (\S.*?) +\| (\S.*?) +\|$/gm)];
  assert.deepEqual(rows.map(([, id]) => id), ids);
});

Deno.test("both pictures in docs/doctor.md show each check, in that order", () => {
  const pictures = [...text.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, picture = ""]) =>
    picture
  );
  assert.equal(pictures.length, 2);
  const names = ids.map((id) => id.slice(id.indexOf(".") + 1));
  for (const picture of pictures) {
    const shown = [...picture.matchAll(/^ {2}(?:✓ ok {2}|! warn|✗ FAIL|- skip) {2}(\S+)/gm)];
    assert.deepEqual(shown.map(([, name]) => name), names);
    assert.deepEqual(picture.split("\n").filter((line) => line.length > 80), []);
  }
});

Deno.test("the JSON in docs/doctor.md is what doctor --json prints", () => {
  const json = /^```json\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? "";
  const report = REPORT.parse(JSON.parse(json));
  for (const check of report.checks) {
    assert.ok(ids.some((id) => id === check.id));
    for (const field of Object.keys(check)) assert.ok(text.includes(`\`${field}\``), field);
  }
  assert.deepEqual(new Set(ids.map((id) => id.split(".", 1)[0])), new Set(GROUPS));
});
