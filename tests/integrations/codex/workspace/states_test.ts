/**
 * A run in a folder of every kind: it is told as it was, taken back and brought again byte for byte,
 * and the person's repository is as it was, its own files and their times included.
 */
import assert from "node:assert/strict";
import { isInstalled } from "../../../support/installed.ts";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import { everythingIn, localWorkspace, repositoriesIn, shell, taken } from "./local_workspace.ts";

/** How the folder is before the run, what the run does, and what is told of it. */
interface State {
  readonly name: string;
  readonly before: string;
  readonly run: string;
  /** `kind path`. */
  readonly told: readonly string[];
  /** Paths that are not recorded, and stay as the run left them. */
  readonly notRecorded?: RegExp;
  readonly variables?: Readonly<Record<string, string>>;
  readonly shell?: readonly [string, ...string[]];
}

const REPOSITORY = `git init -q .; git config user.name P; git config user.email p@x
printf 'one\\ntwo\\nthree\\n' >a.txt; mkdir src; echo x >src/b.txt; chmod 755 src/b.txt
printf '*.log\\nbuild/\\n' >.gitignore; git add -A; git commit -qm first`;

/** Writes a file beside the folder when anything of the repository's settings is run. */
const TRAP = "touch ../trapped; cat";

const STATES: readonly State[] = [
  {
    name: "settings, hooks, filters and drivers that run programs",
    before: `${REPOSITORY}
      printf '#!/bin/sh\\n${TRAP}\\n' >../trap; chmod +x ../trap; trap_path=$(cd ..; pwd)/trap
      for hook in pre-commit post-checkout post-index-change reference-transaction pre-auto-gc; do cp ../trap .git/hooks/$hook; done
      printf '*.txt filter=evil diff=evil merge=evil\\n*.bin filter=lfs\\n*.u16 working-tree-encoding=UTF-16 text\\n' >.git/info/attributes
      printf '* text=auto eol=crlf ident\\n' >.gitattributes
      printf '\\377\\376a\\000' >x.u16; printf 'crlf\\r\\n' >c.md; printf '$Id$\\n' >id.md; printf 'v1\\000' >x.bin
      git -c core.attributesFile=/dev/null update-index --add --cacheinfo "100644,$(git hash-object -w --no-filters c.md),c.md"
      for key in filter.evil.clean filter.evil.smudge filter.evil.process filter.lfs.clean filter.lfs.smudge filter.lfs.process diff.evil.textconv diff.evil.command merge.evil.driver core.fsmonitor core.pager core.editor core.sshCommand credential.helper diff.external gpg.program sequence.editor core.askPass core.gitProxy log.showSignature; do git config $key "$trap_path"; done
      git config filter.evil.required true; git config alias.diff-files "!$trap_path"; git config alias.ls-files "!$trap_path"
      git config core.hooksPath .git/hooks; git config core.splitIndex true; git config core.untrackedCache true
      printf '[core]\\n\\tfsmonitor = %s\\n' "$trap_path" >.git/extra; git config includeIf.gitdir:/.path extra
      git config core.excludesFile "$trap_path"; git config core.quotePath false; git config diff.renames false; git config core.abbrev 4; git config color.ui always; git config core.autocrlf true; git config core.safecrlf true; git config diff.noprefix true; git config status.showUntrackedFiles no; git config core.fileMode false; git config core.symlinks false; git config core.ignoreCase true`,
    run:
      "printf 'crlf\\r\\nlf\\n' >c.md; printf 'two\\r\\n' >a.txt; printf '$Id: x $\\n' >id.md; printf '\\376\\377' >x.u16; printf 'v2\\000\\r\\n' >x.bin; chmod +x c.md; ln -s a.txt link",
    told: [
      "update a.txt",
      "update c.md",
      "update id.md",
      "add link",
      "update x.bin",
      "update x.u16",
    ],
    variables: {
      GIT_DIR: "/nowhere",
      GIT_WORK_TREE: "/nowhere",
      GIT_INDEX_FILE: "/nowhere",
      GIT_OBJECT_DIRECTORY: "/nowhere",
      GIT_EXTERNAL_DIFF: "/nowhere",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.bare",
      GIT_CONFIG_VALUE_0: "true",
      GIT_CONFIG_PARAMETERS: "'core.autocrlf=true'",
      GIT_TRACE: "2",
      GIT_NAMESPACE: "odd",
      GIT_CEILING_DIRECTORIES: "/",
      GIT_LITERAL_PATHSPECS: "0",
      GIT_ATTR_SOURCE: "HEAD",
      CDPATH: "/:.",
      GREP_OPTIONS: "-v",
      POSIXLY_CORRECT: "1",
      LANG: "ko_KR.UTF-8",
      LC_ALL: "ko_KR.UTF-8",
      IFS: "/",
    },
  },
  {
    name: "names of every kind, in busybox's shell and with its tools",
    before: `${REPOSITORY}
      long=$(printf '%0255d' 1); echo long >"$long"; echo dash >./-rf; echo nl >"$(printf 'new\\nline')"; echo q >'"quo"ted'; echo b >'back\\slash'; echo g >'[a-z]*?'
      echo emoji >'🦕 dino.txt'; echo nfc >"$(printf 'caf\\303\\251')"; echo nfd >"$(printf 'cafe\\314\\201')"; echo latin >"$(printf 'caf\\351')"; echo t >"$(printf 'tab\\there')"; echo s >' lead and trail '; echo '!' >'!bang'; echo '#' >'#hash'; echo d >'$(touch x)'; echo cr >"$(printf 'cr\\rx')"
      printf 'a\\n' >Case; mkdir ':(top)'; echo m >':(top)/x'; mkdir -- '-dir'; echo n >-dir/n; chmod 600 -- "$(printf 'new\\nline')" -rf`,
    run:
      `find . -name .git -prune -o -type f -exec sh -c 'for f; do echo more >>"$f"; done' sh {} +; mv Case cASE; rm -- -rf; chmod 640 -- "$(printf 'new\\nline')"; mv -- -dir "$(printf 'dir\\nnl')"`,
    told: [
      "update  lead and trail ",
      "update !bang",
      'update "quo"ted',
      "update #hash",
      "update $(touch x)",
      "delete -dir/n",
      "delete -rf",
      "update .gitignore",
      `update ${"1".padStart(255, "0")}`,
      "update :(top)/x",
      "delete Case",
      "update [a-z]*?",
      "update a.txt",
      "update back\\slash",
      "add cASE",
      "update cafe\u0301",
      "update caf\u00e9",
      "update caf\ufffd",
      "update cr\rx",
      "add dir\nnl/n",
      "update new\nline",
      "update src/b.txt",
      "update tab\there",
      "update 🦕 dino.txt",
    ],
    shell: ["busybox", "sh"],
  },
  {
    name: "kinds that take each other's place, links, permissions, hard links and empty folders",
    before: `${REPOSITORY}
      ln -s a.txt link; ln -s /nowhere/at/all dangling; ln -s src folder; ln -s /etc outside; ln -s loop loop; echo k >kind; mkdir -p dir/deep; echo i >dir/deep/i
      ln a.txt hard; mkdir empty; chmod 4755 src/b.txt; echo o >odd; chmod 711 odd; echo r >ro; chmod 444 ro; echo e >exec; chmod 700 exec; : >nothing`,
    run:
      "rm link; ln -s src link; ln -sfn ../elsewhere dangling; rm folder; mkdir folder; echo f >folder/f; rm outside; echo plain >outside; rm kind; mkdir kind; echo z >kind/z; rm -r dir; ln -s src dir; echo more >>hard; chmod 755 odd; chmod 644 ro; echo x >>ro; chmod 600 exec; rm loop; mkfifo fifo; mkdir new-empty; rm nothing; mkdir -p x/y/z; echo deep >x/y/z/deep; chmod 2711 x/y/z/deep",
    told: [
      "update a.txt",
      "update dangling",
      "add dir",
      "delete dir/deep/i",
      "update exec",
      "delete folder",
      "add folder/f",
      "update hard",
      "delete kind",
      "add kind/z",
      "update link",
      "delete loop",
      "delete nothing",
      "update odd",
      "update outside",
      "update ro",
      "add x/y/z/deep",
    ],
    notRecorded: /^fifo$/,
  },
  {
    name: "an index that says less, more or else than the folder",
    before: `${REPOSITORY}
      for each in assumed skipped intent racy cached; do printf '1' >$each; done; git add assumed skipped racy cached; git commit -qm more
      git update-index --assume-unchanged assumed; git update-index --skip-worktree skipped; git add -N intent; git rm -q --cached cached
      printf '2' >racy; touch -d '2020-01-01 00:00:00' racy; git add racy; touch -d '2020-01-01 00:00:00' .git/index; printf '3' >racy; touch -d '2020-01-01 00:00:00' racy`,
    run: "printf 2 >assumed; printf 2 >skipped; printf 2 >intent; printf 4 >racy; printf 2 >cached",
    told: ["update assumed", "update cached", "update intent", "update racy", "update skipped"],
  },
  {
    name: "files that were converted by settings and attributes which are gone",
    before: `${REPOSITORY}
      printf 'a\\r\\nb\\r\\n' >crlf; printf 'c\\r\\n' >gone; printf 'd\\r\\n' >same; printf '$Id: x $\\n' >'id [x]'; ln -s crlf link
      echo '"id [x]" ident' >.gitattributes; touch -d '2020-01-01 00:00:00' crlf gone same 'id [x]'
      git -c core.autocrlf=true add -A 2>/dev/null; git commit -qm converted; git rm -q .gitattributes; git commit -qm plain`,
    run: "printf 'a\\r\\nB\\r\\n' >crlf; rm gone; echo more >>'id [x]'",
    told: ["update crlf", "delete gone", "update id [x]"],
  },
  {
    name: "a worktree in the middle of a rebase, with a detached head and alternates",
    before:
      `git init -q ../main; cd ../main; ${REPOSITORY}; git checkout -qb topic; echo topic >a.txt; git commit -qam topic; git checkout -q master; echo master >a.txt; git commit -qam master
      git clone -q -s . ../clone; cd ../clone; git worktree add -q --detach ../work/tree origin/topic; cd ../work/tree; git -c user.name=P -c user.email=p@x rebase -q origin/master >/dev/null 2>&1 || true; cp -r . ../../keep; cd ../..; mv work/tree/.git gitfile; mv work/tree/* work/tree/.gitignore work; rmdir work/tree; mv gitfile work/.git; rm -r keep; cd clone; git worktree repair ../work >/dev/null`,
    run: "echo settled >a.txt; git add a.txt; echo n >n",
    told: ["update a.txt", "add n"],
  },
  {
    name: "ignored by the repository alone or by the person, and rules that the run changes",
    before: `${REPOSITORY}
      echo private >>.git/info/exclude; echo p >private; mkdir build; echo o >build/o; echo l >x.log
      mkdir sub; echo '*.tmp' >sub/.gitignore; echo t >sub/t.tmp`,
    run:
      "echo p2 >private; echo '*.log' >.gitignore; echo o2 >build/o; echo fresh >build/fresh; rm sub/.gitignore; echo n >new; echo t2 >sub/t.tmp",
    told: ["update .gitignore", "delete sub/.gitignore", "add new"],
    notRecorded: /^(?:private|build\/.*|sub\/t\.tmp)$/,
  },
  {
    name: "submodules, nested repositories, and ones that the run makes and moves",
    before: `${REPOSITORY}
      for each in one two; do git init -q ../$each; (cd ../$each; git config user.name P; git config user.email p@x; echo 1 >m; git add m; git commit -qm 1; echo 2 >m; git commit -qam 2); git -c protocol.file.allow=always submodule --quiet add ../$each $each; done
      git commit -qm modules; git submodule --quiet deinit -f two; mkdir vendor; git init -q vendor/lib; echo v >vendor/lib/v; git init -q 'odd [name]'; echo w >'odd [name]/w'; (cd vendor/lib; git init -q inner; echo i >inner/i; chmod 600 inner/i)`,
    run:
      "(cd one; git checkout -q HEAD~1); echo x >>vendor/lib/v; echo y >>'odd [name]/w'; echo z >>vendor/lib/inner/i; chmod 640 vendor/lib/inner/i; git -c protocol.file.allow=always submodule --quiet update --init two; git init -q made; echo m >made/m; mv 'odd [name]' moved",
    told: [
      "add made/m",
      "add moved/w",
      "delete odd [name]/w",
      "update one/m",
      "add two/m",
      "update vendor/lib/inner/i",
      "update vendor/lib/v",
    ],
  },
  {
    name: "a repository whose objects have long names, with one of the other kind in it",
    before:
      `git init -q --object-format=sha256 .; git config user.name P; git config user.email p@x; echo a >a; git add a; git commit -qm a; git init -q inner; (cd inner; git config user.name P; git config user.email p@x; echo i >i; git add i; git commit -qm i)`,
    run: "echo b >>a; echo j >>inner/i; git commit -qam b",
    told: ["update a", "update inner/i"],
  },
  {
    name: "a sparse index, of a partial and shallow clone whose origin is gone",
    before:
      `git init -q ../origin; cd ../origin; ${REPOSITORY}; git config uploadpack.allowFilter true; mkdir far; echo f >far/f; git add -A; git commit -qm far; echo 2 >far/f; git commit -qam two
      cd ..; git clone -q --no-checkout --depth 1 --filter=blob:none "file://$(pwd)/origin" work 2>/dev/null; cd work; git config user.name P; git config user.email p@x; git sparse-checkout set --cone --sparse-index src >/dev/null 2>&1; git checkout -q master; rm -rf ../origin`,
    run:
      "echo x >>a.txt; echo y >src/new; mkdir far; echo mine >far/f; rm src/b.txt; git add -A --sparse >/dev/null 2>&1 || true",
    told: ["update a.txt", "add far/f", "add src/new", "delete src/b.txt"],
  },
  {
    name: "stash, reset, branches and commits that come and go",
    before: `${REPOSITORY}; echo dirty >>a.txt; echo loose >loose; git add loose`,
    run:
      "git stash -qu; git checkout -qb run; echo r >r; git add r; git commit -qm r; git checkout -q master; git stash pop -q; git reset -q --hard; git merge -q run; git commit -q --allow-empty -m nothing; git rm -q src/b.txt; echo last >last",
    told: ["update a.txt", "add last", "delete loose", "add r", "delete src/b.txt"],
  },
];

for (const state of STATES) {
  const ignore = state.shell !== undefined && !isInstalled(state.shell[0] ?? "");
  Deno.test({ name: `a run is told and taken back: ${state.name}`, ignore }, async () => {
    await using root = await temporaryFolder();
    const folder = `${root.path}/work`;
    await Deno.mkdir(folder);
    await shell(folder, state.before);
    await Deno.remove(`${root.path}/trapped`).catch(() => undefined);
    const options = {
      ...(state.shell === undefined ? {} : { shell: state.shell }),
      ...(state.variables === undefined ? {} : { variables: state.variables }),
    };
    await using workspace = localWorkspace(`${root.path}/store`, options);
    const was = await everythingIn(folder);
    const repositories = await repositoriesIn(root.path);
    const first = await taken(workspace, folder);
    const again = await taken(workspace, folder);
    assert.equal(again.tree, first.tree, "two records of the same state");
    assert.deepEqual(
      await repositoriesIn(root.path),
      repositories,
      "recording changes no repository",
    );
    assert.deepEqual(await everythingIn(folder), was);
    await shell(folder, state.run);
    const done = await everythingIn(folder);
    const left = await repositoriesIn(root.path);
    const last = await taken(workspace, folder, first);
    const changes = await workspace.changes(first, last);
    const kinds = changes.flatMap(({ kind, path, formerPath }) =>
      formerPath === undefined ? [`${kind} ${path}`] : [`delete ${formerPath}`, `add ${path}`]
    );
    assert.deepEqual(kinds.sort(), state.told.toSorted());
    const recorded = (files: Record<string, string>): Record<string, string> =>
      Object.fromEntries(
        Object.entries(files).filter(([path]) => state.notRecorded?.test(path) !== true),
      );
    const undone = await workspace.carry(last, first);
    assert.equal(undone.type, "carried", JSON.stringify(undone));
    assert.deepEqual(recorded(await everythingIn(folder)), recorded(was), "undone");
    const redone = await workspace.carry(first, last);
    assert.equal(redone.type, "carried", JSON.stringify(redone));
    assert.deepEqual(recorded(await everythingIn(folder)), recorded(done), "redone");
    assert.deepEqual(await repositoriesIn(root.path), left, "nothing changes a repository");
    assert.equal(
      await Deno.lstat(`${root.path}/trapped`).catch(() => "none"),
      "none",
      "nothing ran",
    );
  });
}
