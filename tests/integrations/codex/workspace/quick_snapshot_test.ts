/** A snapshot of a folder in which nothing has changed is the last one, and of any other is not. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { git, localWorkspace, shell, taken } from "./local_workspace.ts";

async function folderAndStore(): Promise<{ folder: string; store: string }> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const [folder, store] = [join(root, "work"), join(root, "store")];
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "a.txt"), "one\n");
  return { folder, store };
}

Deno.test("a snapshot is used once more until something changes, whatever it is", async () => {
  const { folder, store } = await folderAndStore();
  await git(folder, "init", "-q", "-b", "main");
  await git(folder, "add", "-A");
  await git(folder, "commit", "-qm", "first");
  await using workspace = localWorkspace(store);
  let last = await taken(workspace, folder);
  assert.equal((await taken(workspace, folder)).id, last.id);
  assert.deepEqual(await taken(workspace, folder), last);
  const changes = [
    "echo two >a.txt",
    "echo new >b.txt",
    // Git sees changes of permissions alone by the second.
    "sleep 1; chmod 600 a.txt",
    "chmod 755 b.txt",
    // Within the second in which the record read the file, it sees none.
    "echo fresh >fresh.txt; chmod 644 fresh.txt",
    "chmod 600 fresh.txt",
    "echo again >fresh.txt",
    "chmod 640 fresh.txt",
    "mkdir -p sub; echo x >sub/c.txt",
    "rm b.txt",
    "ln -s a.txt link",
    "mv a.txt A2.txt",
    "echo 'sub/' >.gitignore",
    "mkdir nested; git -C nested init -q; echo y >nested/d.txt",
  ];
  for (const change of changes) {
    await shell(folder, change);
    const next = await taken(workspace, folder);
    assert.notEqual(next.id, last.id, change);
    last = next;
  }
  assert.equal(last.nested, 1);
});

for (
  const [what, before, path] of [
    ["a repository inside", "git init -q lib; echo x >lib/x", "lib/x"],
    ["a worktree", "git worktree add -q ../work/lib -b topic; echo n >lib/n", "lib/n"],
    ["a large file", "head -c 200000 /dev/zero >lib", "lib"],
  ] as const
) {
  Deno.test(`${what} that is removed and nothing else is a change`, async () => {
    const { folder, store } = await folderAndStore();
    await git(folder, "init", "-q");
    await git(folder, "add", "-A");
    await git(folder, "commit", "-qm", "first");
    await shell(folder, before);
    await using workspace = localWorkspace(store);
    const first = await taken(workspace, folder);
    await shell(folder, "rm -rf lib");
    const removed = await workspace.changes(first, await taken(workspace, folder, first));
    assert.ok(removed.some((file) => file.kind === "delete" && file.path === path), what);
  });
}

for (const count of [3, 40]) {
  Deno.test(`of ${count} files that were just recorded each one's permissions are looked at again`, async () => {
    const { folder, store } = await folderAndStore();
    await using workspace = localWorkspace(store);
    await shell(folder, `for each in $(seq ${count}); do echo x >$each; done; chmod 644 *`);
    await shell(folder, "echo odd >\"$(printf 'new\\nline')\"; ln -s a.txt link");
    const before = await taken(workspace, folder);
    assert.equal((await taken(workspace, folder)).id, before.id);
    await shell(folder, `chmod 600 ${count}`);
    assert.notEqual((await taken(workspace, folder)).tree, before.tree);
  });
}

Deno.test("the commit and the branch of a snapshot that is used once more are those of now", async () => {
  const { folder, store } = await folderAndStore();
  await using workspace = localWorkspace(store);
  const without = await taken(workspace, folder);
  assert.equal((await taken(workspace, folder)).id, without.id);
  assert.equal(without.repository, false);
  await git(folder, "init", "-q", "-b", "main");
  const unborn = await taken(workspace, folder);
  assert.deepEqual([unborn.repository, unborn.head, unborn.branch], [true, undefined, "main"]);
  assert.deepEqual(await taken(workspace, folder), unborn);
  await git(folder, "add", "-A");
  await git(folder, "commit", "-qm", "first");
  const head = (await git(folder, "rev-parse", "HEAD")).trim();
  const committed = await taken(workspace, folder);
  assert.deepEqual([committed.tree, committed.head], [unborn.tree, head]);
  await git(folder, "switch", "-qc", "feature/한글");
  assert.equal((await taken(workspace, folder)).branch, "feature/한글");
  await git(folder, "pack-refs", "--all");
  const packed = await taken(workspace, folder);
  assert.deepEqual([packed.head, packed.branch], [head, "feature/한글"]);
  await git(folder, "checkout", "-q", "--detach");
  const detached = await taken(workspace, folder);
  assert.deepEqual([detached.head, detached.branch], [head, undefined]);
});

Deno.test("a folder inside of a repository sees a repository that begins between the two", async () => {
  const { folder: top, store } = await folderAndStore();
  const folder = join(top, "one", "two");
  await shell(top, "git init -q; mkdir -p one/two; echo x >one/two/x.txt");
  await using workspace = localWorkspace(store);
  const before = await taken(workspace, folder);
  assert.deepEqual([before.top, before.prefix], [top, "one/two/"]);
  assert.equal((await taken(workspace, folder)).id, before.id);
  await shell(top, "echo beside >one/y.txt");
  assert.equal((await taken(workspace, folder)).id, before.id);
  await shell(top, "git -C one init -q");
  assert.equal((await taken(workspace, folder)).top, join(top, "one"));
});

Deno.test("a record that is old or was deleted is not used once more", async () => {
  const { folder, store } = await folderAndStore();
  {
    // What deletes its records has ended before another one works on the same store.
    await using forgetful = localWorkspace(store, { limits: { keptMs: 1_000 } });
    const first = await taken(forgetful, folder);
    assert.notEqual((await taken(forgetful, folder)).id, first.id);
  }
  await using workspace = localWorkspace(store);
  const known = await taken(workspace, folder);
  await workspace.quiet();
  for await (const { name } of Deno.readDir(store)) {
    await Deno.remove(join(store, name, "refs", "snapshots"), { recursive: true });
  }
  assert.notEqual((await taken(workspace, folder)).id, known.id);
});
