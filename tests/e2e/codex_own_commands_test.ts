/** Commands of Codex's own that exist here as well, with the real program and real Codex. */
import assert from "node:assert/strict";
import { NEWEST } from "../support/codex_versions.ts";
import { Stage } from "./stage.ts";

Deno.test("/fork continues in a copy, also after a restart; the original stays", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "app-server" });
  await stage.start();
  const { model } = stage;
  await stage.ask("/mode single", /Mode set to single/);
  await stage.ask("/fork", /There is nothing to copy yet/);
  await stage.ask("first", /^ok: first$/);
  await stage.ask("/name Parser", /Conversation named/);
  const { developer_thread_id: original } = await stage.session();
  await stage.ask(
    "/fork",
    /^▶️ Copied: Parser\. Your next message continues in the copy\.\nThe orig/,
  );
  const { developer_thread_id: copy, history } = await stage.session();
  assert.notEqual(copy, original);
  assert.ok(Array.isArray(history) && history.length === 2);
  await stage.restart();
  await stage.ask("second", /^ok: second$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first", "second"]);
  assert.equal((await stage.session()).developer_thread_id, copy);
  await stage.restart();
  await stage.ask("/fork", /^▶️ Copied: Parser/);
  await stage.ask("third", /^ok: third$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first", "second", "third"]);
  const list = await stage.ask("/resume", /Which conversation/);
  const labels = list.buttons.flat().map(({ text }) => text);
  assert.equal(labels.filter((label) => /ago · Parser$/.test(label)).length, 3);
  await stage.ask(`/resume ${original}`, /Continuing: Parser/);
  await stage.ask("other way", /^ok: other way$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first", "other way"]);
});
