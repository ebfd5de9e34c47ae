import assert from "node:assert/strict";
import {
  bareCommand,
  bareCommandLine,
  movedChanges,
  outputExcerpt,
  unifiedDiff,
} from "../../../src/integrations/codex/item_texts.ts";

Deno.test("bareCommandLine() takes the shell away, and nothing else", () => {
  const lines = [
    ["/bin/bash -lc 'touch x'", "touch x"],
    ["/bin/zsh -c ls", "ls"],
    [`/bin/bash -lc "echo 'a b' && rm -rf $HOME/x"`, "echo 'a b' && rm -rf $HOME/x"],
    ["touch x", "touch x"],
    ["/bin/bash script.sh -c x", "/bin/bash script.sh -c x"],
    ["/bin/bash -lc 'ls' && rm x", "/bin/bash -lc 'ls' && rm x"],
    ["/bin/bash -lc ls extra", "/bin/bash -lc ls extra"],
    ["", ""],
  ];
  for (const [line = "", bare] of lines) assert.equal(bareCommandLine(line), bare);
});

Deno.test("bareCommand() joins what is no script of a shell", () => {
  assert.equal(bareCommand(["/bin/sh", "-c", "a | b"]), "a | b");
  assert.equal(bareCommand(["git", "commit", "-m", "x y"]), "git commit -m x y");
});

Deno.test("bareCommandLine() leaves a line alone that cannot be taken apart", () => {
  for (const line of ['/bin/bash -lc "echo ${"', '/bin/sh -c "${a"']) {
    assert.equal(bareCommandLine(line), line);
  }
});

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

Deno.test("movedChanges() reports a moved file as gone here and new there", () => {
  assert.deepEqual(movedChanges("/a", "update", "/b"), [
    { path: "/a", kind: "delete" },
    { path: "/b", kind: "add" },
  ]);
  for (const movedTo of ["/a", null, undefined]) {
    assert.deepEqual(movedChanges("/a", "update", movedTo), [{ path: "/a", kind: "update" }]);
  }
});

Deno.test("unifiedDiff() makes a diff of hunks, and of the text of a file that comes or goes", () => {
  const hunks = "@@ -1,2 +1,2 @@\n-a\n+b\n \n";
  assert.equal(unifiedDiff("/f", "update", hunks), `--- /f\n+++ /f\n${hunks}`);
  assert.equal(unifiedDiff("/f", "add", "a\nb\n"), "--- /dev/null\n+++ /f\n+a\n+b\n");
  assert.equal(unifiedDiff("/f", "delete", "a"), "--- /f\n+++ /dev/null\n-a\n");
});
