/** What a session changed in total, told from its records on real git. */
import assert from "node:assert/strict";
import { undoReply } from "../../../../src/commands/undo.ts";
import { textsFor } from "../../../../src/texts/texts.ts";
import { SessionDiffs } from "../../../../src/core/workspace/session_diff.ts";
import type { DiffWanted, SessionDiff } from "../../../../src/core/workspace/session_diff.ts";
import { newSession, type SessionKey } from "../../../../src/core/session/session.ts";
import { Undo } from "../../../../src/core/workspace/undo.ts";
import { MemorySnapshots } from "../../../fakes/memory_snapshots.ts";
import { temporaryFolder } from "../../../support/temporary_folder.ts";
import {
  everythingIn,
  git,
  type LocalWorkspace,
  localWorkspace,
  shell,
  taken,
} from "./local_workspace.ts";

const SESSION: SessionKey = { chatId: "1", userId: "1" };
const ALL: DiffWanted = { type: "all", running: undefined };

class Folder {
  readonly snapshots = new MemorySnapshots();
  readonly diffs: SessionDiffs;
  readonly undo: Undo;
  readonly path: string;
  readonly #workspace: LocalWorkspace;
  readonly #told: {
    runId: string;
    round: number;
    request: string;
    diff: string;
    recorded: boolean;
  }[] = [];

  constructor(path: string, workspace: LocalWorkspace) {
    this.path = path;
    this.#workspace = workspace;
    const codex = { start: () => Promise.resolve(), workspace };
    const machines = { codexOn: () => codex };
    this.diffs = new SessionDiffs({ machines, snapshots: this.snapshots });
    this.undo = new Undo({
      machines,
      snapshots: this.snapshots,
      sessions: {
        change: (_key, change) =>
          Promise.resolve(change(newSession(SESSION, "default", new Date()))),
      },
    });
  }

  /** Runs a script in each round. */
  async run(runId: string, ...scripts: string[]): Promise<void> {
    const first = await taken(this.#workspace, this.path);
    this.snapshots.add({ runId, session: SESSION }, 0, first);
    let before = first;
    for (const [index, script] of scripts.entries()) {
      const round = index + 1;
      await shell(this.path, script);
      const after = await taken(this.#workspace, this.path, first);
      this.snapshots.add({ runId, session: SESSION }, round, after);
      const { text: diff } = await this.#workspace.patch(before, after, { mostBytes: 1_000_000 });
      this.#told.push({ runId, round, request: `request ${runId}`, diff, recorded: true });
      before = after;
    }
  }

  async begin(runId: string, script: string): Promise<void> {
    this.snapshots.add({ runId, session: SESSION }, 0, await taken(this.#workspace, this.path));
    await shell(this.path, script);
  }

  async diff(wanted: DiffWanted = ALL): Promise<SessionDiff> {
    return await this.diffs.read(SESSION, { changes: this.#told, incomplete: false }, wanted);
  }

  async told(wanted: DiffWanted = ALL): Promise<string[]> {
    const { sections } = await this.diff(wanted);
    return sections.map(({ requests, files, mixed }) =>
      [
        requests.join("+").replaceAll("request ", ""),
        ...files.map(({ kind, path, lines }) =>
          `${kind} ${path} +${lines?.added} -${lines?.removed}`
        ),
        ...(mixed ? ["mixed"] : []),
      ].join(" | ")
    );
  }
}

Deno.test("the diff of a file has nothing of a folder that has taken its place, or had it", async () => {
  await using root = await temporaryFolder();
  await shell(root.path, "mkdir -p work/was; cd work; echo k >kind; echo w >was/w");
  await using workspace = localWorkspace(`${root.path}/store`);
  const folder = new Folder(`${root.path}/work`, workspace);
  await folder.run("1", "rm -r kind was; mkdir kind; echo in >kind/i; echo file >was");
  const { sections: [section] } = await folder.diff();
  assert.ok(section?.range !== undefined);
  for (const [path, line] of [["kind", "-k"], ["kind/i", "+in"], ["was", "+file"]] as const) {
    const file = section.files.find((each) => each.path === path);
    assert.ok(file !== undefined);
    const { text } = await folder.diffs.fileDiff(section.range, file);
    assert.deepEqual(text.match(/^diff --git .*$/gm), [`diff --git a/${path} b/${path}`]);
    assert.ok(text.includes(`\n${line}\n`), text);
  }
});

Deno.test("an undo names a branch that the request has moved, which it leaves there", async () => {
  await using root = await temporaryFolder();
  const path = `${root.path}/work`;
  await shell(root.path, "mkdir work");
  await git(path, "init", "-q", "-b", "main");
  for (const text of ["one", "two"]) {
    await Deno.writeTextFile(`${path}/a`, `${text}\n`);
    await git(path, "add", "-A");
    await git(path, "commit", "-qm", text);
  }
  const [two, one] = (await git(path, "rev-parse", "HEAD", "HEAD~1")).split("\n");
  await using workspace = localWorkspace(`${root.path}/store`);
  const folder = new Folder(path, workspace);
  await folder.run("1", "git reset -q --hard HEAD~1");
  const undone = await folder.undo.carryOut(SESSION, "undo", { isBusy: () => false });
  assert.equal(await Deno.readTextFile(`${path}/a`), "two\n");
  const moved = `${two?.slice(0, 7)} to ${one?.slice(0, 7)}`;
  const reply = undoReply("undo", undone, { session: SESSION, mayWrite: 0 }, textsFor("en"));
  assert.match(
    JSON.stringify(reply.blocks),
    new RegExp(`The request moved main from ${moved}, and it is still there\\.`),
  );
  // What has only added a commit has moved nothing else.
  await folder.run("2", "git -c user.name=P -c user.email=p@x commit -qam again");
  await folder.run("3", "echo three >a");
  const later = await folder.undo.carryOut(SESSION, "undo", { isBusy: () => false });
  assert.ok(later.type === "done");
  assert.equal(later.moved, undefined);
});

Deno.test("the changes of a conversation are what it changed in total", async () => {
  await using root = await temporaryFolder();
  const path = `${root.path}/work`;
  await shell(root.path, "mkdir work; cd work; printf 'a\\nb\\nc\\n' >a; echo k >keep");
  await using workspace = localWorkspace(`${root.path}/store`);
  const folder = new Folder(path, workspace);
  assert.deepEqual(await folder.told(), []);
  await folder.run("1", "sed -i s/a/A/ a; echo temporary >t");
  await folder.run("2", "rm t; sed -i s/A/AA/ a; echo new >n");
  assert.deepEqual(await folder.told(), ["1+2 | update a +1 -1 | add n +1 -0"]);
  assert.deepEqual(await folder.told({ type: "last", running: undefined }), [
    "2 | update a +1 -1 | add n +1 -0 | delete t +0 -1",
  ]);
  assert.deepEqual(await folder.told({ type: "run", runId: "1" }), [
    "1 | update a +1 -1 | add t +1 -0",
  ]);
  await shell(path, "echo mine >mine");
  await folder.run("3", "echo three >three");
  assert.deepEqual(await folder.told(), [
    "1+2+3 | update a +1 -1 | add mine +1 -0 | add n +1 -0 | add three +1 -0 | mixed",
  ]);
  // Taken back after a later one: its change lies between, so that they cannot be one.
  assert.equal(
    (await folder.undo.carryOut(SESSION, "undo", { runId: "2", isBusy: () => false })).type,
    "done",
  );
  assert.deepEqual(await folder.told(), [
    "1 | update a +1 -1 | add t +1 -0",
    "3 | add three +1 -0",
  ]);
  assert.equal((await folder.diff()).undone, 1);
  const shown = await folder.diff({ type: "run", runId: "2" });
  assert.equal(shown.sections[0]?.undone, true);
  // Taken back before the next one: what is left is one again.
  assert.equal(
    (await folder.undo.carryOut(SESSION, "undo", { runId: "3", isBusy: () => false })).type,
    "done",
  );
  await folder.begin("4", "echo four >four");
  const running = { runId: "4", machine: undefined };
  const { sections } = await folder.diff({ type: "last", running });
  assert.deepEqual(sections.map((each) => [each.running, each.files.map((file) => file.path)]), [
    [true, ["four"]],
  ]);
});

Deno.test("the last request is no earlier one where it was not recorded, or not to its end", async () => {
  await using root = await temporaryFolder();
  const path = `${root.path}/work`;
  await shell(root.path, "mkdir work; echo k >work/keep");
  await using workspace = localWorkspace(`${root.path}/store`);
  const folder = new Folder(path, workspace);
  const last: DiffWanted = { type: "last", running: undefined };
  await folder.run("1", "echo a >a");
  folder.snapshots.addRefusal({ runId: "1", session: SESSION }, "failed");
  assert.deepEqual(await folder.told(last), ["1 | add a +1 -0"]);
  assert.deepEqual((await folder.diff(last)).refusals, ["failed"]);
  folder.snapshots.addRefusal({ runId: "2", session: SESSION }, "too-slow");
  assert.deepEqual(await folder.told(last), []);
  assert.deepEqual((await folder.diff(last)).refusals, ["too-slow"]);
  await folder.run("3", "echo c >c");
  assert.deepEqual(await folder.told(last), ["3 | add c +1 -0"]);
  assert.deepEqual((await folder.diff(last)).refusals, []);
});

Deno.test("what was taken back or brought again behind later requests is told as it is in the folder", async () => {
  await using root = await temporaryFolder();
  const path = `${root.path}/work`;
  await shell(root.path, "mkdir work; echo k >work/keep");
  await using workspace = localWorkspace(`${root.path}/store`);
  const folder = new Folder(path, workspace);
  const carried = async (direction: "undo" | "redo", runId: string): Promise<void> => {
    const report = await folder.undo.carryOut(SESSION, direction, { runId, isBusy: () => false });
    assert.equal(report.type, "done");
  };
  for (const id of ["1", "2", "3"]) await folder.run(id, `echo ${id} >f${id}`);
  await carried("undo", "2");
  await folder.run("4", "echo 4 >f4");
  // Nothing of what took the second one away is told as if the later ones had done it.
  assert.deepEqual(await folder.told(), [
    "1 | add f1 +1 -0",
    "3 | add f3 +1 -0",
    "4 | add f4 +1 -0",
  ]);
  await carried("undo", "4");
  await carried("undo", "3");
  await folder.run("5", "echo 5 >f5");
  await carried("redo", "2");
  await carried("redo", "3");
  assert.deepEqual(await folder.told(), [
    "1+5 | add f1 +1 -0 | add f5 +1 -0",
    "2 | add f2 +1 -0",
    "3 | add f3 +1 -0",
  ]);
  await folder.run("6", "echo 6 >f6");
  assert.deepEqual((await folder.told()).at(-1), "6 | add f6 +1 -0");
});

Deno.test("a request of which nothing can be told is named, and why", async () => {
  await using root = await temporaryFolder();
  const path = `${root.path}/work`;
  await shell(root.path, "mkdir work; cd work; git init -q; echo a >a; git add a");
  await git(path, "commit", "-qm", "first");
  await using workspace = localWorkspace(`${root.path}/store`);
  const folder = new Folder(path, workspace);
  const owner = { runId: "1", session: SESSION };
  const before = await taken(workspace, path);
  folder.snapshots.add(owner, 0, before);
  await shell(path, "rm -rf .git; echo b >>a");
  folder.snapshots.add(owner, 1, await taken(workspace, path, before));
  for (
    const wanted of [ALL, { type: "last", running: undefined }, {
      type: "run",
      runId: "1",
    }] as const
  ) {
    const { sections, refusals } = await folder.diff(wanted);
    assert.deepEqual([sections, refusals], [[], ["gone"]], wanted.type);
  }
  await folder.run("2", "echo c >>a");
  assert.deepEqual((await folder.diff()).refusals, ["gone"]);
  assert.deepEqual(await folder.told(), ["2 | update a +1 -0"]);
  assert.deepEqual((await folder.diff({ type: "last", running: undefined })).refusals, []);
});

Deno.test("what a run has taken back itself is no change, and what was recorded stays so", async () => {
  await using root = await temporaryFolder();
  const path = `${root.path}/work`;
  await shell(root.path, "mkdir work; echo k >work/keep");
  await using workspace = localWorkspace(`${root.path}/store`);
  const folder = new Folder(path, workspace);
  await folder.run("1", "echo a >a", "rm a");
  assert.deepEqual(await folder.told(), []);
  await folder.run("2", "echo b >b", "echo bb >b");
  assert.deepEqual(await folder.told(), ["2 | add b +1 -0"]);
  // The record itself is deleted after a while.
  folder.snapshots.delete("2");
  const { sections } = await folder.diff();
  assert.deepEqual(sections.map(({ requests, recorded }) => [requests, recorded]), [
    [["request 2"], true],
  ]);
});

Deno.test("the patch of a conversation makes of the state before it the state after it", async () => {
  await using root = await temporaryFolder();
  const path = `${root.path}/work`;
  await shell(
    root.path,
    `mkdir work; cd work; git init -q; printf 'one\\ntwo\\n' >a; printf '\\0\\1' >b; echo gone >gone; echo moved >moved
     printf 'caf\\351\\n' >latin; ln -s a link; echo odd >"$(printf 'new\\nline')"; cp -r . ../copy`,
  );
  await using workspace = localWorkspace(`${root.path}/store`);
  const folder = new Folder(path, workspace);
  await folder.run(
    "1",
    `echo three >>a; printf '\\0\\2\\3' >b; rm gone; mkdir d; mv moved d/moved2; printf 'th\\351\\n' >>latin
     ln -sf b link; echo more >>"$(printf 'new\\nline')"; chmod +x a; printf 'crlf\\r\\nno end' >crlf; : >empty`,
  );
  const [section] = (await folder.diff()).sections;
  assert.ok(section?.range !== undefined);
  const patch = await folder.diffs.applicable(section.range, section.files);
  await Deno.writeTextFile(`${root.path}/p`, patch ?? "");
  await git(`${root.path}/copy`, "apply", "../p");
  assert.deepEqual(await everythingIn(`${root.path}/copy`), await everythingIn(path));
  const moved = section.files.find(({ kind }) => kind === "rename");
  assert.ok(moved !== undefined);
  assert.deepEqual([moved.formerPath, moved.path], ["moved", "d/moved2"]);
  const one = await folder.diffs.fileDiff(section.range, moved);
  assert.match(one.text, /^diff --git a\/moved b\/d\/moved2\nsimilarity index 100%/);
});
