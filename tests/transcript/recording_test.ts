import assert from "node:assert/strict";
import { startBotApiServer } from "../../src/demo/bot_api/server.ts";
import { Recorder } from "./recorder.ts";
import { chatAt, readRecording, type Recording, renamed } from "./recording.ts";
import { ENGLISH } from "./story/english.ts";
import { drawTextPage } from "./text_page.ts";

async function recorded(): Promise<Recording> {
  await using server = await startBotApiServer({ token: "1:a" });
  const { world } = server;
  const person = world.createPerson();
  const chat = world.privateChat(person);
  using recorder = new Recorder(world, chat);
  const { id } = world.send(chat, "hello");
  recorder.mark("said");
  world.react(chat, id, person, ["👍"]);
  world.react(chat, id, person, ["👍"]);
  world.edit(chat, id, "hello ``` /you");
  world.remove(chat, id);
  return recorder.recording();
}

Deno.test("Recorder notes each change once, and readRecording reads it back", async () => {
  const recording = await recorded();
  const looks = recording.messages[0]?.looks ?? [];
  assert.deepEqual(
    looks.map(({ text, reactions, deleted }) => [text, reactions.join(), deleted]),
    [
      ["hello", "", false],
      ["hello", "👍", false],
      ["hello ``` /you", "👍", false],
      ["hello ``` /you", "👍", true],
    ],
  );
  assert.deepEqual(readRecording(JSON.stringify(recording)), recording);
});

Deno.test("chatAt shows the last look before the moment, and nothing that is deleted", () => {
  const look = { text: "a", entities: [], buttons: [], reactions: [], deleted: false };
  const recording: Recording = {
    messages: [{
      id: 1,
      byBot: true,
      silent: true,
      looks: [{ ...look, at: 5 }, { ...look, at: 9, text: "b" }, {
        ...look,
        at: 20,
        deleted: true,
      }],
    }],
    moments: [],
  };
  const texts = [4, 5, 19, 20].map((at) => chatAt(recording, at).map(({ look }) => look.text));
  assert.deepEqual(texts, [[], ["a"], ["b"], []]);
});

Deno.test("drawTextPage tells every look in order, within fences that hold", async () => {
  const words = ENGLISH.page;
  const page = drawTextPage(await recorded(), { words, person: "Ann", picture: "p.png" });
  assert.match(page, /!\[\]\(p\.png\)/);
  assert.match(page, /Ann #1\n\n```text\nhello\n```\n\n\*\*\d+\.\d s\*\* · Ann #1 👍\n/);
  assert.match(page, /Ann #1 · edited\n\n````text\nhello ``` \/you\n````/);
  assert.match(page, /✗\n```\n$/);
});

Deno.test("renamed moves the formatting along with the text", () => {
  const text = "in /tmp/x/a and /tmp/x, see b";
  const entity = (part: string): { type: string; offset: number; length: number } => ({
    type: "code",
    offset: text.indexOf(part),
    length: part.length,
  });
  const look = { at: 0, text, buttons: [], reactions: [], deleted: false };
  const entities = [entity("in"), entity("/tmp/x/a"), entity("and /tmp/x,"), entity("b")];
  const recording: Recording = {
    messages: [{ id: 1, byBot: true, silent: true, looks: [{ ...look, entities }] }],
    moments: [],
  };
  for (const to of ["~", "~/a/longer/place"]) {
    const [after] = renamed(recording, "/tmp/x", to).messages[0]?.looks ?? [];
    const parts = after?.entities.map(({ offset, length }) =>
      after.text.slice(offset, offset + length)
    );
    assert.deepEqual(parts, ["in", `${to}/a`, `and ${to},`, "b"]);
  }
});
