import assert from "node:assert/strict";
import { countLines, fileDiffs } from "../../src/core/workspace/unified_diff.ts";

const UPDATE = `diff --git a/src/a.ts b/src/a.ts
index 1111111..2222222 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,4 @@
 one
-two
+two and a half
+three
 four
@@ -20 +21 @@ function x() {
-old
+new
`;

Deno.test("fileDiffs() counts the lines of an update, and no header", () => {
  assert.deepEqual(fileDiffs(UPDATE), [
    { path: "src/a.ts", kind: "update", added: 3, removed: 2, binary: false },
  ]);
});

Deno.test("fileDiffs() takes lines that look like headers for what they are", () => {
  const diff = `--- a/query.sql
+++ b/query.sql
@@ -1,3 +1,3 @@
--- an old comment
-diff --git a/x b/x
+++ counter
+@@ -1 +1 @@
 select 1
--- a/other.sql
+++ b/other.sql
@@ -1 +1,2 @@
 x
+y
`;
  assert.deepEqual(
    fileDiffs(diff).map(({ path, added, removed }) => [path, added, removed]),
    [["query.sql", 2, 2], ["other.sql", 1, 0]],
  );
});

Deno.test("fileDiffs() knows new, deleted, renamed, empty and binary files", () => {
  const diff = `diff --git a/new file.txt b/new file.txt
new file mode 100644
index 0000000..1111111
--- /dev/null
+++ b/new file.txt
@@ -0,0 +1,2 @@
+one
+two
\\ No newline at end of file
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-x
\\ No newline at end of file
diff --git a/old name.ts b/new name.ts
similarity index 90%
rename from old name.ts
rename to new name.ts
--- a/old name.ts
+++ b/new name.ts
@@ -1 +1 @@
-a
\\ No newline at end of file
+b
\\ No newline at end of file
diff --git a/moved b/moved away
similarity index 100%
rename from moved
rename to moved away
diff --git a/empty b/empty
new file mode 100644
index 0000000..e69de29
diff --git a/logo.png b/logo.png
index 1111111..2222222 100644
Binary files a/logo.png and b/logo.png differ
`;
  assert.deepEqual(fileDiffs(diff), [
    { path: "new file.txt", kind: "add", added: 2, removed: 0, binary: false },
    { path: "gone.txt", kind: "delete", added: 0, removed: 1, binary: false },
    {
      path: "new name.ts",
      formerPath: "old name.ts",
      kind: "rename",
      added: 1,
      removed: 1,
      binary: false,
    },
    {
      path: "moved away",
      formerPath: "moved",
      kind: "rename",
      added: 0,
      removed: 0,
      binary: false,
    },
    { path: "empty", kind: "add", added: 0, removed: 0, binary: false },
    { path: "logo.png", kind: "update", added: 0, removed: 0, binary: true },
  ]);
});

Deno.test("fileDiffs() reads what follows a hunk that is shorter than it says", () => {
  const diff = `--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n-a\n${UPDATE}`;
  assert.deepEqual(countLines(diff), { added: 3, removed: 3 });
});

Deno.test("countLines() finds nothing in what is no diff", () => {
  for (const text of ["", "+ a\n- b", "@@ -1 +1 @@\n+x", "--- "]) {
    assert.deepEqual(countLines(text), { added: 0, removed: 0 });
  }
});

Deno.test("fileDiffs() reads names that git quotes", () => {
  const diff = [
    `diff --git "a/tab\\there" "b/tab\\there"`,
    `--- "a/tab\\there"`,
    `+++ "b/tab\\there"`,
    "@@ -1 +1 @@",
    "-a",
    "+b",
    `diff --git "a/\\"x\\"" b/plain name`,
    "similarity index 100%",
    `rename from "\\"x\\""`,
    "rename to plain name",
    `diff --git "a/\\377.bin" "b/\\377.bin"`,
    "new file mode 100644",
    `Binary files /dev/null and "b/\\377.bin" differ`,
    "",
  ].join("\n");
  assert.deepEqual(fileDiffs(diff), [
    { path: "tab\there", kind: "update", added: 1, removed: 1, binary: false },
    {
      path: "plain name",
      kind: "rename",
      formerPath: '"x"',
      added: 0,
      removed: 0,
      binary: false,
    },
    { path: "\ufffd.bin", kind: "add", added: 0, removed: 0, binary: true },
  ]);
});
