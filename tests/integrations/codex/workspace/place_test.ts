/** A folder that is a part of a tree: the tree is the same for all of a run, and nothing beside counts. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import { everythingIn, localWorkspace, shell, taken } from "./local_workspace.ts";

const REPOSITORY = `git init -q .; git config user.name P; git config user.email p@x
echo a >a.txt; echo '*.log' >.gitignore; mkdir -p part/in; echo p >part/in/p; git add -A; git commit -qm first`;

/** How the tree is, and what the run does in its folder `part`. */
interface Case {
  readonly name: string;
  readonly before: string;
  readonly run: string;
}

const CASES: readonly Case[] = [
  {
    name: "makes it a repository of its own",
    before: REPOSITORY,
    run: "git init -q; git add -A; git -c user.name=P -c user.email=p@x commit -qm own",
  },
  {
    name: "takes its own repository away",
    before: `${REPOSITORY}; git -C part init -q`,
    run: "rm -rf .git",
  },
  {
    name: "makes a repository around it",
    before: "mkdir -p part/in; echo p >part/in/p; echo b >b",
    run: "git -C .. init -q",
  },
  {
    name: "takes the repository around it away",
    // Nothing of it is borrowed that would be gone then.
    before: `git init -q; mkdir -p part/in; echo p >part/in/p`,
    run: "rm -rf ../.git",
  },
];

for (const { name, before, run } of CASES) {
  Deno.test(`a run in a folder that ${name} is told, taken back and brought again`, async () => {
    await using root = await temporaryFolder();
    const tree = join(await Deno.realPath(root.path), "tree");
    const folder = join(tree, "part");
    await Deno.mkdir(tree);
    await shell(tree, before);
    await using workspace = localWorkspace(`${root.path}/store`);
    const was = await everythingIn(folder);
    const begun = await taken(workspace, folder);
    await shell(folder, `${run}; echo more >>in/p; echo n >n; chmod 600 n`);
    const done = await everythingIn(folder);
    const ended = await taken(workspace, folder, begun);
    assert.equal(ended.top, begun.top);
    const told = async (from: typeof begun, to: typeof begun): Promise<string[]> =>
      (await workspace.changes(from, to)).map(({ kind, path }) =>
        `${kind} ${path.slice(to.prefix === "." ? 0 : to.prefix.length)}`
      );
    assert.deepEqual(await told(begun, ended), ["update in/p", "add n"]);

    // The next run begins in the tree as it is by then.
    const next = await taken(workspace, folder);
    await shell(folder, "echo m >m");
    assert.deepEqual(await told(next, await taken(workspace, folder, next)), ["add m"]);
    await shell(folder, "rm m");

    assert.equal((await workspace.carry(ended, begun)).type, "carried");
    assert.deepEqual(await everythingIn(folder), was);
    assert.equal((await workspace.carry(begun, ended)).type, "carried");
    assert.deepEqual(await everythingIn(folder), done);
  });
}

Deno.test("what the rules above a folder cease to ignore in a run was there before it", async () => {
  await using root = await temporaryFolder();
  const tree = `${root.path}/tree`;
  const folder = `${tree}/part/in`;
  await Deno.mkdir(tree);
  await shell(tree, `${REPOSITORY}; echo '*.tmp' >part/.gitignore`);
  await shell(folder, "echo secret >x.log; echo t >t.tmp");
  await using workspace = localWorkspace(`${root.path}/store`);
  const begun = await taken(workspace, folder);
  assert.equal((await taken(workspace, folder)).id, begun.id);
  await shell(folder, ": >../../.gitignore; rm ../.gitignore; echo n >n");
  const ended = await taken(workspace, folder, begun);
  const changes = await workspace.changes(begun, ended);
  assert.deepEqual(changes.map(({ path }) => path), ["part/in/n"]);
  assert.equal((await workspace.carry(ended, begun)).type, "carried");
  assert.deepEqual(Object.keys(await everythingIn(folder)).sort(), ["p", "t.tmp", "x.log"]);
});

Deno.test("what happens beside a folder is neither told nor taken back with it", async () => {
  await using root = await temporaryFolder();
  const tree = `${root.path}/tree`;
  const folder = `${tree}/part`;
  await Deno.mkdir(tree);
  await shell(tree, REPOSITORY);
  await using workspace = localWorkspace(`${root.path}/store`);
  const begun = await taken(workspace, folder);
  // A script that is killed leaves it behind: then the person's index is read again.
  await shell(root.path, `: >"$(echo store/*)"/taking`);
  await shell(
    tree,
    "echo b >>a.txt; git commit -qam beside; chmod 600 a.txt .gitignore; echo n >part/n",
  );
  const ended = await taken(workspace, folder, begun);
  assert.deepEqual((await workspace.changes(begun, ended)).map(({ path }) => path), ["part/n"]);
  const beside = { ...await everythingIn(tree) };
  delete beside["part/n"];
  assert.equal((await workspace.carry(ended, begun)).type, "carried");
  assert.deepEqual(await everythingIn(tree), beside);
});
