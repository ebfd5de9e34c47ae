/** What a run does to the folder is recorded, shown, taken back and brought again. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ReceivedRequest } from "../support/responses_api.ts";
import { NEWEST } from "../support/codex_versions.ts";
import { HeldGit, shell } from "./held_git.ts";
import { Stage } from "./stage.ts";
import { singleModeTest } from "./single_mode.ts";

const asks = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText === text;

async function git(stage: Stage, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command("git", {
    args: ["-c", "user.name=P", "-c", "user.email=p@x", ...args],
    cwd: stage.workspace,
  }).output();
  assert.ok(success, args.join(" "));
}

const read = (stage: Stage, name: string): Promise<string | undefined> =>
  Deno.readTextFile(join(stage.workspace, name)).catch(() => undefined);

singleModeTest("changes by a shell command are told, taken back and brought again", {
  backend: "auto",
  codex: NEWEST,
}, async (stage) => {
  await git(stage, "init", "-q");
  await Deno.writeTextFile(join(stage.workspace, "kept.txt"), "one\ntwo\nthree\n");
  await git(stage, "add", "-A");
  await git(stage, "commit", "-qm", "first");
  await stage.ask("/undo", /nothing to take back/);
  stage.model.script({
    when: asks("change it"),
    steps: [
      { command: "sed -i s/two/2/ kept.txt; echo fresh > fresh.txt" },
      { message: "changed" },
    ],
  });
  const request = stage.say("change it");
  const answer = await stage.reply(request, /^changed\n\n✅ Done · 2 files \+2 −1$/);
  assert.deepEqual(answer.buttons.map((row) => row.map(({ text }) => text)), [
    ["Diff", "Undo", "Report"],
  ]);
  const diff = await stage.ask("/diff", /^Changes · 2 files · \+2 −1/);
  assert.match(diff.text, /-two\n\+2/);
  assert.doesNotMatch(diff.text, /shell commands/);
  stage.world.press(stage.chat, answer.id, "Undo");
  const undone = await stage.reply(answer.id, /^Taken back: 2 files \+1 −2/);
  assert.equal(await read(stage, "kept.txt"), "one\ntwo\nthree\n");
  assert.equal(await read(stage, "fresh.txt"), undefined);
  // A request has changed it: only nothing is left of that.
  await stage.ask("/diff fresh.txt", /^fresh\.txt is not among the changes of this conversation\./);
  stage.world.press(stage.chat, undone.id, "Redo");
  await stage.reply(undone.id, /^Brought back: 2 files/);
  assert.equal(await read(stage, "fresh.txt"), "fresh\n");
  await Deno.writeTextFile(join(stage.workspace, "kept.txt"), "one\nmine\nthree\n");
  await stage.ask(
    "/undo",
    /^Nothing was taken back[\s\S]*kept\.txt · the same lines changed since/,
  );
  assert.equal(await read(stage, "fresh.txt"), "fresh\n");
  await Deno.writeTextFile(join(stage.workspace, "kept.txt"), "one\n2\nthree\nmine\n");
  await stage.ask("/undo", /^Taken back/);
  assert.equal(await read(stage, "kept.txt"), "one\ntwo\nthree\nmine\n");
  stage.model.script({
    when: ({ lastUserText }) => lastUserText.includes("go on"),
    steps: [{ message: "seen" }],
  });
  await stage.ask("go on", /^seen$/);
  const asked = stage.model.requests.findLast(({ lastUserText }) => lastUserText.includes("go on"));
  assert.match(asked?.lastUserText ?? "", /took back all changes/);
});

for (const codex of ["0.140.0", NEWEST] as const) {
  singleModeTest(
    "what a request did is shown in a page and a patch, and undone after a restart and /new",
    {
      backend: "app-server",
      codex,
    },
    async (stage) => {
      await git(stage, "init", "-q", "-b", "main");
      const lines = Array.from({ length: 50 }, (_, line) => `line ${line}\n`).join("");
      await Deno.writeTextFile(join(stage.workspace, "long.txt"), lines);
      await Deno.writeTextFile(join(stage.workspace, "old name.txt"), "moved\n");
      await git(stage, "add", "-A");
      await git(stage, "commit", "-qm", "first");
      stage.model.script({
        when: asks("rework it"),
        steps: [
          {
            command:
              "sed -i s/line/row/ long.txt; chmod 600 long.txt; mkdir sub; mv 'old name.txt' sub/new.txt; printf '\\0\\1' >data.bin",
          },
          { message: "reworked" },
        ],
      });
      const request = stage.say("rework it");
      const answer = await stage.reply(request, /^reworked/);
      const said = stage.say("/diff");
      await stage.reply(
        said,
        /^Changes · 3 files · \+50 −50\n\nrework it\n🆕 data\.bin binary · 2 B\n✏️ long\.txt \+50 −50 · 644 → 600\n➡️ old name\.txt → sub\/new\.txt \+0 −0\n[\s\S]*changes\.patch/,
      );
      for (const name of ["changes.html", "changes.patch"]) {
        await stage.world.waitForMessage(
          stage.chat,
          ({ replyTo, document }) => replyTo === said && document?.name === name,
          { what: name },
        );
      }
      await stage.ask("/diff new.txt", /^sub\/new\.txt · 1 file[\s\S]*rename from old name\.txt/);
      await stage.ask("/diff old name.txt", /^sub\/new\.txt · 1 file/);
      await stage.startAfterKill();
      await stage.ask("/undo", /^Taken back: 3 files \+50 −50/);
      assert.equal(await read(stage, "long.txt"), lines);
      assert.equal((await Deno.stat(join(stage.workspace, "long.txt"))).mode, 0o100644);
      assert.equal(await read(stage, "old name.txt"), "moved\n");
      assert.equal(await read(stage, "data.bin"), undefined);
      await stage.ask("/diff", /^No changes[\s\S]*1 request is left out/);
      await stage.ask("/redo", /^Brought back: 3 files/);
      assert.equal(await read(stage, "sub/new.txt"), "moved\n");
      await stage.ask("/new", /New conversation/);
      await stage.ask("/undo", /nothing to take back/);
      // The button below the request still means that request.
      stage.world.press(stage.chat, answer.id, "Undo");
      await stage.reply(answer.id, /^Taken back: 3 files/);
      assert.equal(await read(stage, "old name.txt"), "moved\n");
    },
  );
}

Deno.test("undo names commits and a branch; a record is cancelled; why there is none is said", async () => {
  await using stage = await Stage.set({
    backend: "auto",
    codex: NEWEST,
    codexConf: 'sandbox = "danger-full-access"',
  });
  const held = await HeldGit.put(stage, '*" write-tree "*|*" ls-files "*|*" diff-files "*');
  const { workspace } = stage;
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  await git(stage, "init", "-q", "-b", "main");
  await Deno.writeTextFile(join(workspace, "kept.txt"), "one\n");
  await git(stage, "add", "-A");
  await git(stage, "commit", "-qm", "first");
  const commit =
    "git checkout -qb feature; echo a >a.txt; git add -A; git -c user.name=P -c user.email=p@x commit -qm 'add a'";
  stage.model.script({
    when: asks("commit it"),
    steps: [{ command: commit }, { message: "done" }],
  });
  await stage.ask("commit it", /^done\n\n✅ Done · 1 file \+1 −0$/);
  const undone = await stage.ask("/undo", /^Taken back: 1 file \+0 −1/);
  assert.match(undone.text, /These commits stay in the history[^\n]+\n[0-9a-f]{7,} add a\n/);
  assert.match(undone.text, /switched from main to feature, and feature is still checked out/);
  assert.equal(await read(stage, "a.txt"), undefined);
  assert.equal((await shell(workspace, "git log -1 --format=%s feature")).trim(), "add a");

  // Stopped while the folder is read: the request never reaches the model.
  await held.hold();
  const request = stage.say("never mind");
  await held.reached();
  await stage.ask("/cancel", /^Stopping the current request/);
  await stage.reply(request, /^⏹ Stopped/);
  await held.letGo();
  assert.ok(!stage.model.requests.some(({ lastUserText }) => lastUserText === "never mind"));

  await stage.ask("/new", /New conversation/);
  await shell(workspace, "rm -rf .git kept.txt; git init -q --bare .");
  stage.model.script({
    when: asks("write it"),
    steps: [{ command: "echo x >x.txt" }, { message: "wrote" }],
  });
  await stage.ask("write it", /^wrote/);
  await stage.ask("/diff", /^No changes[^]+\nNot recorded: the folder is a bare repository/);
  await stage.restart();
  await stage.ask(
    "/undo",
    /nothing to take back[^]+ Not recorded: the folder is a bare repository/,
  );
  await stage.ask("/language ko", /한국어/);
  await stage.ask("/diff", /변경 사항을 기록하지 못했습니다\. 폴더가 bare 저장소이거나/);
  await stage.ask("/undo", /변경 사항을 기록하지 못했습니다\. 폴더가 bare 저장소이거나/);
});

singleModeTest("where nothing may be written any more, /undo says what guards the files", {
  backend: "auto",
  codex: NEWEST,
  codexConf: 'sandbox = "danger-full-access"',
}, async (stage) => {
  await git(stage, "init", "-q");
  const does = async (words: string, command: string): Promise<void> => {
    stage.model.script({ when: asks(words), steps: [{ command }, { message: "done" }] });
    await stage.ask(words, /^done\n\n✅ Done/);
  };
  await does("write it", "echo 1 >a.txt");
  // Codex's sandbox lets nobody write there, while this profile works without one.
  await does("add a skill", "mkdir -p .agents/skills; echo x >.agents/skills/x.md");
  await stage.ask(
    "/undo",
    /^A file could not be written[^\n]*\n\.agents\/skills\n\nAsk for it in words instead/,
  );
  assert.equal(await read(stage, ".agents/skills/x.md"), "x\n");
  const conf = join(stage.stateFolder, "conf.toml");
  const written = await Deno.readTextFile(conf);
  await Deno.writeTextFile(conf, written.replace("danger-full-access", "read-only"));
  await stage.restart();
  const answer = await stage.ask(
    "/undo",
    /^Nothing was changed: no profile in conf\.toml may write/,
  );
  assert.ok(answer.text.endsWith(`\n${stage.workspace}`), answer.text);
  await stage.ask("/language ko", /한국어/);
  await stage.ask("/undo", /^아무것도 바꾸지 않았습니다\. 지금 conf\.toml에는/);
  assert.equal(await read(stage, "a.txt"), "1\n");
});
