import assert from "node:assert/strict";
import plugin from "../lint/project_rules.ts";

function found(source: string): string[] {
  return Deno.lint.runPlugin(plugin, "file.ts", source).map(({ id }) => id);
}

Deno.test("no-type-cast finds casts in both spellings", () => {
  assert.deepEqual(found("const a = b as string;"), ["project/no-type-cast"]);
  assert.deepEqual(found("const a = <string> b;"), ["project/no-type-cast"]);
});

Deno.test("no-type-cast lets `as const`, renamed imports and the word itself be", () => {
  assert.deepEqual(
    found('const a = ["x"] as const; import { b as c } from "./b.ts"; "as is";'),
    [],
  );
});

Deno.test("no-computed-import finds an import whose target is computed", () => {
  assert.deepEqual(found("await import(path);"), ["project/no-computed-import"]);
  assert.deepEqual(found('await import("./a.ts");'), []);
});
