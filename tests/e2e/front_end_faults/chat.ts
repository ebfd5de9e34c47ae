/** The person does something to the chat while a run is at work. */
import assert from "node:assert/strict";
import { assertLastEdit, countedCalls, editsOf, refusals } from "./calls.ts";
import { withoutEnd } from "../stage.ts";
import { type Codex, DONE, HeldRun, withStage } from "./scene.ts";

export function chatFaults(codex: Codex): void {
  const name = (text: string): string => `${codex.backend} ${codex.codex}: ${text}`;

  for (const killed of [false, true]) {
    const between = killed ? ", a kill (-9) in between" : "";
    Deno.test(
      name(`blocked in mid-run: the answer waits, and comes once when the chat is back${between}`),
      () =>
        withStage(codex, async (stage, program) => {
          const { world, chat } = stage;
          const run = await HeldRun.begin(stage, "work on", [
            { command: "touch made" },
            { message: "unheard" },
          ]);
          world.block(chat);
          const before = countedCalls(stage).length;
          run.release();
          await program.logged(/run\.finished .*status="?(?:answered|ok)/);
          await program.logged(/outbox\.unreachable .*kept=[1-9]/);
          assert.equal((await Deno.stat(`${stage.workspace}/made`)).isFile, true);
          if (killed) {
            await program.kill();
            const next = await stage.start();
            await next.logged(/outbox\.unreachable .*kept=[1-9]/);
          }
          const attempts = countedCalls(stage).slice(before);
          assert.ok(attempts.length <= 4, `${attempts.length} attempts at a blocked chat`);
          assert.ok(attempts.every(({ outcome }) => outcome?.type !== "answered"));
          world.unblock(chat);
          const reply = await stage.ask("are you there?", /^ok: [\s\S]*are you there\?$/);
          const [answer, ...more] = run.allSaid(/unheard/);
          assert.deepEqual([withoutEnd(answer?.text ?? ""), more], ["unheard", []]);
          assert.ok((answer?.id ?? Infinity) < reply.id, "it comes before what was asked later");
          await world.waitFor(() => DONE.test(world.message(chat, run.status.id).text));
          assertLastEdit(stage, run.status.id, DONE);
        }),
    );
  }
}

export function chatTrifles(codex: Codex): void {
  const name = (text: string): string => `${codex.backend} ${codex.codex}: ${text}`;

  Deno.test(
    name("an edit that changes nothing is as good as done"),
    () =>
      withStage(codex, async (stage) => {
        const run = await HeldRun.begin(stage, "answer me", [{ message: "the answer" }]);
        const unchanged = stage.telegram.faults.add({
          method: "editMessageText",
          kind: "status",
          status: 400,
          description: "Bad Request: message is not modified: specified new message content and " +
            "reply markup are exactly the same as a current content and reply markup of the message",
        });
        run.release();
        await run.said(/^the answer$/);
        await stage.world.waitFor(() => unchanged.hits === 1, { what: "the edit" });
        const edits = refusals(stage, 400).filter(({ method }) => method === "editMessageText");
        assert.equal(edits.length, 1);
        assert.doesNotMatch(stage.output, /outbox\.(?:failed|retry)/);
      }),
  );

  Deno.test(
    name("a status message that the person deletes stays away, and the answer comes"),
    () =>
      withStage(codex, async (stage) => {
        const { world, chat } = stage;
        const run = await HeldRun.begin(stage, "answer me", [
          // Long enough for several edits.
          { command: "sleep 1" },
          { command: "sleep 1; true" },
          { command: `touch ${stage.home}/made`, escalated: "It lies outside" },
          { message: "the answer" },
        ]);
        world.remove(chat, run.status.id);
        const before = editsOf(stage, run.status.id).length;
        run.release();
        const question = await run.said(/Codex wants/);
        world.press(chat, question.id, "Allow once");
        await run.said(/^the answer$/);
        await run.over();
        assert.equal(run.allSaid(/Developing|Done/).length, 0);
        const edits = editsOf(stage, run.status.id).slice(before);
        assert.ok(edits.length <= 1, `${edits.length} edits of a message that is gone`);
      }),
  );

  Deno.test(
    name("a request that the person deletes is answered without a reply"),
    () =>
      withStage(codex, async (stage) => {
        const { world, chat } = stage;
        const run = await HeldRun.begin(stage, "answer me", [{ message: "the answer" }]);
        world.remove(chat, run.request);
        run.release();
        const answer = await world.waitForMessage(chat, /^the answer$/);
        assert.equal(answer.replyTo, undefined);
        await world.waitFor(() => DONE.test(world.message(chat, run.status.id).text));
        assertLastEdit(stage, run.status.id, DONE);
      }),
  );

  Deno.test(
    name("formatting that Telegram refuses is left out, and that is counted"),
    () =>
      withStage(codex, async (stage, program) => {
        const run = await HeldRun.begin(stage, "answer me", [{ message: "a **bold** answer" }]);
        stage.telegram.faults.add({
          method: "sendMessage",
          kind: "status",
          status: 400,
          description: "Bad Request: can't parse entities: unexpected end of the text",
        });
        run.release();
        const answer = await run.said(/^a bold answer$/);
        assert.deepEqual(answer.entities, []);
        await run.over();
        assert.equal(run.allSaid(/bold/).length, 1);
        assert.equal(await program.stop(), 0);
        assert.match(stage.output, /outbox\.closed .*plainTextResends=1/);
      }),
  );
}
