import assert from "node:assert/strict";
import { namesIn, temporaryFolder } from "../../../support/temporary_folder.ts";
import { writeProgram } from "../../../support/write_program.ts";
import { RecordGoneError } from "../../../../src/core/workspace/workspace.ts";
import { everythingIn, git, localWorkspace, shell, taken } from "./local_workspace.ts";

/** How the folder is before the run, what the run does, and what is told of it. */
interface State {
  readonly name: string;
  readonly before: string;
  readonly run: string;
  /** `kind path`, sorted. */
  readonly told: readonly string[];
}

const REPOSITORY = `git init -q .; git config user.name P; git config user.email p@x
printf 'one\\ntwo\\nthree\\n' >a.txt; mkdir src; echo x >src/b.txt; chmod 755 src/b.txt
printf '*.log\\nbuild/\\n' >.gitignore; git add -A; git commit -qm first`;

const STATES: readonly State[] = [
  {
    name: "a shell command, a new file and a deleted one",
    before: REPOSITORY,
    run: "sed -i s/two/2/ a.txt; echo new >src/new.txt; rm src/b.txt; echo log >x.log",
    told: ["delete src/b.txt", "update a.txt", "add src/new.txt"],
  },
  {
    name: "a commit, and another branch",
    before: REPOSITORY,
    run:
      "echo c >c.txt; git add -A; git commit -qm second; git checkout -qb other; echo d >d.txt; git add d.txt; git commit -qm third; git checkout -q master; rm a.txt",
    told: ["delete a.txt", "add c.txt"],
  },
  {
    name: "a tree with staged, unstaged and untracked work",
    before:
      `${REPOSITORY}; echo staged >s.txt; git add s.txt; echo more >>s.txt; echo loose >u.txt; git rm -q --cached src/b.txt`,
    run: "echo run >>s.txt; rm u.txt; echo x >>src/b.txt",
    told: ["update s.txt", "update src/b.txt", "delete u.txt"],
  },
  {
    name: "no git",
    before: "echo a >a; mkdir d; echo b >d/b",
    run: "echo c >d/c; echo x >>a",
    told: ["update a", "add d/c"],
  },
  {
    name: "no commit yet",
    before: "git init -q .; echo a >a; git add a; echo b >b",
    run: "rm b; echo y >>a",
    told: ["update a", "delete b"],
  },
  { name: "an empty folder", before: ":", run: "echo a >a", told: ["add a"] },
  {
    name: "a repository without files",
    before: "git init -q .",
    run: "mkdir -p a/b; echo a >a/b/c",
    told: ["add a/b/c"],
  },
  {
    name: "links, permissions and kinds",
    before:
      `${REPOSITORY}; ln -s a.txt link; echo k >kind; chmod 600 a.txt; mkdir dir; echo i >dir/i; chmod 664 dir/i`,
    run:
      "sleep 1.1; rm link; ln -s src link; rm kind; mkdir kind; echo z >kind/z; chmod 640 a.txt; rm -r dir; echo f >dir; chmod +x .gitignore",
    told: [
      "update .gitignore",
      "update a.txt",
      "add dir",
      "delete dir/i",
      "delete kind",
      "add kind/z",
      "update link",
    ],
  },
  {
    name: "odd names",
    before:
      `${REPOSITORY}; echo 1 >'with space'; echo 2 >'-dash'; echo 3 >'한글.txt'; printf 4 >"$(printf 'new\\nline')"; echo 5 >'"quoted"'; echo 6 >'a\\b'; mkdir ':(glob)'; echo 7 >':(glob)/*'`,
    run:
      `for each in *; do [ -f "$each" ] && echo more >>"$each"; done; rm -- -dash; echo t >"$(printf 'tab\\there')"`,
    told: [
      "delete -dash",
      'update "quoted"',
      "update a.txt",
      "update a\\b",
      "update new\nline",
      "add tab\there",
      "update with space",
      "update 한글.txt",
    ],
  },
  {
    name: "attributes that would change what git keeps",
    before: `${REPOSITORY}; printf '* text=auto\\n*.bin filter=evil\\n*.id ident\\n' >.gitattributes
      git config filter.evil.clean 'touch /tmp/never; cat'; git config filter.evil.smudge 'touch /tmp/never; cat'
      printf 'a\\r\\nb\\r\\n' >crlf.txt; printf '\\0\\1' >x.bin; echo '$Id$' >y.id; git -c filter.evil.clean=cat add -A; git -c filter.evil.clean=cat commit -qm attributes`,
    run: "printf 'a\\r\\nc\\n' >crlf.txt; printf '\\0\\2\\3' >x.bin; echo '$Id: x $' >y.id",
    told: ["update crlf.txt", "update x.bin", "update y.id"],
  },
  {
    name: "nested repositories and submodules",
    before:
      `${REPOSITORY}; git init -q nested; echo n >nested/n; git init -q empty; echo e >empty/e; git init -q ../module; (cd ../module; echo m >m; git add m; git -c user.name=P -c user.email=p@x commit -qm m)
      git -c protocol.file.allow=always submodule --quiet add ../module module; git commit -qm submodule`,
    run:
      "echo x >>nested/n; echo y >nested/new; echo z >>module/m; (cd module; git -c user.name=P -c user.email=p@x commit -qam run); rm empty/e; echo r >>a.txt",
    told: [
      "update a.txt",
      "delete empty/e",
      "update module/m",
      "update nested/n",
      "add nested/new",
    ],
  },
  {
    name: "a sparse checkout and files that git was told not to look at",
    before:
      `${REPOSITORY}; mkdir far; echo f >far/f; git add -A; git commit -qm far; git sparse-checkout set --no-cone /a.txt /src/ ; git update-index --assume-unchanged a.txt`,
    run: "echo x >>a.txt; echo y >>src/b.txt",
    told: ["update a.txt", "update src/b.txt"],
  },
  {
    name: "ignored files that git has all the same",
    before:
      `${REPOSITORY}; mkdir build; echo o >build/o; git add -f build/o; git commit -qm forced; printf '* text=auto\\n' >.gitattributes`,
    run: "echo x >>build/o; echo new >build/new",
    told: ["update build/o"],
  },
  {
    name: "a conflict that is not settled yet",
    before:
      `${REPOSITORY}; git checkout -qb one; echo 1 >a.txt; git commit -qam 1; git checkout -q master; echo 2 >a.txt; git commit -qam 2; git merge -q one >/dev/null || true`,
    run: "echo settled >a.txt; git add a.txt",
    told: ["update a.txt"],
  },
];

for (const { name, before, run, told } of STATES) {
  Deno.test(`a run is told and taken back: ${name}`, async () => {
    await using root = await temporaryFolder();
    const folder = `${root.path}/work`;
    await Deno.mkdir(folder);
    await shell(folder, before);
    const repository = await exists(`${folder}/.git`);
    const known = repository ? await git(folder, "status", "--porcelain", "-uall") : "";
    const was = await everythingIn(folder);
    await using workspace = localWorkspace(`${root.path}/store`);
    const first = await taken(workspace, folder);
    if (repository) assert.equal(await git(folder, "status", "--porcelain", "-uall"), known);
    assert.deepEqual(await everythingIn(folder), was);
    await shell(folder, run);
    const done = await everythingIn(folder);
    const last = await taken(workspace, folder);
    const changes = await workspace.changes(first, last);
    const kinds = changes.map(({ kind, path, formerPath }) =>
      formerPath === undefined ? `${kind} ${path}` : `${kind} ${formerPath} ${path}`
    );
    assert.deepEqual(kinds.sort(), [...told].sort());
    const undone = await workspace.carry(last, first);
    assert.equal(undone.type, "carried", JSON.stringify(undone));
    const ignored = (files: Record<string, string>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(files).filter(([path]) => !/\.log$|^build\/new$/.test(path)),
      );
    assert.deepEqual(ignored(await everythingIn(folder)), ignored(was));
    assert.ok(undone.type === "carried");
    const redone = await workspace.carry(first, last);
    assert.equal(redone.type, "carried", JSON.stringify(redone));
    assert.deepEqual(await everythingIn(folder), done);
  });
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

Deno.test("later edits stay, merged where they do not meet the run's", async () => {
  await using root = await temporaryFolder();
  const { path: folder } = root;
  const work = `${folder}/work`;
  await Deno.mkdir(work);
  await shell(work, `${REPOSITORY}; seq 1 30 >numbers; git add -A; git commit -qm numbers`);
  await using workspace = localWorkspace(`${folder}/store`);
  const before = await taken(workspace, work);
  await shell(
    work,
    "sed -i 's/^3$/three/' numbers; echo run >run.txt; rm a.txt; echo b >>src/b.txt",
  );
  const after = await taken(workspace, work);
  await shell(work, "sed -i 's/^28$/late/' numbers; echo mine >mine.txt; rm run.txt");
  const undone = await workspace.carry(after, before);
  assert.ok(undone.type === "carried", JSON.stringify(undone));
  const numbers = (await Deno.readTextFile(`${work}/numbers`)).split("\n");
  assert.equal(numbers[2], "3");
  assert.equal(numbers[27], "late");
  assert.deepEqual(
    Object.keys(await everythingIn(work)).sort(),
    [".gitignore", "a.txt", "mine.txt", "numbers", "src/b.txt"],
  );
  assert.equal((await workspace.carry(after, before)).type, "nothing");
});

Deno.test("files whose names are no UTF-8 and read alike are each told, and shown", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await Deno.mkdir(work);
  const [one, other, last] = ["\\307\\321", "\\261\\333", "\\260\\241"].map((name) =>
    `"$(printf '${name}.txt')"`
  );
  await shell(work, `echo one >${one}; echo other >${other}; echo 1 >한글.txt; echo 1 >b.txt`);
  await using workspace = localWorkspace(`${root.path}/store`);
  const before = await taken(workspace, work);
  await shell(
    work,
    `echo more >>${one}; rm ${other}; echo new >${last}; echo 2 >>한글.txt; echo 2 >>b.txt`,
  );
  const after = await taken(workspace, work, before);
  const changes = await workspace.changes(before, after);
  assert.deepEqual(changes.map(({ kind, path }) => `${kind} ${path}`).sort(), [
    "add \ufffd\ufffd.txt",
    "delete \ufffd\ufffd.txt",
    "update b.txt",
    "update \ud55c\uae00.txt",
    "update \ufffd\ufffd.txt",
  ]);
  for (const applicable of [false, true]) {
    const { text } = await workspace.patch(before, after, {
      paths: changes.map(({ path }) => path).filter((path) => path !== "b.txt"),
      mostBytes: 100_000,
      ...(applicable ? { applicable } : {}),
    });
    const lines = text.split("\n").filter((line) => /^[+-][^+-]/.test(line));
    assert.deepEqual(lines.sort(), ["+2", "+more", "+new", "-other"], text);
  }
});

Deno.test("permissions are told as they were and are", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await Deno.mkdir(work);
  const changes: readonly (readonly [string, string])[] = [
    ["711", "755"],
    ["755", "700"],
    ["700", "755"],
    ["600", "644"],
    ["644", "600"],
    ["4755", "755"],
    ["755", "644"],
    ["700", "600"],
  ];
  await shell(work, changes.map(([mode], name) => `: >${name}; chmod ${mode} ${name}`).join("\n"));
  await using workspace = localWorkspace(`${root.path}/store`);
  const first = await taken(workspace, work);
  await shell(work, changes.map(([, mode], name) => `chmod ${mode} ${name}`).join("\n"));
  const told = await workspace.changes(first, await taken(workspace, work, first));
  assert.deepEqual(
    told.map(({ mode }) => [mode?.before, mode?.after]),
    changes,
  );
});

Deno.test("what overlaps is named file by file, and nothing is written", async () => {
  await using root = await temporaryFolder();
  const { path: folder } = root;
  const work = `${folder}/work`;
  await Deno.mkdir(work);
  await shell(
    work,
    `${REPOSITORY}; echo gone >gone; echo link >link; head -c 200000 /dev/zero >large`,
  );
  await using workspace = localWorkspace(`${folder}/store`);
  const before = await taken(workspace, work);
  assert.equal(before.withoutContent, 1);
  await shell(
    work,
    "sed -i s/two/run/ a.txt; echo x >>gone; rm link; echo f >new; echo y >>large; echo b >>src/b.txt",
  );
  const after = await taken(workspace, work);
  const large = (await workspace.changes(before, after)).find(({ path }) => path === "large");
  assert.deepEqual(large, {
    path: "large",
    kind: "update",
    size: { before: 200_000, after: 200_002 },
    withoutContent: true,
  });
  await shell(
    work,
    "sed -i s/run/mine/ a.txt; rm gone; ln -s a.txt link; rm new; mkdir new; echo z >new/z",
  );
  const was = await everythingIn(work);
  const undone = await workspace.carry(after, before);
  assert.ok(undone.type === "overlaps", JSON.stringify(undone));
  const named = undone.overlaps.map(({ path, why }) => `${path} ${why}`).sort();
  assert.deepEqual(named, [
    "a.txt same-lines",
    "gone replaced",
    "large without-content",
    "link replaced",
  ]);
  assert.deepEqual(await everythingIn(work), was);
});

Deno.test("a file that git keeps, and that is too large for a record, is not told as gone while it is there", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await Deno.mkdir(work);
  await shell(
    work,
    `${REPOSITORY}; head -c 200000 /dev/zero >large; git add large; git commit -qm l`,
  );
  await using workspace = localWorkspace(`${root.path}/store`);
  const before = await taken(workspace, work);
  await shell(work, "rm large");
  const after = await taken(workspace, work, before);
  assert.equal((await workspace.carry(after, before)).type, "carried");
  assert.equal((await Deno.stat(`${work}/large`)).size, 200_000);
  assert.deepEqual(await workspace.carry(before, after), {
    type: "overlaps",
    overlaps: [{ path: "large", why: "without-content" }],
  });
  await shell(work, "rm large");
  assert.equal((await workspace.carry(before, after)).type, "nothing");
});

for (
  const [what, run] of [
    ["is removed", "rm -rf .git; echo 2 >>b.txt"],
    ["is removed, and nothing else happens", "rm -rf .git"],
    ["is begun anew", "rm -rf .git; git init -q .; echo 2 >>b.txt; echo 2 >>src/b.txt"],
    ["inside is removed", "rm -rf lib/.git; echo 2 >>lib/one; echo 2 >>b.txt"],
  ] as const
) {
  Deno.test(`where a repository ${what} in a run, its loss is told, and the next run is recorded`, async () => {
    await using root = await temporaryFolder();
    const work = `${root.path}/work`;
    await Deno.mkdir(work);
    await shell(
      work,
      `${REPOSITORY}; echo b >b.txt; git add -A; git commit -qm b; git init -q lib; cd lib
       echo 1 >one; echo 2 >two; git add -A; git -c user.name=P -c user.email=p@x commit -qm lib`,
    );
    await using workspace = localWorkspace(`${root.path}/store`);
    const begun = await taken(workspace, work);
    await shell(work, run);
    const ended = await taken(workspace, work, begun);
    if (run.includes(">>")) {
      await assert.rejects(workspace.changes(begun, ended), RecordGoneError);
    }
    const was = await everythingIn(work);
    const next = await taken(workspace, work);
    await shell(work, "echo next >>b.txt; echo next >>src/b.txt; rm lib/two");
    const after = await taken(workspace, work, next);
    const changes = await workspace.changes(next, after);
    const told = changes.map(({ kind, path }) => `${kind} ${path}`);
    assert.deepEqual(told, ["update b.txt", "delete lib/two", "update src/b.txt"]);
    assert.equal((await workspace.carry(after, next)).type, "carried");
    assert.deepEqual(await everythingIn(work), was);
  });
}

Deno.test("a file that cannot be written leaves all as it was", async () => {
  await using root = await temporaryFolder();
  const work = `${root.path}/work`;
  await Deno.mkdir(`${work}/closed`, { recursive: true });
  await shell(work, "echo a >a; echo c >closed/c");
  await using workspace = localWorkspace(`${root.path}/store`);
  const before = await taken(workspace, work);
  await shell(work, "echo run >a; rm -r closed; echo in-the-way >closed");
  const after = await taken(workspace, work);
  await shell(work, "rm closed; mkdir closed; echo c >closed/c; mkdir -p a.d; echo mine >a.d/x");
  const was = await everythingIn(work);
  // The deletion of a file where a folder is now: git cannot bring it about.
  const undone = await workspace.carry(before, after);
  assert.notEqual(undone.type, "nothing");
  if (undone.type !== "carried") assert.deepEqual(await everythingIn(work), was);
});

Deno.test("what is not recorded is said", async () => {
  await using root = await temporaryFolder();
  const { path: folder } = root;
  await shell(
    folder,
    "git init -q --bare bare; git init -q r; mkdir many; cd many; for i in 1 2 3 4 5; do echo $i >$i; done",
  );
  await using workspace = localWorkspace(`${folder}/store`, { limits: { mostFiles: 4 } });
  const reason = async (name: string, where = workspace): Promise<string> => {
    const result = await where.snapshot(`${folder}/${name}`);
    return result.type === "refused" ? result.reason : result.type;
  };
  assert.equal(await reason("bare"), "git-folder");
  assert.equal(await reason("r/.git"), "git-folder");
  assert.equal(await reason("nowhere"), "missing");
  assert.equal(await reason("many"), "too-many-files");
  await using small = localWorkspace(`${folder}/store2`, { limits: { mostBytes: 5 } });
  assert.equal(await reason("many", small), "too-many-bytes");
});

Deno.test("a part of a repository is recorded by the repository's rules", async () => {
  await using root = await temporaryFolder();
  const { path: folder } = root;
  await shell(
    folder,
    "mkdir -p r/part r/other; cd r; git init -q; echo '*.log' >.gitignore; echo a >part/a; echo o >other/o",
  );
  await using workspace = localWorkspace(`${folder}/store`);
  const before = await taken(workspace, `${folder}/r/part`);
  await shell(`${folder}/r`, "echo x >part/x; echo l >part/l.log; echo o >>other/o");
  const after = await taken(workspace, `${folder}/r/part`);
  const changes = await workspace.changes(before, after);
  assert.deepEqual(changes.map(({ path, kind }) => `${kind} ${path}`), ["add part/x"]);
  const { text } = await workspace.patch(before, after, { mostBytes: 10_000 });
  assert.match(text, /^diff --git a\/part\/x b\/part\/x/);
});

Deno.test("a folder that a repository further up ignores has nothing to do with it", async () => {
  await using root = await temporaryFolder();
  const { path: folder } = root;
  await shell(
    folder,
    "git init -q; echo out >.gitignore; echo a >a; git add -A; mkdir -p out/.git; echo b >out/b",
  );
  await using workspace = localWorkspace(`${folder}/store`);
  const before = await taken(workspace, `${folder}/out`);
  assert.equal(before.repository, false);
  await shell(`${folder}/out`, "echo x >>b; echo c >c");
  const after = await taken(workspace, `${folder}/out`);
  const changes = await workspace.changes(before, after);
  assert.deepEqual(changes.map(({ path, kind }) => `${kind} ${path}`), ["update b", "add c"]);
});

Deno.test("a folder is located: its links followed, its repository found", async () => {
  await using root = await temporaryFolder();
  const folder = await Deno.realPath(root.path);
  await shell(folder, "mkdir -p r/part plain; git init -q r; ln -s r/part link");
  await using workspace = localWorkspace(`${folder}/store`);
  const top = `${folder}/r`;
  assert.deepEqual(await workspace.locate(`${folder}/link`), { path: `${top}/part`, top });
  assert.deepEqual(await workspace.locate(top), { path: top, top });
  assert.equal((await workspace.locate(`${folder}/plain`))?.path, `${folder}/plain`);
  assert.equal(await workspace.locate(`${folder}/nowhere`), undefined);
});

Deno.test("old records are deleted, which is said, and so are the stores of folders that are gone", async () => {
  await using root = await temporaryFolder();
  const folder = await Deno.realPath(root.path);
  await shell(folder, "mkdir -p work other; echo a >work/a; echo o >other/o");
  const store = `${folder}/store`;
  await using keeping = localWorkspace(store);
  await taken(keeping, `${folder}/other`);
  const before = await taken(keeping, `${folder}/work`);
  await shell(folder, "echo b >work/b");
  const after = await taken(keeping, `${folder}/work`);
  const undone = await keeping.carry(after, before);
  assert.equal(undone.type, "carried", JSON.stringify(undone));
  await using workspace = localWorkspace(store, { limits: { keptMs: 1 } });
  // Records are as old as whole seconds.
  await shell(folder, "sleep 2; rm -r other; echo c >work/c");
  await taken(workspace, `${folder}/work`);
  // Waits for what deletes them.
  await assert.rejects(workspace.changes(before, after), /were deleted/);
  const gone = await workspace.carry(after, before);
  assert.deepEqual(gone.type === "failed" && gone.reason, "gone");
  const stores = namesIn(store);
  assert.deepEqual(stores.filter((name) => name.endsWith("_other")), []);
  assert.equal(stores.filter((name) => name.endsWith("_work")).length, 1);
});

Deno.test("records are deleted once nobody is likely to wait, or not at all", async () => {
  for (const rested of [true, false]) {
    await using root = await temporaryFolder();
    const folder = await Deno.realPath(root.path);
    await shell(folder, "mkdir work; echo a >work/a");
    const rest = Promise.withResolvers<boolean>();
    const store = `${folder}/store`;
    await using workspace = localWorkspace(store, { rest: () => rest.promise });
    await taken(workspace, `${folder}/work`);
    await taken(workspace, `${folder}/work`);
    const [name = ""] = namesIn(store);
    // What deletes records notes first of which folder they are.
    const isPruned = (): boolean => namesIn(`${store}/${name}`).includes("folder");
    assert.equal(isPruned(), false);
    rest.resolve(rested);
    // Waits for what deletes them.
    await rest.promise;
    await taken(workspace, `${folder}/work`);
    assert.equal(isPruned(), rested);
  }
});

Deno.test("a store that is too large loses its older half", async () => {
  await using root = await temporaryFolder();
  const folder = await Deno.realPath(root.path);
  await shell(folder, "mkdir work");
  await using workspace = localWorkspace(`${folder}/store`, {
    limits: { keptMs: 10_000_000, largestStore: 200_000 },
  });
  const write = (name: string): Promise<void> =>
    shell(folder, `head -c 90000 /dev/urandom >work/${name}; rm -f work/x; sleep 1.1`);
  const snapshots = [];
  for (const name of ["x", "y", "z"]) {
    await write(name);
    snapshots.push(await taken(workspace, `${folder}/work`));
  }
  // Another process looks at it again.
  await using next = localWorkspace(`${folder}/store`, {
    limits: { keptMs: 10_000_000, largestStore: 200_000 },
  });
  await write("w");
  const last = await taken(next, `${folder}/work`);
  const [first] = snapshots;
  assert.ok(first !== undefined);
  await assert.rejects(next.changes(first, last), /were deleted/);
  // The newest one stays, however large it is.
  await shell(folder, "echo v >work/v");
  const later = await taken(next, `${folder}/work`);
  assert.deepEqual((await next.changes(last, later)).map(({ path }) => path), ["v"]);
});

/** Stands for git, and kills the script in the middle of what it writes: a file is done, one is half. */
const DEADLY_GIT = String.raw`#!/bin/sh
case "$*" in
  "checkout-index -f -z --stdin")
    names=$(tr '\0' '\n')
    printf '%s\0' "$(echo "$names" | sed -n 1p)" | "$REAL_GIT" "$@"
    head -c 2 "$(echo "$names" | sed -n 2p)" >"$HALF"
    mv "$HALF" "$(echo "$names" | sed -n 2p)"
    kill -9 $PPID ;;
  *) exec "$REAL_GIT" "$@" ;;
esac
`;

Deno.test("an undo that is killed has not begun, and is whole when it is tried again", async () => {
  await using root = await temporaryFolder();
  const folder = await Deno.realPath(root.path);
  await shell(
    folder,
    `mkdir -p work/d bin; cd work; ${REPOSITORY}
    for each in a b c d; do seq 100 >$each.txt; done; chmod 600 c.txt; echo gone >d/gone`,
  );
  const real = new TextDecoder().decode(
    (await new Deno.Command("sh", { args: ["-c", "command -v git"] }).output()).stdout,
  ).trim();
  await writeProgram(`${folder}/bin/git`, DEADLY_GIT);
  const work = `${folder}/work`;
  const store = `${folder}/store`;
  await using workspace = localWorkspace(store);
  const before = await taken(workspace, work);
  const first = await everythingIn(work);
  await shell(
    work,
    "for each in a b c d; do seq 50 >$each.txt; done; rm -r d; echo n >new.txt; ln -s a.txt link",
  );
  const after = await taken(workspace, work);
  const second = await everythingIn(work);
  await using killed = localWorkspace(store, {
    variables: {
      PATH: `${folder}/bin:${Deno.env.get("PATH") ?? ""}`,
      REAL_GIT: real,
      HALF: `${folder}/half`,
    },
  });
  assert.equal((await killed.carry(after, before)).type, "failed");
  assert.notDeepEqual(await everythingIn(work), second, "it was killed in the middle");
  // What a person does to one of the files before anybody looks stays.
  await Deno.writeTextFile(`${work}/d.txt`, "mine\n");
  await using next = localWorkspace(store);
  const now = await taken(next, work);
  const mine = { ...second, "d.txt": (await everythingIn(work))["d.txt"] };
  assert.deepEqual(await everythingIn(work), mine);
  assert.equal(now.top, work);
  await shell(work, "seq 50 >d.txt");
  const undone = await next.carry(after, before);
  assert.equal(undone.type, "carried", JSON.stringify(undone));
  assert.deepEqual(await everythingIn(work), first);
});
