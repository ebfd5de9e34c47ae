import assert from "node:assert/strict";
import { outputExcerpt } from "../../../src/integrations/codex/item_texts.ts";

Deno.test("outputExcerpt keeps a short output whole and of a long one whole lines at both ends", () => {
  assert.deepEqual(outputExcerpt("one\ntwo\n"), { output: "one\ntwo" });
  assert.deepEqual(outputExcerpt(" \n"), {});
  const lines = Array.from({ length: 1_000 }, (_, index) => `line ${index}`);
  const { output = "" } = outputExcerpt(lines.join("\n"));
  const kept = output.split("\n");
  assert.ok(output.length < 4_100);
  assert.match(output, /^line 0\n[\s\S]*\n… \d+ characters …\nline \d+\n[\s\S]*\nline 999$/);
  assert.ok(kept.every((line) => lines.includes(line) || line.startsWith("… ")));
});

Deno.test("outputExcerpt keeps nothing of a line that is too long, as half a secret is not recognized", () => {
  assert.deepEqual(outputExcerpt("x".repeat(10_000)), { output: "… 10000 characters …\n" });
});
