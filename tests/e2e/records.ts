/** What a person sees of a run's steps and changes, with a real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ReceivedRequest } from "../support/responses_api.ts";
import type { Program } from "./program.ts";
import { Stage, type StageOptions } from "./stage.ts";

const PATCH = `*** Begin Patch
*** Add File: notes/할 일.md
+one
+two
*** Update File: kept.txt
@@
-old
+new
+newer
*** Delete File: gone.txt
*** End Patch
`;

const asks = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText === text;

/** Registers the journeys for one generation of Codex. */
export function recordJourneys(options: StageOptions): void {
  // Over the MCP server the folder is not recorded: what Codex tells of its patches has to do.
  const recorded = options.backend !== "mcp";
  const test = (name: string, body: (stage: Stage, program: Program) => Promise<void>): void =>
    Deno.test(`${options.backend} ${options.codex}: ${name}`, async () => {
      await using stage = await Stage.set(options);
      // Codex names files from the root of their repository.
      await Deno.mkdir(join(stage.workspace, ".git"));
      await Deno.writeTextFile(join(stage.workspace, "kept.txt"), "old\n");
      await Deno.writeTextFile(join(stage.workspace, "gone.txt"), "x\n");
      const program = await stage.start();
      await stage.ask("/mode single", /Mode set to single/);
      await body(stage, program);
    });

  test("a patch is counted at the end, /diff shows it, /log its steps", async (stage) => {
    await stage.ask("/log", /No steps to show yet/);
    await stage.ask("/diff", /No changes/);
    stage.model.script({
      when: asks("patch it"),
      steps: [{ command: "exit 3" }, { patch: PATCH }, { message: "patched" }],
    });
    const request = stage.say("patch it");
    const answer = await stage.reply(request, /^patched\n\n✅ Done · 3 files \+4 −2$/);
    await stage.reply(request, /^✅ Done · 3 files \+4 −2 · /);
    assert.deepEqual(answer.buttons.map((row) => row.map(({ text }) => text)), [
      recorded ? ["Diff", "Undo", "Report"] : ["Diff", "Report"],
    ]);
    stage.world.press(stage.chat, answer.id, "Diff");
    await stage.reply(answer.id, /^Changes · 3 files · \+4 −2\n[\s\S]*🆕 notes\/할 일\.md/);
    const diff = await stage.ask("/diff", /^Changes · 3 files · \+4 −2/);
    for (
      const part of [
        "patch it",
        "🆕 notes/할 일.md +2 −0",
        "✏️ kept.txt +2 −1",
        "🗑 gone.txt +0 −1",
        "-old\n+new\n+newer",
      ]
    ) assert.ok(diff.text.includes(part), `${part} in\n${diff.text}`);
    const log = await stage.ask("/log", /^📜 Steps\npatch it/);
    assert.match(log.text, /Developing · round 1/);
    assert.match(log.text, /exit 3 · exit 3/);
    assert.match(log.text, /✏️ .*kept\.txt/);
    if (!recorded) await stage.ask("/undo", /needs the app-server/);
    await stage.ask("/diff notes/할 일.md", /^notes\/할 일\.md · 1 file · \+2 −0/);
    await stage.ask(
      "/diff kept",
      /^kept is not among the changes of this conversation\.[\s\S]*\/diff kept\.txt/,
    );
    await stage.ask("/new", /New conversation/);
    await stage.ask("/diff", /No changes/);
    await stage.ask("/undo", recorded ? /nothing to take back in this conversation/ : /app-server/);
  });

  test("the log of a running request is a button away, for the person who asked", async (stage) => {
    const { world } = stage;
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = asks("work");
    stage.model.script({
      when: held,
      steps: [{ command: "echo begun" }, { until: promise, then: { message: "worked" } }],
    });
    const request = stage.say("work");
    const status = await stage.reply(request, /Developing[\s\S]*echo begun/);
    // The command is shown from its beginning on; now it has ended.
    await stage.model.received((asked) => held(asked) && asked.toolOutputs.length === 1);
    assert.deepEqual(status.buttons.map((row) => row.map(({ text }) => text)), [["Cancel", "Log"]]);
    world.press(stage.chat, status.id, "Log");
    const log = await stage.reply(status.id, /^📜 Steps · still running[\s\S]*echo begun · exit 0/);
    assert.equal(log.silent, true);
    const late = world.forcePress(stage.chat, status.id, "l:000000000000");
    assert.match((await world.waitForAnswer(late)).text ?? "", /no longer works/);
    const waiting = stage.say("and this");
    const place = await stage.reply(waiting, /Queued · next/);
    assert.deepEqual(place.buttons.flat().map(({ text }) => text), ["Cancel"]);
    resolve();
    await stage.reply(waiting, /^ok: and this$/);
    const again = world.forcePress(stage.chat, status.id, status.buttons[0]?.[1]?.data ?? "");
    assert.equal((await world.waitForAnswer(again)).text ?? "", "");
  });

  test("files that a shell command changed are not counted as nothing", async (stage) => {
    stage.model.script({
      when: asks("shell it"),
      steps: [{ command: "echo more >> kept.txt" }, { message: "done by shell" }],
    });
    const request = stage.say("shell it");
    await stage.reply(request, /^done by shell$/);
    const ended = await stage.reply(request, /^✅ Done/);
    if (recorded) assert.match(ended.text, /· 1 file \+1 −0 ·/);
    else assert.ok(!/[+−]\d/.test(ended.text), ended.text);
  });

  test(
    "changes and steps are there after a restart, and what is long comes as a file",
    async (stage, program) => {
      const lines = Array.from({ length: 60 }, (_, index) => `+line ${index}`).join("\n");
      stage.model.script({
        when: asks("write much"),
        steps: [
          ...Array.from({ length: 20 }, (_, index) => ({ command: `echo ${index}` })),
          { patch: `*** Begin Patch\n*** Add File: long.txt\n${lines}\n*** End Patch\n` },
          { message: "written" },
        ],
      });
      await stage.ask("write much", /^written$/);
      assert.equal(await program.stop(), 0);
      await stage.start();
      const diff = stage.say("/diff last");
      await stage.reply(
        diff,
        /^Changes · 1 file · \+60 −0\n\nwrite much\n[\s\S]*Read it in changes\.html; changes\.patch is/,
      );
      const page = await documentText(stage, diff, "changes.html");
      assert.match(page, /<h3>write much<\/h3>[\s\S]*>\+line 59\n</);
      const patch = await documentText(stage, diff, "changes.patch");
      assert.match(patch, /\n\+line 0\n[\s\S]*\n\+line 59\n/);
      const log = stage.say("/log");
      await stage.reply(log, /Latest 15 steps; all of them are in log\.txt/);
      const steps = await documentText(stage, log, "log.txt");
      assert.match(steps, /\$ echo 0 · exit 0[\s\S]*\$ echo 19 · exit 0[\s\S]*long\.txt/);
    },
  );
}

/** The file of that name with which the bot replied. */
async function documentText(stage: Stage, to: number, name: string): Promise<string> {
  const { document } = await stage.world.waitForMessage(
    stage.chat,
    (message) => message.replyTo === to && message.document?.name === name,
    { what: name },
  );
  return new TextDecoder().decode(document?.bytes);
}
