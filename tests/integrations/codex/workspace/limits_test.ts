/** What a record does not cover, what is left alone, and what ends half way: each has one outcome. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import { everythingIn, localWorkspace, shell, taken } from "./local_workspace.ts";

/** Runs scripts as somebody who may not read and write everything; undefined where that is not possible. */
const NOBODY: readonly [string, ...string[]] | undefined = Deno.uid() !== 0
  ? ["sh"]
  : await hasSetpriv()
  ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh"]
  : undefined;

async function hasSetpriv(): Promise<boolean> {
  return await new Deno.Command("setpriv", { args: ["--version"] }).output()
    .then(({ success }) => success, () => false);
}

Deno.test({
  name: "what cannot be read is named, and what cannot be written leaves everything as it was",
  ignore: NOBODY === undefined,
  fn: async () => {
    await using root = await temporaryFolder();
    const work = `${root.path}/work`;
    await shell(
      root.path,
      `chmod 755 .; mkdir work store; cd work; mkdir open closed; echo 1 >open/a; echo 2 >closed/b; echo 3 >closed/c; echo s >secret; chmod 600 open/a
       ${Deno.uid() === 0 ? "chown -R 65534:65534 . ../store" : ":"}; chmod 000 secret`,
    );
    await using workspace = localWorkspace(`${root.path}/store`, {
      ...(NOBODY === undefined ? {} : { shell: NOBODY }),
    });
    const asNobody = (script: string): Promise<void> =>
      shell(work, `${NOBODY?.join(" ")} -ec '${script}'`);
    const before = await shellStore(root.path).then(() => taken(workspace, work));
    assert.equal(before.withoutContent, 1);
    await asNobody("echo 11 >open/a; echo 22 >closed/b; rm closed/c; echo new >open/new");
    const after = await taken(workspace, work, before);
    // A folder that takes no new files is found before anything is written.
    await asNobody("chmod 555 closed");
    const was = await everythingIn(work);
    const refused = await workspace.carry(after, before);
    assert.deepEqual(refused, { type: "failed", reason: "write", detail: "closed" });
    assert.deepEqual(await everythingIn(work), was);
    await asNobody("chmod 755 closed");
    assert.equal((await workspace.carry(after, before)).type, "carried");
    assert.equal(await Deno.readTextFile(`${work}/closed/c`), "3\n");
    assert.equal(((await Deno.stat(`${work}/open/a`)).mode ?? 0) & 0o777, 0o600);
    await asNobody("chmod 644 secret; echo told >secret; chmod 000 secret");
    const last = await taken(workspace, work);
    const [secret] = await workspace.changes(before, last);
    assert.deepEqual([secret?.path, secret?.withoutContent], ["secret", true]);
  },
});

Deno.test({
  name: "what was in a folder before it could be opened is no work of the run that opened it",
  ignore: NOBODY === undefined,
  fn: async () => {
    await using root = await temporaryFolder();
    const work = `${root.path}/work`;
    await shell(
      root.path,
      `chmod 755 .; mkdir work store; cd work; git init -q .; echo a >a; mkdir -p data/deep; echo d >data/deep/d
       git init -q inner; mkdir inner/data; echo i >inner/data/i; git init -q data/other; echo o >data/other/o
       ${Deno.uid() === 0 ? "chown -R 65534:65534 . ../store" : ":"}; chmod 000 data inner/data`,
    );
    await using workspace = localWorkspace(`${root.path}/store`, {
      ...(NOBODY === undefined ? {} : { shell: NOBODY }),
    });
    const before = await shellStore(root.path).then(() => taken(workspace, work));
    assert.equal((await taken(workspace, work)).tree, before.tree);
    await shell(work, `${NOBODY?.join(" ")} -ec 'chmod 755 data inner/data; echo b >b'`);
    const after = await taken(workspace, work, before);
    const told = await workspace.changes(before, after);
    assert.deepEqual(told.map(({ path }) => path), ["b"]);
    assert.equal((await taken(workspace, work, before)).tree, after.tree);
    assert.equal((await workspace.carry(after, before)).type, "carried");
    assert.deepEqual(
      Object.keys(await everythingIn(work)).sort(),
      ["a", "data/deep/d", "data/other/o", "inner/data/i"],
    );
    // It was there when the next run begins, which may change it.
    const next = await taken(workspace, work);
    await shell(work, `${NOBODY?.join(" ")} -ec 'echo e >data/deep/d; rm inner/data/i'`);
    const last = await taken(workspace, work, next);
    assert.deepEqual(
      (await workspace.changes(next, last)).map(({ kind, path }) => `${kind} ${path}`),
      ["update data/deep/d", "delete inner/data/i"],
    );
  },
});

/** Stores are made by the test, and written by somebody else. */
async function shellStore(root: string): Promise<void> {
  const store = `store/${`${root}/work`.replaceAll("/", "_")}`;
  await shell(root, `mkdir -p ${store}; chmod 777 store ${store}`);
}

Deno.test("a write that fails in the middle is taken back, permissions included", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await shell(
    root.path,
    "mkdir work; cd work; for each in a b c d; do echo $each >$each; chmod 600 $each; done",
  );
  // A program of that name stands in for a disk that is full after the first files.
  await shell(
    root.path,
    `mkdir bin; cat >bin/git <<'SH'
#!/bin/sh
case "$*" in "checkout-index -f -z --stdin")
  if [ ! -e ../failed ]; then
    touch ../failed; PATH=\${PATH#*:} git checkout-index -f -- a b
    echo 'fatal: unable to write file c: No space left on device' >&2; exit 128
  fi ;;
esac
PATH=\${PATH#*:} exec git "$@"
SH
     chmod +x bin/git`,
  );
  await using workspace = localWorkspace(`${root.path}/store`, {
    variables: { PATH: `${root.path}/bin:${Deno.env.get("PATH")}` },
  });
  const before = await taken(workspace, work);
  await shell(work, "for each in a b c d; do echo run >>$each; done; echo new >new; chmod 640 d");
  const after = await taken(workspace, work, before);
  const was = await everythingIn(work);
  const failed = await workspace.carry(after, before);
  assert.deepEqual(failed, {
    type: "failed",
    reason: "write",
    detail: "fatal: unable to write file c: No space left on device",
  });
  assert.deepEqual(await everythingIn(work), was);
  assert.equal((await workspace.carry(after, before)).type, "carried");
});

Deno.test("what no record has is never written over", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await shell(
    root.path,
    "mkdir work; cd work; git init -q; echo '*.o' >.gitignore; echo file >build; mkdir lib; echo x >lib/x; git add -A",
  );
  await using workspace = localWorkspace(`${root.path}/store`);
  const before = await taken(workspace, work);
  await shell(work, "rm build; mkdir build; echo object >build/a.o; rm -r lib; echo r >r");
  const after = await taken(workspace, work, before);
  await shell(work, "echo mine >lib; echo lib >>.git/info/exclude");
  const was = await everythingIn(work);
  const refused = await workspace.carry(after, before);
  assert.ok(refused.type === "overlaps", JSON.stringify(refused));
  assert.deepEqual(refused.overlaps.map(({ path, why }) => `${path} ${why}`), [
    "build in-the-way",
    "lib/x in-the-way",
  ]);
  assert.deepEqual(await everythingIn(work), was);
});

for (
  const [what, run, later, named] of [
    ["a file where a folder was", "rm -r lib", "echo mine >lib", "lib/x"],
    ["a link where a folder was", "rm -r lib", "ln -s /nowhere lib", "lib/x"],
    ["a file where a folder was that is moved", "mv lib far", "echo mine >lib", "lib/x"],
    ["a folder where a file was", "rm file", "mkdir -p file/in; echo mine >file/in/x", "file"],
    [
      "more in a folder where a file was",
      "rm file; mkdir file; echo 2 >file/2",
      "echo mine >file/x",
      "file",
    ],
  ] as const
) {
  Deno.test(`an undo keeps what a person has made since: ${what}`, async () => {
    await using root = await temporaryFolder();
    const work = `${root.path}/work`;
    await shell(root.path, "mkdir -p work/lib; cd work; echo 1 >file; echo 1 >lib/x; echo 1 >a");
    await using workspace = localWorkspace(`${root.path}/store`);
    const before = await taken(workspace, work);
    await shell(work, `${run}; echo 2 >>a`);
    const after = await taken(workspace, work, before);
    const done = await everythingIn(work);
    await shell(work, later);
    const was = await everythingIn(work);
    assert.deepEqual(await workspace.carry(after, before), {
      type: "overlaps",
      overlaps: [{ path: named, why: "in-the-way" }],
    });
    assert.deepEqual(await everythingIn(work), was);
    const [top = ""] = named.split("/");
    await shell(work, run.includes("echo 2 >file/2") ? "rm file/x" : `rm -r ${top}`);
    assert.equal((await workspace.carry(after, before)).type, "carried");
    assert.equal((await workspace.carry(before, after)).type, "carried");
    assert.deepEqual(await everythingIn(work), done);
  });
}

Deno.test("a store that a killed script has left, and folders of the program, stop nothing", async () => {
  await using root = await temporaryFolder();
  const home = `${root.path}/home`;
  const state = `${home}/.local/state [x]/program`;
  await shell(
    root.path,
    `mkdir -p home/.codex '${state}'; cd home; echo rollout >.codex/sessions; echo db >'${state}/state.db'; echo n >notes`,
  );
  const excluded = [state, `${home}/.codex`, "/nowhere"];
  await using workspace = localWorkspace(`${state}/workspaces`, { excluded });
  const before = await taken(workspace, home);
  await shell(
    home,
    `echo more >>.codex/sessions; echo more >>'${state}/state.db'; echo more >>notes
     cd '${state}/workspaces'/*; echo broken >root.index; : >root.index.lock; : >packed-refs.lock`,
  );
  const after = await taken(workspace, home, before);
  const changes = await workspace.changes(before, after);
  assert.deepEqual(changes.map(({ path }) => path), ["notes"]);
  assert.equal((await workspace.carry(after, before)).type, "carried");
  assert.equal(await Deno.readTextFile(`${home}/.codex/sessions`), "rollout\nmore\n");
});

Deno.test("a machine without git says so, and the folder in which Codex works stays", async () => {
  await using root = await temporaryFolder();
  await shell(
    root.path,
    `mkdir -p bin r/part; cd bin; for each in sh env sed tr mkdir cat printf rm mv cut; do ln -s "$(command -v $each)" $each 2>/dev/null || :; done
     cd ../r; git init -q; echo o >o`,
  );
  await using without = localWorkspace(`${root.path}/store`, {
    variables: { PATH: `${root.path}/bin` },
  });
  assert.deepEqual(await without.snapshot(`${root.path}/r`), { type: "refused", reason: "no-git" });
  await using workspace = localWorkspace(`${root.path}/store2`);
  const part = `${root.path}/r/part`;
  const before = await taken(workspace, part);
  await shell(part, "mkdir -p deep/er; echo x >deep/er/x");
  const after = await taken(workspace, part, before);
  assert.equal((await workspace.carry(after, before)).type, "carried");
  assert.deepEqual(await Array.fromAsync(Deno.readDir(part)), []);
});

Deno.test("what git itself has put there counts for no limit, and an undo beyond it is told", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await Deno.mkdir(work);
  await shell(
    work,
    `git init -q; git config user.name P; git config user.email p@x; echo a >a; git add a; git commit -qm a
     git checkout -qb other; for each in 1 2 3 4 5 6; do echo $each >$each; done; git add -A; git commit -qm b; git checkout -q master`,
  );
  await using workspace = localWorkspace(`${root.path}/store`, { limits: { mostFiles: 4 } });
  const before = await taken(workspace, work);
  // An index that was written in the same second as the files says nothing of them.
  await shell(
    work,
    "git checkout -q other; touch -d '2020-01-01 00:00:00' ?; git status >/dev/null",
  );
  const after = await taken(workspace, work, before);
  assert.equal((await workspace.changes(before, after)).length, 6);
  const was = await everythingIn(work);
  assert.equal((await workspace.carry(after, before)).type, "carried");
  const redone = await workspace.carry(before, after);
  assert.ok(redone.type === "carried", JSON.stringify(redone));
  assert.equal(redone.files.length, 6);
  assert.deepEqual(await everythingIn(work), was);
});
