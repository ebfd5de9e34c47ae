import assert from "node:assert/strict";
import fc from "fast-check";
import { readReviewWish } from "../../src/core/run/review_wish.ts";

const revision = (name: string) => ({ type: "revision", name });
const range = (from: string, to: string) => ({ type: "range", from, to });
const UNCOMMITTED = { type: "uncommitted" };

Deno.test("readReviewWish() reads what is to be reviewed, and what to look at", () => {
  const read: readonly (readonly [string, object, string])[] = [
    ["/review", UNCOMMITTED, ""],
    ["/review@the_bot", UNCOMMITTED, ""],
    ["/review uncommitted the SQL", UNCOMMITTED, "the SQL"],
    ["/review main", revision("main"), ""],
    ["/review main, only the SQL", revision("main"), "only the SQL"],
    ["/review against v1.2: errors", { type: "against", name: "v1.2" }, "errors"],
    ["/review against", revision("against"), ""],
    ["/review 3f2a91c", revision("3f2a91c"), ""],
    ["/review main..topic", range("main", "topic"), ""],
    ["/review main...origin/topic names", range("main", "origin/topic"), "names"],
    ["/review ..topic", range("HEAD", "topic"), ""],
    ["/review main..", range("main", "HEAD"), ""],
    ["/review v1.0..v1.1", range("v1.0", "v1.1"), ""],
    ["/review ...", revision("..."), ""],
    ["/review main .. topic", range("main", "topic"), ""],
    ["/review main ... topic, the SQL", range("main", "topic"), "the SQL"],
    ["/review `v1` .. `topic` names", range("v1", "topic"), "names"],
    ["/review main ..topic", range("main", "topic"), ""],
    ["/review main.. the SQL", range("main", "HEAD"), "the SQL"],
    ["/review main…topic", range("main", "topic"), ""],
    ["/review `main`..`topic`", range("main", "topic"), ""],
    ["/review …", revision("…"), ""],
    ["/review last ... and its tests", { type: "last" }, "... and its tests"],
    ["/review last\nits tests", { type: "last" }, "its tests"],
    ["/review --output=x", revision("--output=x"), ""],
    ["/review `main`", revision("main"), ""],
    ['/review "main", only the SQL', revision("main"), "only the SQL"],
    ["/review **main..topic** names", range("main", "topic"), "names"],
    ["/review `last`", { type: "last" }, ""],
    ["/review it's", revision("it's"), ""],
    ["/review commit 3f2a91c", revision("3f2a91c"), ""],
    ["/review Commit `3f2a91c`, only the SQL", revision("3f2a91c"), "only the SQL"],
    ["/review branch main..topic", range("main", "topic"), ""],
    ["/review 커밋 3f2a91c", revision("3f2a91c"), ""],
    ["/review branch", revision("branch"), ""],
    ["/review branch last", revision("branch"), "last"],
  ];
  for (const [typed, target, focus] of read) {
    const wish = readReviewWish(typed);
    assert.deepEqual([wish.target, wish.focus, wish.reviewer], [target, focus, "own"], typed);
  }
  assert.equal(readReviewWish("/review codex main").reviewer, "codex");
  assert.deepEqual(readReviewWish("/review own codex").target, revision("codex"));
});

Deno.test("readReviewWish() takes words for what to look at, names for names", () => {
  assert.equal(readReviewWish("/review only the SQL").perhapsFocus, "only the SQL");
  assert.deepEqual(readReviewWish("/review branch main").target, revision("main"));
  for (const words of ["commit messages only", "커밋 메시지"]) {
    assert.equal(readReviewWish(`/review ${words}`).perhapsFocus, words);
  }
  for (const words of ["보안", "보안… 확인", "보안 … 확인", "only ... the SQL"]) {
    assert.equal(readReviewWish(`/review ${words}`).perhapsFocus, words);
  }
  for (
    const typed of [
      "security",
      "commit 3f2a91c",
      "branch feature/x",
      "feature/x the SQL",
      "v2 errors",
      "--all the SQL",
    ]
  ) {
    assert.equal(readReviewWish(`/review ${typed}`).perhapsFocus, undefined, typed);
  }
});

Deno.test("readReviewWish() reads any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (typed) => {
    const { target } = readReviewWish(`/review ${typed}`);
    if ("name" in target) assert.match(target.name, /^\S+$/);
  }));
});
