/**
 * The short way to record what has changed records what the whole script does: the same tree, the same
 * permissions, the same account of what differs. `WORKSPACE_RUNS` makes more random changes, and
 * `WORKSPACE_SEED` begins with the ones that failed.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { isInstalled } from "../../../support/installed.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/temporary_folder.ts";
import type { Snapshot } from "../../../../src/core/workspace/workspace.ts";
import { type LocalOptions, localWorkspace, shell } from "./local_workspace.ts";
import { Dice, randomChanges } from "./random_changes.ts";

const RUNS = Number(Deno.env.get("WORKSPACE_RUNS") ?? 2);
const FIRST_SEED = Number(Deno.env.get("WORKSPACE_SEED") ?? 1);

const REPOSITORY = `git init -q; git config user.name P; git config user.email p@x
  echo one >a.txt; mkdir src; echo x >src/b.txt; chmod 755 src/b.txt; echo '*.log' >.gitignore
  git add -A; git commit -qm first`;

/** What the store notes of permissions. */
const NOTED = ["root.modes", "root.recent", "root.recent.modes"];

/** Records a folder twice each time, once in a copy of the store in which no record can be built upon. */
class Twice implements AsyncDisposable {
  readonly folder: string;
  readonly #root: string;
  readonly #workspace;
  readonly #whole;
  #last: Snapshot | undefined;

  constructor(root: string, options: LocalOptions = {}) {
    this.#root = root;
    this.folder = `${root}/work`;
    this.#workspace = localWorkspace(`${root}/store`, options);
    this.#whole = localWorkspace(`${root}/whole`, options);
  }

  /**
   * @param noted files of the store that are to be the same
   * @returns whether the folder was recorded in the short way
   */
  async record(what: string, noted = NOTED): Promise<boolean> {
    const store = this.folder.replaceAll("/", "_");
    // Old records may be being deleted behind the last one.
    await this[Symbol.asyncDispose]();
    await shell(
      this.#root,
      `rm -rf whole; mkdir -p store; cp -a store whole; rm -f whole/${store}/last`,
    );
    const since = this.#last;
    const plain = await this.#workspace.snapshot(this.folder, undefined, since);
    const whole = await this.#whole.snapshot(this.folder, undefined, since);
    assert.ok(plain.type === "taken" && whole.type === "taken", what);
    const told = [plain, whole].map(({ snapshot: { id: _own, ...rest } }) => rest);
    assert.deepEqual(told[0], told[1], what);
    assert.equal(whole.difference, undefined);
    if (since !== undefined) {
      const files = await this.#whole.changes(since, whole.snapshot);
      assert.deepEqual(await this.#workspace.changes(since, plain.snapshot), files, what);
      const { text } = await this.#whole.patch(since, whole.snapshot, { mostBytes: 1_000_000 });
      const difference = plain.difference ?? { files, patch: text };
      assert.deepEqual(difference, { files, patch: text }, what);
    }
    if (plain.snapshot.id !== since?.id) {
      for (const name of noted) {
        const [one, other] = await Promise.all(
          ["store", "whole"].map((each) =>
            Deno.readTextFile(`${this.#root}/${each}/${store}/${name}`)
          ),
        );
        assert.equal(one, other, `${what}: ${name}`);
      }
    }
    this.#last = plain.snapshot;
    if (noted === NOTED) assert.equal(this.#workspace.complaints(), "[]", what);
    return await Deno.lstat(`${this.#root}/store/${store}/at-work`).then(() => true, () => false);
  }

  /** The next record is the first one of a run. */
  beginRun(): void {
    this.#last = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workspace[Symbol.asyncDispose]();
    await this.#whole[Symbol.asyncDispose]();
  }
}

async function begun(root: TemporaryFolder, before: string): Promise<void> {
  await Deno.mkdir(`${root.path}/work`);
  await shell(`${root.path}/work`, before);
}

const PLAIN = [
  "echo two >a.txt",
  "echo n >new; echo '한글' >한글; echo sp >'with space'; echo d >./-dash; echo g >'[g]*'; echo q >'? q'",
  "rm new; echo more >>한글",
  "mv a.txt b.txt",
  "chmod 755 b.txt",
  "chmod 644 b.txt; chmod 600 -- -dash; echo x >>-dash",
  "echo y >>-dash; chmod 2751 '? q'; chmod 064 '[g]*'; echo z >>'[g]*'; echo z >>'? q'; touch fresh; chmod 664 fresh; chmod 700 b.txt; echo z >>b.txt",
  "chmod 644 -- -dash '? q'; echo t >>-dash; echo t >>'? q'; rm fresh",
  "ln -s a.txt link; ln -s nowhere dangling; ln -s src folder",
  "rm link; echo file >link; rm src/b.txt; rmdir src; echo file >src",
  "echo beside >beside",
  "rm src; mkdir -p src/deep; echo x >src/deep/x; rm dangling; mkdir dangling; echo i >dangling/i",
  "mkdir elsewhere; echo x >elsewhere/x",
  "rm -r src/deep; ln -s ../elsewhere src/deep",
  "rm -r elsewhere; printf 'a\\000b' >binary; : >empty",
  "git add -A; git commit -qm 'all of it'; echo after >a.txt",
  "touch a.txt; : >b.txt",
  "for each in $(seq 250); do echo $each >many$each; done",
];

const LEFT_TO_THE_WHOLE = [
  "echo nl >\"$(printf 'new\\nline')\"",
  "echo q >'\"quo\"te'",
  "echo t >\"$(printf 'tab\\there')\"",
  "echo '*.tmp' >>.gitignore",
  "head -c 200000 /dev/zero >large",
  "echo private >>.git/info/exclude; echo p >private; echo n >public",
  'git config core.excludesFile "$PWD/.git/mine"; echo hidden >.git/mine; echo h >hidden; echo v >visible',
  "rm a.txt; mkfifo a.txt; echo f >beside",
  "for each in $(seq 350); do echo $each >many$each; done",
  "mkdir nested; git -C nested init -q; echo y >nested/d",
];

Deno.test("plain changes are recorded in the short way as in the long one", async () => {
  await using root = await temporaryFolder();
  await begun(root, REPOSITORY);
  await using twice = new Twice(root.path);
  assert.equal(await twice.record("the first"), false);
  for (const change of PLAIN) {
    await shell(twice.folder, change);
    assert.equal(await twice.record(change), true, change);
  }
});

for (const change of LEFT_TO_THE_WHOLE) {
  Deno.test(`what is not plain is left to the whole script: ${change}`, async () => {
    await using root = await temporaryFolder();
    await begun(root, REPOSITORY);
    await using twice = new Twice(root.path);
    await twice.record("the first");
    await shell(twice.folder, "echo plain >plain");
    assert.equal(await twice.record("a plain one"), true);
    await shell(twice.folder, change);
    assert.equal(await twice.record(change), false);
  });
}

Deno.test("a folder without a repository, and a part of one, are recorded alike", async () => {
  await using root = await temporaryFolder();
  await begun(root, "echo a >a; mkdir d; echo b >d/b");
  await using twice = new Twice(root.path);
  await twice.record("the first");
  await shell(twice.folder, "echo c >d/c; echo x >>a; rm d/b");
  assert.equal(await twice.record("without a repository"), true);
  await shell(root.path, "git init -q; echo work >.gitignore");
  await shell(twice.folder, "echo more >>a");
  assert.equal(await twice.record("ignored by a repository further up"), false);
  await shell(root.path, "rm .gitignore");
  await shell(twice.folder, "echo more >>a");
  twice.beginRun();
  assert.equal(await twice.record("a part of a repository"), false);
  await shell(twice.folder, "echo more >>a");
  assert.equal(await twice.record("a part of it again"), true);
  await shell(root.path, "echo work >.gitignore");
  await shell(twice.folder, "echo more >>a");
  assert.equal(await twice.record("ignored once more"), false);
});

Deno.test("a sparse checkout and an index of long names are recorded alike", async () => {
  await using root = await temporaryFolder();
  await begun(
    root,
    `git init -q --object-format=sha256; git config user.name P; git config user.email p@x
     mkdir near far; echo n >near/n; echo f >far/f; git add -A; git commit -qm all; git sparse-checkout set --cone near >/dev/null 2>&1`,
  );
  await using twice = new Twice(root.path);
  await twice.record("the first");
  await shell(twice.folder, "echo more >>near/n; mkdir far; echo mine >far/f; echo g >far/g");
  assert.equal(await twice.record("in and out of it"), true);
});

Deno.test("permissions that change within the second are found in the short way, too", async () => {
  await using root = await temporaryFolder();
  await begun(
    root,
    `${REPOSITORY}; echo s >s; chmod 600 s; echo t >t; git add -A; git commit -qm s`,
  );
  await using twice = new Twice(root.path);
  await twice.record("the first");
  await shell(twice.folder, "echo 2 >s; echo 2 >t; echo 2 >a.txt");
  assert.equal(await twice.record("three of them"), true);
  await shell(twice.folder, "chmod 644 s; chmod 640 t; echo beside >b");
  assert.equal(await twice.record("permissions of two, and another file"), true);
  await shell(twice.folder, "rm s; chmod 600 t");
  assert.equal(await twice.record("one gone, and permissions of the other"), true);
});

Deno.test("permissions are asked for until a change of them would have a later second", async () => {
  await using root = await temporaryFolder();
  await begun(root, REPOSITORY);
  let aheadMs = 0;
  const now = (): Date => new Date(Date.now() + aheadMs);
  await using workspace = localWorkspace(`${root.path}/store`, { now });
  const folder = `${root.path}/work`;
  const recent = `${root.path}/store/${folder.replaceAll("/", "_")}/root.recent`;
  const look = async (): Promise<string> => {
    const result = await workspace.snapshot(folder);
    assert.ok(result.type === "taken");
    return result.snapshot.id;
  };
  const first = await look();
  assert.equal(await look(), first);
  assert.notEqual(await Deno.readTextFile(recent), "", "nobody has looked for long enough");
  await shell(folder, "echo two >a.txt");
  const second = await look();
  assert.notEqual(second, first);
  aheadMs = 10_000;
  assert.equal(await look(), second);
  assert.notEqual(await Deno.readTextFile(recent), "", "an earlier record was looked at before");
  aheadMs = 20_000;
  assert.equal(await look(), second);
  assert.equal(await Deno.readTextFile(recent), "");
  await delay(1_100);
  await shell(folder, "chmod 640 a.txt");
  assert.notEqual(await look(), second);
});

Deno.test({
  name: "the short way is taken in busybox's shell and with its tools, too",
  ignore: !isInstalled("busybox"),
}, async () => {
  await using root = await temporaryFolder();
  await begun(root, REPOSITORY);
  await using twice = new Twice(root.path, { shell: ["busybox", "sh"] });
  await twice.record("the first");
  await shell(twice.folder, "echo 2 >a.txt; chmod 600 a.txt; rm src/b.txt; ln -s a.txt link");
  assert.equal(await twice.record("a few changes"), true);
  await shell(twice.folder, "echo 3 >>a.txt; chmod 640 a.txt; echo sp >'with space'");
  assert.equal(await twice.record("a few more"), true);
});

Deno.test("a short record that was cut is made anew", async () => {
  await using root = await temporaryFolder();
  await shell(
    root.path,
    `mkdir bin; cat >bin/git <<'SH'
#!/bin/sh
case "$*" in write-tree*) if [ -e ../cut ]; then rm ../cut; kill -9 $PPID; exit 1; fi ;; esac
PATH=\${PATH#*:} exec git "$@"
SH
     chmod +x bin/git`,
  );
  await begun(root, REPOSITORY);
  const variables = { PATH: `${root.path}/bin:${Deno.env.get("PATH")}` };
  await using twice = new Twice(root.path, { variables });
  await twice.record("the first");
  await shell(twice.folder, "echo 2 >a.txt; chmod 600 a.txt; touch ../cut");
  // All of the folder is looked at anew.
  assert.equal(await twice.record("cut", ["root.modes"]), false);
});

for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
  Deno.test(`random changes are recorded alike: ${seed}`, async () => {
    const dice = new Dice(seed + 1_000);
    await using root = await temporaryFolder();
    await begun(root, `${seed % 3 === 0 ? ":" : REPOSITORY}; ${randomChanges(dice, 8)}`);
    await using twice = new Twice(root.path);
    await twice.record(`seed ${seed}, the first`);
    for (let step = 1; step <= 6; step++) {
      await shell(twice.folder, randomChanges(dice, 1 + dice.below(3)));
      await twice.record(`seed ${seed}, step ${step}`);
    }
  });
}
