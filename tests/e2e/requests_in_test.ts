/** What people send reaches Codex whole, with the real program. */
import assert from "node:assert/strict";
import type { PersonMessage } from "../../src/demo/bot_api/incoming.ts";
import type { ReceivedRequest } from "../support/responses_api.ts";
import { singleModeTest } from "./single_mode.ts";
import type { Stage, StageOptions } from "./stage.ts";
import { NEWEST } from "../support/codex_versions.ts";

const APP_SERVER: StageOptions = { codex: NEWEST, backend: "auto" };
const ECHO: StageOptions = { codex: "none", backend: "echo" };

function send(stage: Stage, message: PersonMessage): number {
  return stage.world.send(stage.chat, message).id;
}

const saying = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText.includes(text);

singleModeTest("links and code reach Codex as Markdown", APP_SERVER, async (stage) => {
  const text = "follow the guide and run print(1)";
  const request = send(stage, {
    text,
    entities: [
      { type: "text_link", offset: 7, length: 9, details: { url: "https://example.org/guide" } },
      { type: "pre", offset: text.indexOf("print"), length: 8, details: { language: "python" } },
    ],
  });
  await stage.reply(request, /^ok: /);
  const heard = await stage.model.received(saying("guide"));
  assert.match(
    heard.lastUserText,
    /follow \[the guide\]\(https:\/\/example\.org\/guide\) and run \n```python\nprint\(1\)\n```/,
  );
});

singleModeTest("a reply to a document brings the document along", ECHO, async (stage) => {
  const bytes = new TextEncoder().encode("the notes");
  const document = { name: "notes.txt", mimeType: "text/plain", bytes };
  const sent = send(stage, { document });
  await stage.reply(sent, /Kept for your next request/);
  await stage.ask("/new", /./);
  const request = send(stage, { text: "summarise this", replyTo: sent });
  const answer = await stage.reply(request, /\[ECHO\]/);
  assert.match(answer.text, /summarise this[\s\S]*inbox[\s\S]*notes\.txt/);
});

singleModeTest(
  "a reply brings an answer along that the conversation lacks",
  APP_SERVER,
  async (stage) => {
    const first = stage.say("remember the word zebra");
    const answer = await stage.reply(first, /^ok: [\s\S]*zebra/);
    const known = send(stage, { text: "what was that?", replyTo: answer.id });
    await stage.reply(known, /^ok: what was that\?$/);

    await stage.ask("/new", /./);
    await stage.ask("/mode single", /Mode set to single/);
    const later = send(stage, { text: "explain it", replyTo: answer.id });
    await stage.reply(later, /^ok: explain it[\s\S]*earlier answer[\s\S]*zebra/);
  },
);

singleModeTest("what has words reaches Codex, and what has none is named", ECHO, async (stage) => {
  const options = [{ text: "tabs", voter_count: 1 }, { text: "spaces", voter_count: 2 }];
  const poll = send(stage, { extra: { poll: { id: "1", question: "Indent?", options } } });
  const answer = await stage.reply(poll, /\[ECHO\]/);
  assert.match(answer.text, /Indent\?[\s\S]*spaces/);
  const video = { file_id: "v", file_unique_id: "v", width: 1, height: 1, duration: 1 };
  const captioned = send(stage, { extra: { video, caption: "like in this" } });
  await stage.reply(captioned, /Not passed on to Codex: a video/);
  await stage.reply(captioned, /\[ECHO\][\s\S]*like in this/);
});

singleModeTest(
  "an edit of a request that waits is what runs, and one of a running request can be sent on",
  APP_SERVER,
  async (stage) => {
    stage.model.script({
      when: ({ lastUserText }) => lastUserText === "hang",
      steps: [{ until: new Promise(() => {}), then: { message: "never" } }],
    });
    const running = stage.say("hang");
    await stage.model.received(({ lastUserText }) => lastUserText === "hang");
    const waiting = stage.say("paint it green");
    await stage.reply(waiting, /Queued/);
    stage.world.edit(stage.chat, waiting, "paint it blue");
    await stage.reply(waiting, /^The queued request has your new words\.$/);
    stage.world.edit(stage.chat, running, "do not hang");
    const offer = await stage.reply(running, /already running with its earlier words/);
    stage.world.press(stage.chat, offer.id, "Send the change to Codex");
    await stage.reply(running, /^✓ Codex gets your new words/);
    stage.say("/cancel");
    await stage.reply(waiting, /^ok: paint it blue$/);
    assert.equal(stage.model.requests.some(saying("paint it green")), false);
  },
);

singleModeTest(
  "after a restart, the button of an edit still works, and a reply to a command is known as one",
  APP_SERVER,
  async (stage) => {
    stage.model.script({
      when: ({ lastUserText }) => lastUserText === "hang",
      steps: [{ until: new Promise(() => {}), then: { message: "never" } }],
    });
    const running = stage.say("hang");
    await stage.model.received(({ lastUserText }) => lastUserText === "hang");
    const status = await stage.ask("/status", /single/);
    stage.world.edit(stage.chat, running, "do not hang");
    const offer = await stage.reply(running, /already running with its earlier words/);
    await stage.restart();
    const held = await stage.reply(running, /Interrupted/);
    stage.world.press(stage.chat, offer.id, "Send the change to Codex");
    await stage.reply(running, /^✓ The queued request has your new words/);
    stage.world.press(stage.chat, held.id, "Continue");
    await stage.reply(running, /^ok: [\s\S]*do not hang/);
    const asked = send(stage, { text: "what is that?", replyTo: status.id });
    await stage.reply(asked, /^ok: what is that\?[\s\S]*message of the program[\s\S]*single/);
    assert.equal(stage.model.requests.some(saying("earlier answer")), false);
  },
);

singleModeTest("/steer in reply to a document brings it along", APP_SERVER, async (stage) => {
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  stage.model.script({
    when: ({ lastUserText }) => lastUserText === "build it",
    steps: [{ until, then: { message: "on it" } }],
  });
  const bytes = new TextEncoder().encode("two spaces");
  const document = { name: "style.md", mimeType: "text/markdown", bytes };
  const sent = send(stage, { document });
  await stage.reply(sent, /Kept for your next request/);
  await stage.ask("/new", /./);
  await stage.ask("/mode single", /Mode set to single/);
  stage.say("build it");
  await stage.model.received(saying("build it"));
  const steering = send(stage, { text: "/steer like this", replyTo: sent });
  await stage.world.waitFor(() =>
    stage.world.message(stage.chat, steering).reactions.includes("✍")
  );
  release();
  const heard = await stage.model.received(saying("like this"));
  assert.match(heard.lastUserText, /^like this[\s\S]*inbox[\s\S]*style\.md/);
});

const VOICE = {
  name: "voice.oga",
  mimeType: "audio/ogg",
  bytes: new TextEncoder().encode("blue"),
};
const HEARING = `[voice]\ncommand = ["sh", "-c", "printf 'paint it '; cat \\"$0\\"", "{file}"]`;

singleModeTest("a voice message is written down, shown and run", {
  ...ECHO,
  conf: HEARING,
}, async (stage) => {
  const request = send(stage, { voice: VOICE });
  const heard = await stage.reply(request, /^🎙 Understood:\npaint it blue$/);
  assert.equal(heard.silent, true);
  await stage.reply(request, /\[ECHO\][\s\S]*paint it blue/);
  await stage.answered(request);
  const other = send(stage, { text: "once more", replyTo: request });
  await stage.reply(
    other,
    /once more[\s\S]*Quoted from an earlier message of the same person[\s\S]*paint it blue/,
  );
});

singleModeTest("a voice message that cannot be written down says why", {
  ...ECHO,
  conf: `[voice]\ncommand = ["sh", "-c", "echo no model >&2; exit 3"]`,
}, async (stage) => {
  const request = send(stage, { voice: VOICE });
  await stage.reply(
    request,
    /could not be written down: .*code 3: no model\..*Nothing was started/,
  );
});

singleModeTest("without a program for it, a voice message says how", ECHO, async (stage) => {
  await stage.reply(send(stage, { voice: VOICE }), /set command or endpoint under \[voice\]/);
});
