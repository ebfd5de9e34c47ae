/** What git ignores, keeps all the same, or ignores no more: what of it belongs to a run's record. */
import assert from "node:assert/strict";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import { everythingIn, localWorkspace, shell, taken } from "./local_workspace.ts";

const REPOSITORY = `git init -q .; git config user.name P; git config user.email p@x
echo a >a.txt; printf 'build/\\n' >.gitignore; git add -A; git commit -qm first`;

/** What happens between two runs, what the second one does, and what is told of it. */
interface Case {
  readonly name: string;
  readonly before: string;
  readonly between: string;
  readonly run: string;
  /** `kind path`. */
  readonly told: readonly string[];
}

const CASES: readonly Case[] = [
  {
    name: "is added to git",
    before: `${REPOSITORY}; mkdir build; echo 1 >build/x`,
    between: "git add -f build/x; git commit -qm forced",
    run: "echo 2 >>build/x; echo n >build/n",
    told: ["update build/x"],
  },
  {
    name: "is added to git, and more is changed",
    before: `${REPOSITORY}; mkdir build; echo 1 >build/x`,
    between: "git add -f build/x; git commit -qm forced; echo b >b.txt",
    run: "rm build/x",
    told: ["delete build/x"],
  },
  {
    name: "comes with another branch",
    before:
      `${REPOSITORY}; git checkout -qb other; mkdir build; echo 1 >'build/odd [x]'; git add -f build; git commit -qm forced; git checkout -q master`,
    between: "git checkout -q other",
    run: "echo 2 >>'build/odd [x]'",
    told: ["update build/odd [x]"],
  },
  {
    name: "is added to git in a repository inside",
    before: `${REPOSITORY}; git init -q lib; cd lib; echo '*.o' >.gitignore; echo 1 >x.o`,
    between: "git -C lib add -f x.o",
    run: "echo 2 >>lib/x.o; echo 2 >lib/y.o",
    told: ["update lib/x.o"],
  },
  {
    name: "is ignored no more by the repository's own rules",
    before: `${REPOSITORY}; echo private >.git/info/exclude; echo 1 >private`,
    between: ": >.git/info/exclude",
    run: "echo 2 >>private",
    told: ["update private"],
  },
  {
    name: "is ignored no more by the person's rules",
    before: `${REPOSITORY}; echo private >../rules; git config core.excludesFile ../rules
      echo 1 >private`,
    between: "git config --unset core.excludesFile",
    run: "echo 2 >>private",
    told: ["update private"],
  },
];

for (const { name, before, between, run, told } of CASES) {
  Deno.test(`what git ignores and ${name} between two runs belongs to the second`, async () => {
    await using root = await temporaryFolder();
    const work = `${root.path}/work`;
    await Deno.mkdir(work);
    await shell(work, before);
    await using workspace = localWorkspace(`${root.path}/store`);
    const first = await taken(workspace, work);
    await taken(workspace, work, first);
    await shell(work, between);
    const was = await everythingIn(work);
    const begun = await taken(workspace, work);
    await shell(work, run);
    const ended = await taken(workspace, work, begun);
    const changes = await workspace.changes(begun, ended);
    assert.deepEqual(changes.map(({ kind, path }) => `${kind} ${path}`), told);
    assert.equal((await workspace.carry(ended, begun)).type, "carried");
    const now = await everythingIn(work);
    for (const path of Object.keys(was)) assert.equal(now[path], was[path], path);
  });
}

for (
  const [rules, before, run] of [
    [
      "the repository's own rules",
      `${REPOSITORY}; echo private >.git/info/exclude`,
      ": >.git/info/exclude",
    ],
    [
      "the person's rules",
      `${REPOSITORY}; echo private >../rules; git config core.excludesFile ../rules`,
      "git config --unset core.excludesFile",
    ],
    [
      "the ignored file, by adding it to git",
      `${REPOSITORY}; echo private >>.gitignore`,
      "git add -f private",
    ],
  ] as const
) {
  Deno.test(`a run that changes ${rules} is taken back without a file that was there before`, async () => {
    await using root = await temporaryFolder();
    const work = `${root.path}/work`;
    await Deno.mkdir(work);
    await shell(work, `${before}; echo secret >private`);
    await using workspace = localWorkspace(`${root.path}/store`);
    const begun = await taken(workspace, work);
    await shell(work, `${run}; echo n >n`);
    const ended = await taken(workspace, work, begun);
    assert.deepEqual((await workspace.changes(begun, ended)).map(({ path }) => path), ["n"]);
    assert.equal((await workspace.carry(ended, begun)).type, "carried");
    assert.equal(await Deno.readTextFile(`${work}/private`), "secret\n");
    const next = await taken(workspace, work);
    await shell(work, "echo next >private");
    const changes = await workspace.changes(next, await taken(workspace, work, next));
    assert.deepEqual(changes.map(({ kind, path }) => `${kind} ${path}`), ["update private"]);
  });
}

Deno.test("an undo that takes a rule away tells of no file that the rule hid", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await Deno.mkdir(work);
  await shell(work, REPOSITORY);
  await using workspace = localWorkspace(`${root.path}/store`);
  const begun = await taken(workspace, work);
  await shell(work, "echo modules/ >>.gitignore; mkdir modules; echo 1 >modules/a; echo 1 >>a.txt");
  const ended = await taken(workspace, work, begun);
  for (const [from, to] of [[ended, begun], [begun, ended], [ended, begun]] as const) {
    const carried = await workspace.carry(from, to);
    assert.ok(carried.type === "carried", JSON.stringify(carried));
    assert.deepEqual(carried.files.map(({ path }) => path), [".gitignore", "a.txt"]);
  }
  assert.equal(await Deno.readTextFile(`${work}/modules/a`), "1\n");
  // From the next request on they belong to it, as all do that nothing hides.
  const next = await taken(workspace, work);
  await shell(work, "echo 2 >>modules/a");
  const changes = await workspace.changes(next, await taken(workspace, work, next));
  assert.deepEqual(changes.map(({ kind, path }) => `${kind} ${path}`), ["update modules/a"]);
});

/** A run that is recorded after each of its rounds, and what is told of all of it each time. */
interface Rounds {
  readonly name: string;
  readonly before: string;
  /** What a round does, and `kind path` of what is told behind it. */
  readonly rounds: readonly (readonly [does: string, ...told: string[]])[];
  /** A path that cannot be taken back, as something that no record has is in its place. */
  readonly inTheWay?: string;
}

const BUILT = `${REPOSITORY}; mkdir build; echo 1 >build/x`;
const KEPT = `${BUILT}; git add -f build/x; git commit -qm kept`;
const INSIDE = `${REPOSITORY}; mkdir lib; cd lib; git init -q .; echo 1 >y`;
const MORE = "echo 3 >>a.txt";

const ROUNDS: readonly Rounds[] = [
  {
    name: "the rules cease to ignore something",
    before: BUILT,
    rounds: [
      [": >.gitignore", "update .gitignore"],
      [MORE, "update .gitignore", "update a.txt"],
      ["echo 4 >>a.txt", "update .gitignore", "update a.txt"],
    ],
  },
  {
    name: "the rules are gone, and something large was ignored",
    before: `${BUILT}; head -c 200000 /dev/zero >build/large`,
    rounds: [
      ["rm .gitignore", "delete .gitignore"],
      [MORE, "delete .gitignore", "update a.txt"],
    ],
  },
  {
    name: "the rules cease to ignore something in a folder without git",
    before: "echo private >.gitignore; echo 1 >private; echo a >a.txt",
    rounds: [
      [": >.gitignore", "update .gitignore"],
      [`${MORE}; echo 2 >>private`, "update .gitignore", "update a.txt"],
    ],
  },
  {
    name: "the rules of a repository inside are changed",
    before: `${INSIDE}; echo private >.gitignore; echo 1 >private`,
    rounds: [
      [": >lib/.gitignore", "update lib/.gitignore"],
      [`${MORE}; echo 2 >lib/z`, "update a.txt", "update lib/.gitignore", "add lib/z"],
    ],
  },
  {
    name: "a repository inside loses its rules with its .git",
    before: `${INSIDE}; echo private >.git/info/exclude; echo 1 >private`,
    rounds: [
      ["rm -rf lib/.git"],
      [`${MORE}; echo 2 >lib/z`, "update a.txt", "add lib/z"],
      ["echo 4 >>lib/y", "update a.txt", "update lib/y", "add lib/z"],
    ],
  },
  {
    name: "a repository in one inside loses its rules with its .git",
    before:
      `${INSIDE}; mkdir in; cd in; git init -q .; echo private >.git/info/exclude; echo 1 >private`,
    rounds: [["rm -rf lib/in/.git"], [MORE, "update a.txt"]],
  },
  {
    name: "a repository inside loses its .git, which kept what is ignored",
    before: `${INSIDE}; echo '*.o' >.gitignore; echo 1 >x.o; git add -f x.o`,
    rounds: [["rm -rf lib/.git"], [MORE, "update a.txt"]],
  },
  {
    name: "what is ignored and kept is gone, and made again",
    before: KEPT,
    rounds: [
      ["rm build/x", "delete build/x"],
      ["mkdir -p build; echo 2 >build/x", "update build/x"],
      [MORE, "update a.txt", "update build/x"],
    ],
  },
  {
    name: "what is ignored and kept is gone, and comes back as it was",
    before: KEPT,
    rounds: [["rm build/x", "delete build/x"], ["git checkout -q build/x"]],
  },
  {
    name: "what is ignored and kept is replaced by a folder",
    before: KEPT,
    rounds: [
      ["rm build/x", "delete build/x"],
      ["mkdir -p build/x; echo 2 >build/x/y", "delete build/x"],
    ],
    // Nothing records what is in it, which may be the person's.
    inTheWay: "build/x",
  },
];

for (const { name, before, rounds, inTheWay } of ROUNDS) {
  Deno.test(`a run in rounds is told and taken back: ${name}`, async () => {
    await using root = await temporaryFolder();
    const work = `${root.path}/work`;
    await Deno.mkdir(work);
    await shell(work, before);
    const was = await everythingIn(work);
    await using workspace = localWorkspace(`${root.path}/store`);
    const begun = await taken(workspace, work);
    let ended = begun;
    for (const [does, ...told] of rounds) {
      await shell(work, does);
      ended = await taken(workspace, work, begun);
      const changes = await workspace.changes(begun, ended);
      assert.deepEqual(changes.map(({ kind, path }) => `${kind} ${path}`), told, does);
    }
    const carried = await workspace.carry(ended, begun);
    if (inTheWay !== undefined) {
      const overlaps = [{ path: inTheWay, why: "in-the-way" }];
      assert.deepEqual(carried, { type: "overlaps", overlaps });
      return;
    }
    const now = await everythingIn(work);
    const unrecorded = /private$/;
    for (const path of Object.keys(was)) {
      if (unrecorded.test(path)) assert.ok(path in now, path);
      else assert.equal(now[path], was[path], path);
    }
  });
}

Deno.test("a folder of the program that git keeps belongs to no record", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await Deno.mkdir(work);
  await shell(
    work,
    `${REPOSITORY}; mkdir -p .codex/skills; echo 1 >.codex/config.toml; echo 1 >.codex/skills/s; chmod 600 .codex/config.toml
     echo config.toml >>.git/info/exclude; git add -Af; git commit -qm dotfiles`,
  );
  await using workspace = localWorkspace(`${root.path}/store`, { excluded: [`${work}/.codex`] });
  const begun = await taken(workspace, work);
  await shell(
    work,
    "echo 2 >>.codex/config.toml; chmod 640 .codex/config.toml; rm .codex/skills/s; echo n >n",
  );
  const ended = await taken(workspace, work, begun);
  assert.deepEqual((await workspace.changes(begun, ended)).map(({ path }) => path), ["n"]);
  assert.equal((await workspace.carry(ended, begun)).type, "carried");
  assert.equal(await Deno.readTextFile(`${work}/.codex/config.toml`), "1\n2\n");
});
