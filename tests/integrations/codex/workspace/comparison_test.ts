/** What a review compares: on real repositories, without their settings and hooks. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Comparison, ComparisonTarget } from "../../../../src/core/workspace/comparison.ts";
import type { ChangedFile } from "../../../../src/core/workspace/workspace.ts";
import type { GitWorkspace } from "../../../../src/integrations/codex/workspace/git_workspace.ts";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import { everythingIn, git, localWorkspace, shell } from "./local_workspace.ts";

const UNCOMMITTED: ComparisonTarget = { type: "uncommitted" };
const revision = (name: string): ComparisonTarget => ({ type: "revision", name });

interface Compared {
  readonly kind: string;
  readonly files: readonly ChangedFile[];
  readonly patch: string;
}

async function compared(
  workspace: GitWorkspace,
  folder: string,
  target: ComparisonTarget,
): Promise<Compared> {
  const comparison = await workspace.compare(folder, target);
  assert.ok(comparison.type === "compared", JSON.stringify(comparison));
  const { kind, from, to } = comparison;
  const files = await workspace.changes(from, to);
  const patch = await workspace.patch(from, to, { mostBytes: 1_000_000 });
  return { kind, files, patch: patch.text };
}

async function refused(
  workspace: GitWorkspace,
  folder: string,
  target: ComparisonTarget,
): Promise<Comparison & { readonly type: "refused" }> {
  const comparison = await workspace.compare(folder, target);
  assert.ok(comparison.type === "refused", JSON.stringify(comparison));
  return comparison;
}

const told = (files: readonly ChangedFile[]): string[] =>
  files.map(({ path, kind, lines }) =>
    `${kind} ${path}${lines === undefined ? "" : ` +${lines.added} -${lines.deleted}`}`
  );

Deno.test("a review compares what is staged, unstaged and untracked, and nothing else", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "work");
  await using workspace = localWorkspace(join(temporary.path, "store"));
  await shell(
    temporary.path,
    `mkdir -p work/sub && cd work && git init -q -b main && git config user.name p && git config user.email p@x
     printf 'a\\n' >a.txt; printf 'b\\n' >b.txt; printf 'c\\n' >'c d.txt'; printf 'e\\n' >sub/e.txt
     printf 'one\\r\\ntwo\\r\\n' >crlf.txt; printf '*.txt text\\n*.big filter=big\\n' >.gitattributes
     printf 'ignored\\n' >.gitignore; printf 'x' >same.big
     git add -A; git commit -qm first
     sleep 1
     printf 'A\\n' >a.txt; git add a.txt; printf 'B\\n' >b.txt; git rm -q 'c d.txt'; chmod +x sub/e.txt
     printf 'new\\n' >'new
name.txt'; printf 'i\\n' >ignored; touch same.big
     git config filter.big.clean 'touch ../ran; cat'; git config diff.external 'touch ../ran'
     git config core.fsmonitor 'touch ../ran'; git config core.pager 'touch ../ran'
     printf 'touch ../../ran' >.git/hooks/post-index-change; chmod +x .git/hooks/*`,
  );
  const before = await everythingIn(folder);
  const index = await Deno.readFile(join(folder, ".git/index"));
  const { kind, files, patch } = await compared(workspace, folder, UNCOMMITTED);
  assert.equal(kind, "uncommitted");
  assert.deepEqual(told(files), [
    "update a.txt +1 -1",
    "update b.txt +1 -1",
    "delete c d.txt +0 -1",
    "add new\nname.txt +1 -0",
    "update sub/e.txt +0 -0",
  ]);
  assert.deepEqual(files.at(-1)?.mode, { before: "644", after: "755" });
  assert.match(patch, /-a\n\+A\n/);
  assert.deepEqual(await everythingIn(folder), before);
  assert.deepEqual(await Deno.readFile(join(folder, ".git/index")), index);
  await assert.rejects(Deno.stat(join(temporary.path, "ran")));
  // A part of the repository is compared alone.
  assert.deepEqual(told((await compared(workspace, join(folder, "sub"), UNCOMMITTED)).files), [
    "update sub/e.txt +0 -0",
  ]);
});

Deno.test("a review compares HEAD with a branch from where they part, a commit with the one before, and ranges", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "work");
  await using workspace = localWorkspace(join(temporary.path, "store"));
  await shell(
    temporary.path,
    `mkdir work && cd work && git init -q -b main && git config user.name p && git config user.email p@x
     echo one >one; git add -A; git commit -qm one
     git checkout -qb feature/x; echo two >two; git add -A; git commit -qm two
     git checkout -q main; echo three >three; git add -A; git commit -qm three; git tag v1
     git checkout -q feature/x; echo dirty >dirty; git branch -- 'odd;name' main`,
  );
  for (const target of [revision("main"), { type: "against", name: "v1" }] as const) {
    const branch = await compared(workspace, folder, target);
    assert.deepEqual([branch.kind, told(branch.files)], ["branch", ["add two +1 -0"]]);
  }
  const odd = await compared(workspace, folder, revision("odd;name"));
  assert.deepEqual(told(odd.files), ["add two +1 -0"]);
  const sha = (await git(folder, "rev-parse", "main")).trim();
  for (const name of [sha, sha.slice(0, 8), "v1", "main~0"]) {
    const commit = await compared(workspace, folder, revision(name));
    assert.deepEqual([commit.kind, told(commit.files)], ["commit", ["add three +1 -0"]], name);
  }
  const first = await compared(workspace, folder, revision("main~1"));
  assert.deepEqual(told(first.files), ["add one +1 -0"]);
  const range = await compared(workspace, folder, { type: "range", from: "main", to: "feature/x" });
  assert.deepEqual([range.kind, told(range.files)], ["range", ["add two +1 -0"]]);
  const back = await compared(workspace, folder, { type: "range", from: "HEAD", to: "main" });
  assert.deepEqual(told(back.files), ["add three +1 -0"]);
  const nothing = await compared(workspace, folder, { type: "range", from: "main", to: "main" });
  assert.deepEqual(told(nothing.files), []);
});

Deno.test("a review says which name is unknown, and takes none for an option", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "work");
  await using workspace = localWorkspace(join(temporary.path, "store"));
  await shell(
    temporary.path,
    "mkdir work plain bare; git init -q --bare bare; git init -q -b main work",
  );
  assert.equal(
    (await refused(workspace, join(temporary.path, "plain"), UNCOMMITTED)).reason,
    "no-repository",
  );
  assert.equal(
    (await refused(workspace, join(temporary.path, "bare"), UNCOMMITTED)).reason,
    "not-recorded",
  );
  assert.equal(
    (await refused(workspace, join(temporary.path, "gone"), UNCOMMITTED)).reason,
    "not-recorded",
  );
  assert.equal((await refused(workspace, folder, revision("main"))).reason, "no-commit");
  await shell(folder, "echo x >x; git add x; echo y >y");
  assert.deepEqual(told((await compared(workspace, folder, UNCOMMITTED)).files), [
    "add x +1 -0",
    "add y +1 -0",
  ]);
  await git(folder, "commit", "-qm", "first");
  await shell(
    folder,
    "git checkout -q --orphan other; git -c user.name=p -c user.email=p@x commit -qm other",
  );
  for (
    const name of [
      "mian",
      "--output=stolen",
      "-v",
      "--all",
      "HEAD..main",
      "x y",
      "$(touch stolen)",
      "`touch stolen`",
      "main; touch stolen",
      ":/",
      "x",
    ]
  ) {
    const { reason, name: told, branches } = await refused(workspace, folder, revision(name));
    assert.deepEqual([reason, told], ["unknown", name], name);
    assert.deepEqual(branches, ["main", "other"]);
  }
  const range = await refused(workspace, folder, { type: "range", from: "main", to: "--help" });
  assert.deepEqual([range.reason, range.name], ["unknown", "--help"]);
  assert.equal((await refused(workspace, folder, revision("main"))).reason, "unrelated");
  await assert.rejects(Deno.stat(join(folder, "stolen")));
});

Deno.test("a review holds repositories inside against what they are pinned to, and says where history ends", async () => {
  await using temporary = await temporaryFolder();
  const folder = join(temporary.path, "work");
  await using workspace = localWorkspace(join(temporary.path, "store"));
  await shell(
    temporary.path,
    `export GIT_AUTHOR_NAME=p GIT_AUTHOR_EMAIL=p@x GIT_COMMITTER_NAME=p GIT_COMMITTER_EMAIL=p@x
     git init -q -b main library; cd library; echo l >l; git add -A; git commit -qm l; cd ..
     git init -q -b main work; cd work; echo w >w; git add w
     git -c protocol.file.allow=always submodule -q add ../library lib; git commit -qm first
     git init -q -b main tool; (cd tool; echo t >t; git add -A; git commit -qm t; echo more >>t)
     echo changed >lib/l
     cd ..; git clone -q --depth 1 "file://$PWD/library" shallow`,
  );
  const { files } = await compared(workspace, folder, UNCOMMITTED);
  assert.deepEqual(told(files), ["update lib/l +1 -1", "update tool/t +1 -0"]);
  await shell(
    join(temporary.path, "library"),
    "echo m >l; git -c user.name=p -c user.email=p@x commit -qam m",
  );
  await shell(
    temporary.path,
    'rm -rf shallow; git clone -q --depth 1 "file://$PWD/library" shallow',
  );
  const end = await refused(workspace, join(temporary.path, "shallow"), revision("HEAD"));
  assert.equal(end.reason, "shallow");
});
