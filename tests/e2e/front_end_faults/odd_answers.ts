/** Something that is no Bot API answers in its place, or the Bot API refuses the answer for good. */
import assert from "node:assert/strict";
import type { FaultKind } from "../../../src/demo/bot_api/faults.ts";
import { MARK } from "../../faults/scene.ts";
import { assertLastEdit } from "./calls.ts";
import { type Codex, DONE, HeldRun, withStage } from "./scene.ts";

/** What gateways were seen to say, and whether the call may have had its effect all the same. */
export const ODD_ANSWERS: readonly (readonly [FaultKind & { kind: "foreign" }, boolean])[] = [
  [{ kind: "foreign", status: 502, body: '{"message":"Bad Gateway"}' }, false],
  [{ kind: "foreign", status: 503, body: '{"message":"Service Unavailable"}' }, false],
  [{ kind: "foreign", status: 504, body: '{"error":"timeout"}' }, true],
  [{ kind: "foreign", status: 200, body: '{"ok":false}' }, false],
  [{ kind: "foreign", status: 429, body: '{"ok":false,"error_code":429}' }, false],
  [{ kind: "foreign", status: 200, body: "{}" }, true],
  [{ kind: "foreign", status: 200, body: "" }, true],
  [{ kind: "foreign", status: 401, body: '{"message":"Unauthorized"}' }, false],
];

const REFUSED = {
  kind: "status",
  status: 400,
  description: "Bad Request: SOMETHING_NOBODY_KNOWS",
} as const;

export function oddAnswers(codex: Codex): void {
  const name = (text: string): string => `${codex.backend} ${codex.codex}: ${text}`;

  Deno.test(
    name("the answer comes, whatever a gateway says in place of the Bot API"),
    () =>
      withStage(codex, async (stage) => {
        for (const [index, [fault, uncertain]] of ODD_ANSWERS.entries()) {
          const steps = [{ message: `answer ${index}` }];
          const run = await HeldRun.begin(stage, `question ${index}`, steps);
          const added = stage.telegram.faults.add({ method: "sendMessage", ...fault });
          run.release();
          const answer = await run.said(new RegExp(`answer ${index}$`));
          await run.over();
          assert.equal(added.hits, 1);
          assert.equal(run.allSaid(/answer/).length, 1);
          assert.equal(answer.text.startsWith(MARK), uncertain, fault.body);
          assertLastEdit(stage, run.status.id, DONE);
        }
      }),
  );

  Deno.test(
    name("a file is fetched, whatever a gateway says to getFile"),
    () =>
      withStage(codex, async (stage) => {
        const bytes = new TextEncoder().encode("the contents");
        for (const [fault] of ODD_ANSWERS) {
          const added = stage.telegram.faults.add({ method: "getFile", ...fault });
          const { id } = stage.world.send(stage.chat, {
            text: `read ${fault.status} ${fault.body.length}`,
            document: { name: "notes.txt", mimeType: "text/plain", bytes },
          });
          await stage.reply(id, /^ok: [\s\S]*read/);
          assert.equal(added.hits, 1);
        }
      }),
  );

  Deno.test(
    name("an answer that is refused comes as plain text, then as a file, and so does a reply"),
    () =>
      withStage(codex, async (stage) => {
        for (const [times, form] of [[1, /^a bold answer$/], [2, /^$/]] as const) {
          const run = await HeldRun.begin(stage, `answer me ${times}`, [
            { message: "a **bold** answer" },
          ]);
          stage.telegram.faults.add({ method: "sendMessage", ...REFUSED, times });
          run.release();
          const answer = await run.said(form);
          assert.deepEqual(answer.entities, []);
          if (times === 2) assert.equal(answer.document?.name, "answer.txt");
          await run.over();
          assertLastEdit(stage, run.status.id, DONE);
        }
        const { faults } = stage.telegram;
        faults.add({ method: "sendMessage", ...REFUSED, times: 2 });
        const reply = await stage.reply(stage.say("/mode"), /^$/);
        assert.equal(reply.document?.name, "message.txt");
        assert.match(new TextDecoder().decode(reply.document?.bytes), /^● single: /);
        faults.add({ method: "sendMessage", ...REFUSED, times: 2 });
        faults.add({ method: "sendDocument", ...REFUSED });
        await stage.ask("/mode", /could not be delivered[^]*\/status shows where things stand/);
        await stage.ask("/status", /^Status/);
      }),
  );

  for (const killed of [false, true]) {
    const after = killed ? ", also after a kill (-9)" : "";
    Deno.test(
      name(`an answer that is refused in every form is told, and /last has it${after}`),
      () =>
        withStage(codex, async (stage, program) => {
          const run = await HeldRun.begin(stage, "answer me", [{ message: "a **bold** answer" }]);
          const faults = stage.telegram.faults;
          faults.add({ method: "sendMessage", ...REFUSED, times: 2 });
          // The program is killed while the file is on its way.
          if (killed) faults.add({ method: "sendDocument", kind: "blackhole" });
          faults.add({ method: "sendDocument", ...REFUSED });
          run.release();
          if (killed) {
            await stage.world.waitFor(() =>
              stage.telegram.calls().some(({ method }) => method === "sendDocument")
            );
            await program.kill();
            await stage.start();
          }
          await run.said(/Telegram did not accept the answer\. \/last shows it again\./);
          await run.over("😢");
          assert.equal(run.allSaid(/did not accept/).length, 1);
          assertLastEdit(stage, run.status.id, /^⚠️ Answer not delivered, see \/last/);
          assert.equal(run.allSaid(DONE).length, 0);
          const again = await stage.ask("/last", /^a bold answer$/);
          assert.deepEqual(again.entities.map(({ type }) => type), ["bold"]);
        }),
    );
  }
}
