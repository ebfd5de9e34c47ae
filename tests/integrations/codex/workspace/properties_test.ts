/**
 * Random runs in random folders: what is told of each is what git says of two copies of the folder, and
 * it can be taken back and brought again byte for byte. `WORKSPACE_RUNS` makes more of them, and
 * `WORKSPACE_SEED` begins with the one that failed.
 */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import { everythingIn, git, localWorkspace, shell, taken } from "./local_workspace.ts";
import { Dice, randomChanges } from "./random_changes.ts";

const RUNS = Number(Deno.env.get("WORKSPACE_RUNS") ?? 3);
const FIRST_SEED = Number(Deno.env.get("WORKSPACE_SEED") ?? 1);

/** What git says of two folders: lines added and deleted, by path. */
async function saidByGit(root: string, before: string, after: string): Promise<string[]> {
  const copy = `${root}/said`;
  const take = (from: string, name: string): Promise<void> =>
    shell(
      root,
      `mkdir -p said; find said -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} +
       cd ${from}; find . -mindepth 1 -maxdepth 1 ! -name .git -exec cp -a {} ../said/ ';'
       cd ../said; git add -A; git -c user.name=P -c user.email=p@x commit -q --allow-empty -m ${name}`,
    );
  await shell(root, "git init -q said");
  await take(before, "before");
  await take(after, "after");
  const text = await git(copy, "diff", "--numstat", "-z", "-M", "-l2000", "HEAD~1", "HEAD");
  const said: string[] = [];
  const parts = text.split("\0");
  for (let at = 0; at < parts.length - 1; at++) {
    const [added, deleted, path] = (parts[at] ?? "").split("\t");
    if (path !== "") {
      said.push(`${added} ${deleted} ${(parts[at] ?? "").split("\t").slice(2).join("\t")}`);
    } else said.push(`${added} ${deleted} ${parts[++at]} ${parts[++at]}`);
  }
  return said.sort();
}

for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
  Deno.test(`a random run is what git says it is, and can be taken back: ${seed}`, async () => {
    const dice = new Dice(seed);
    await using root = await temporaryFolder();
    const work = `${root.path}/work`;
    const keep = (name: string): Promise<void> => shell(root.path, `cp -a work ${name}`);
    await shell(
      root.path,
      `mkdir work; cd work; ${
        seed % 3 === 0 ? "" : "git init -q; git config user.name P; git config user.email p@x"
      }
       ${randomChanges(dice, 12)}`,
    );
    await using workspace = localWorkspace(`${root.path}/store`);
    const was = await everythingIn(work);
    await keep("before");
    const before = await taken(workspace, work);
    await shell(work, randomChanges(dice, 8));
    const done = await everythingIn(work);
    await keep("after");
    const after = await taken(workspace, work, before);

    const changes = await workspace.changes(before, after);
    const told = changes.flatMap(({ path, formerPath, lines, size, mode }) =>
      // Permissions that git does not keep.
      lines === undefined && size === undefined && mode !== undefined ? [] : [
        `${lines?.added ?? "-"} ${lines?.deleted ?? "-"} ${
          formerPath === undefined ? "" : `${formerPath} `
        }${path}`,
      ]
    );
    assert.deepEqual(told.sort(), await saidByGit(root.path, "before", "after"), "numbers");

    const { text: patch } = await workspace.patch(before, after, {
      applicable: true,
      mostBytes: 10_000_000,
    });
    await Deno.writeTextFile(`${root.path}/p`, patch);
    await shell(root.path, "rm -rf applied; cp -a before applied; rm -rf applied/.git");
    if (patch !== "") await git(`${root.path}/applied`, "apply", "../p");
    const contents = (files: Record<string, string>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(files).map(([path, text]) => [path, text.replace(/^\d+ /, "")]),
      );
    assert.deepEqual(contents(await everythingIn(`${root.path}/applied`)), contents(done), "patch");

    const undone = await workspace.carry(after, before);
    assert.ok(undone.type === "carried" || undone.type === "nothing", JSON.stringify(undone));
    assert.deepEqual(await everythingIn(work), was, "undone");
    const redone = await workspace.carry(before, after);
    assert.ok(redone.type === "carried" || redone.type === "nothing", JSON.stringify(redone));
    assert.deepEqual(await everythingIn(work), done, "redone");

    // Later edits elsewhere stay; one in the same place stops everything.
    await shell(work, "echo mine >mine.txt");
    const beside = await workspace.carry(after, before);
    assert.ok(beside.type === "carried" || beside.type === "nothing", JSON.stringify(beside));
    const { "mine.txt": mine, ...others } = await everythingIn(work);
    assert.deepEqual([mine === undefined, others], [false, was], "beside");
    const added = changes.find(({ kind, lines }) => kind === "add" && (lines?.added ?? 0) > 0);
    if (added === undefined) return;
    await workspace.carry(before, after);
    await Deno.remove(`${work}/${added.path}`);
    await Deno.writeTextFile(`${work}/${added.path}`, "somebody else's\n");
    const changed = await everythingIn(work);
    const refused = await workspace.carry(after, before);
    assert.equal(refused.type, "overlaps", JSON.stringify(refused));
    assert.deepEqual(await everythingIn(work), changed, "nothing is half done");
  });
}
