/** The program is killed at every seam of a run, and in the middle of an undo; its record stays right. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { NEWEST } from "../support/codex_versions.ts";
import { isListed, until, unusualSleep } from "../support/processes.ts";
import type { Step } from "../support/responses_api.ts";
import { HeldGit, shell } from "./held_git.ts";
import { isRole, scriptRoles } from "./plan_script.ts";
import { Stage } from "./stage.ts";

/** Names, permissions and contents of all files, but for git's own. */
const everything = (folder: string): Promise<string> =>
  shell(
    folder,
    'find . -name .git -prune -o -type f -print | sort | while read -r each; do stat -c \'%n %a\' "$each"; cat "$each"; done',
  );

const exists = (path: string): Promise<boolean> => Deno.lstat(path).then(() => true, () => false);

/** Rounds of which the folder is recorded. */
function recordedRounds(stage: Stage): number[] {
  using database = new DatabaseSync(join(stage.stateFolder, "state.db"), { readOnly: true });
  return database.prepare("SELECT round FROM snapshots ORDER BY round").all()
    .map(({ round }) => Number(round));
}

const PLAN: Step = { message: '{"mode":"plan","reason":"several files"}' };
const APPROVED: Step = { message: '{"verdict":"approved","summary":"good","findings":[]}' };
const NEVER = new Promise<void>(() => {});

Deno.test("a run killed at each of its seams does nothing twice, and is shown and undone whole", async () => {
  const slow = unusualSleep();
  await using stage = await Stage.set({
    backend: "auto",
    codex: NEWEST,
    codexConf: `sandbox = "danger-full-access"\n` +
      `checks = ["echo ran >> ../checked; test -e ../go || ${slow}; true"]`,
  });
  const { workspace, home } = stage;
  const git = await HeldGit.put(stage, '*" read-tree "*|*" write-tree "*|*" add "*');
  await shell(
    workspace,
    "git init -q -b main; printf 'one\\ntwo\\n' >kept; chmod 600 kept; echo gone >gone; git add -A; git -c user.name=P -c user.email=p@x commit -qm first; echo mine >>kept; echo new >untracked",
  );
  const before = await everything(workspace);
  const built = Promise.withResolvers<void>();
  const reviewed = Promise.withResolvers<void>();
  scriptRoles(stage.model, {
    selector: [[PLAN]],
    planner: [[{ message: "the plan" }]],
    developer: [
      [{ until: NEVER, then: { message: "" } }],
      [{ command: "echo a >>a.txt; rm gone" }, { until: NEVER, then: { message: "" } }],
      [{
        command:
          "sed -i s/two/2/ kept; chmod 640 kept; mkdir -p dir; echo b >>dir/b; chmod 600 dir/b",
      }, {
        until: built.promise,
        then: { message: "built" },
      }],
    ],
    reviewer: [[{ until: reviewed.promise, then: APPROVED }]],
  });
  const developers = (): number => stage.model.requests.filter(isRole("developer")).length;

  // The folder is recorded, and the turn begins.
  await stage.start();
  const request = stage.say("build it");
  await until(() => recordedRoundsOrNone(stage).includes(0));
  await until(() => developers() === 1);
  await stage.startAfterKill();
  const first = await stage.reply(request, /^⚠️ Interrupted/);
  stage.world.press(stage.chat, first.id, "Continue");

  // The turn has changed files.
  await until(async () => await exists(join(workspace, "a.txt")) && developers() === 3);
  await stage.startAfterKill();
  const second = await stage.world.waitForMessage(
    stage.chat,
    ({ id, replyTo, text, buttons }) =>
      (id !== first.id || buttons.length > 0) && replyTo === request &&
      /^⚠️ Interrupted/.test(text),
  );
  stage.world.press(stage.chat, second.id, "Continue");

  // The turn has ended; its record is being made.
  await until(() => exists(join(workspace, "dir/b")));
  await git.hold();
  built.resolve();
  await git.reached();
  assert.deepEqual(recordedRounds(stage), [0]);
  const turns = developers();
  await stage.kill();
  await git.letGo();
  await stage.start();

  // A check is at work.
  await until(() => isListed(slow));
  assert.deepEqual(recordedRounds(stage), [0, 1]);
  await stage.kill();
  await Deno.writeTextFile(join(home, "go"), "");
  await stage.start();

  // The review is at work.
  await stage.model.received(isRole("reviewer"));
  await stage.startAfterKill();
  reviewed.resolve();
  const answer = await stage.reply(request, /^built/);
  assert.match(answer.text, /✅ Approved in round 1 · ✔ 1 check · 4 files \+3 −2$/);
  assert.equal(developers(), turns);
  assert.equal(await Deno.readTextFile(join(home, "checked")), "ran\nran\n");
  assert.equal(await Deno.readTextFile(join(workspace, "a.txt")), "a\n");
  assert.equal(await Deno.readTextFile(join(workspace, "dir/b")), "b\n");
  const after = await everything(workspace);
  const diff = await stage.ask("/diff", /^Changes · 4 files · \+3 −2/);
  for (const name of ["a.txt", "dir/b", "gone", "kept"]) assert.ok(diff.text.includes(name), name);
  assert.doesNotMatch(diff.text, /untracked/);
  stage.world.press(stage.chat, answer.id, "Undo");
  await stage.reply(answer.id, /^Taken back: 4 files/);
  assert.equal(await everything(workspace), before);
  await stage.ask("/redo", /^Brought back: 4 files/);
  assert.equal(await everything(workspace), after);
});

function recordedRoundsOrNone(stage: Stage): number[] {
  try {
    return recordedRounds(stage);
  } catch {
    // The program makes the tables at its start.
    return [];
  }
}

Deno.test("an undo that is killed half way is put right at the start, and told", async () => {
  await using stage = await Stage.set({ backend: "auto", codex: NEWEST });
  const { workspace } = stage;
  const git = await HeldGit.put(stage, '*" checkout-index "*');
  await shell(
    workspace,
    "git init -q; for each in a b c d; do echo $each >$each; chmod 600 $each; done; git add -A",
  );
  const before = await everything(workspace);
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  stage.model.script({
    when: ({ lastUserText }) => lastUserText === "change it",
    steps: [
      { command: "for each in a b c d; do echo run >>$each; done; echo new >new; chmod 640 d" },
      { message: "changed" },
    ],
  });
  await stage.ask("change it", /^changed/);
  const after = await everything(workspace);
  await git.hold();
  const undo = stage.say("/undo");
  await git.reached();
  assert.notEqual(await everything(workspace), after);
  await stage.kill();
  await git.letGo();
  await stage.start();
  await stage.world.waitForMessage(
    stage.chat,
    ({ text }) => /^⚠️ The program was stopped in the middle of \/undo, and the files/.test(text),
  );
  // The message of before the kill counts as not handled yet.
  await stage.reply(undo, /^Taken back: 5 files/);
  assert.equal(await everything(workspace), before);
  await stage.restart();
  await stage.ask("/redo", /^Brought back: 5 files/);
  assert.equal(await everything(workspace), after);
  const told = stage.world.botMessages(stage.chat).filter(({ text }) =>
    text.includes("was stopped")
  );
  assert.equal(told.length, 1);
});
