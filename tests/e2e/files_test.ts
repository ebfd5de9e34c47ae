/** Files on their way to Codex and back, with the real program and real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { PersonMessage } from "../../src/demo/bot_api/incoming.ts";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ReceivedRequest } from "../support/responses_api.ts";
import { COLLECTING_PACE } from "./pace.ts";
import { HeldRun } from "./front_end_faults/scene.ts";
import { singleModeTest } from "./single_mode.ts";
import { GROUP_ID, OWNER_ID, Stage, type StageOptions } from "./stage.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";

const APP_SERVER: StageOptions = { codex: NEWEST, backend: "auto" };
const MCP: StageOptions = { codex: LAST_WITH_MCP_SERVER, backend: "mcp" };
const ECHO: StageOptions = { codex: "none", backend: "echo" };
const COLLECTING = { pace: COLLECTING_PACE };

/** One red dot. */
const PNG = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  ),
  (character) => character.charCodeAt(0),
);
const PICTURE = { name: "dot.png", mimeType: "image/png", bytes: PNG };

function send(stage: Stage, message: PersonMessage): number {
  return stage.world.send(stage.chat, message).id;
}

const saying = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText.includes(text);

async function inbox(stage: Stage): Promise<string[]> {
  const folder = join(stage.stateFolder, "inbox", `${OWNER_ID}-${OWNER_ID}`);
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) names.push(join(folder, name));
  return names.sort();
}

singleModeTest(
  "a photo with a caption is shown to the model, and kept for its owner alone",
  APP_SERVER,
  async (stage) => {
    const request = send(stage, { text: "what is this?", photo: PICTURE });
    await stage.reply(request, /^ok: /);
    const heard = await stage.model.received(saying("what is this?"));
    assert.equal(heard.images.length, 1);
    assert.match(heard.images[0] ?? "", /^data:image\/png;base64,/);
    const [path = ""] = await inbox(stage);
    assert.deepEqual(await Deno.readFile(path), PNG);
    assert.ok(heard.lastUserText.includes(path), heard.lastUserText);
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    assert.doesNotMatch(stage.output, /AAbbCC/);
  },
);

singleModeTest(
  "pictures that an answer names follow it as photos, also after a kill (-9); missing ones stay text",
  APP_SERVER,
  async (stage) => {
    await Deno.writeFile(join(stage.workspace, "shot.png"), PNG);
    await Deno.writeFile(join(stage.home, "outside.png"), PNG);
    await Deno.mkdir(join(stage.workspace, "out"));
    await Deno.writeFile(join(stage.workspace, "out", "b.png"), PNG);
    const message = `Look:\n\n![the page](shot.png) ![b](out/b.png)\n\n[gone](gone.png), ` +
      `![no](../outside.png) and [mod.rs](${stage.workspace}/src/mod.rs:4)`;
    stage.model.script({ when: saying("show me"), steps: [{ message }] });
    const request = stage.say("show me");
    const answer = await stage.reply(request, /^Look:/);
    assert.match(answer.text, /gone \(gone\.png\), no \(\.\.\/outside\.png\) and src\/mod\.rs:4/);
    const photos = (): SeenMessage[] =>
      stage.world.transcript(stage.chat).filter(({ byBot, photo }) => byBot && photo !== undefined);
    await stage.world.waitFor(() => photos().length > 1);
    const pictures = photos();
    assert.deepEqual(pictures.map(({ text, photo }) => [text, photo?.name]), [
      ["the page", "shot.png"],
      ["b", "b.png"],
    ]);
    assert.deepEqual(pictures[0]?.photo?.bytes, PNG);
    // Between the answer and its pictures the program ends.
    await Deno.writeFile(join(stage.workspace, "late.png"), PNG);
    const run = await HeldRun.begin(stage, "and late", [{ message: "![](late.png)" }]);
    const held = stage.telegram.faults.add({ method: "sendMessage", kind: "blackhole" });
    run.release();
    await stage.world.waitFor(() => held.hits === 1, { what: "the answer to be on its way" });
    await stage.startAfterKill();
    await stage.world.waitFor(() => photos().at(-1)?.photo?.name === "late.png");
    assert.equal(photos().length, 3);
  },
);

singleModeTest("a document is named to Codex by its path", MCP, async (stage) => {
  const bytes = new TextEncoder().encode("the notes");
  const document = { name: "../../my notes; rm.txt", mimeType: "text/plain", bytes };
  const request = send(stage, { text: "read the notes", document });
  await stage.reply(request, /^ok: /);
  const heard = await stage.model.received(saying("read the notes"));
  const [path = ""] = await inbox(stage);
  assert.match(path, /\/inbox\/[^/]+\/\d+-_?my_notes_rm\.txt$|\/\d+-[^/]*my_notes_rm\.txt$/);
  assert.ok(heard.lastUserText.includes(path), heard.lastUserText);
  assert.deepEqual(heard.images, []);
  assert.equal(await Deno.readTextFile(path), "the notes");
});

singleModeTest(
  "an album is one request, and a command sent meanwhile does not wait for it",
  { ...APP_SERVER, ...COLLECTING },
  async (stage) => {
    const first = send(stage, { text: "compare these", photo: PICTURE, mediaGroupId: "77" });
    for (let more = 0; more < 2; more++) send(stage, { photo: PICTURE, mediaGroupId: "77" });
    await stage.ask("/queue", /Nothing is running/);
    await stage.reply(first, /^ok: /);
    const heard = await stage.model.received(saying("compare these"));
    assert.equal(heard.images.length, 3);
    assert.equal((await inbox(stage)).length, 3);
    assert.equal(stage.model.requests.filter(saying("compare these")).length, 1);
  },
);

singleModeTest(
  "a text that the client cut is one request",
  { ...ECHO, ...COLLECTING },
  async (stage) => {
    const whole = Array.from({ length: 2_000 }, (_, line) => `line ${line}`).join("\n");
    const parts = [whole.slice(0, 4_096), whole.slice(4_096, 8_192), whole.slice(8_192, 12_288)];
    const [first = 0] = parts.map((part) => stage.say(part));
    const answer = await stage.reply(first, /\[ECHO\]/);
    assert.match(answer.text, /line 0\nline 1\n/);
    await stage.answered(first);
    const isWhole = /line 463\\nline 464\\n/;
    await stage.session(({ history }) => isWhole.test(JSON.stringify(history)));
    await stage.ask("/queue", /Nothing is running or queued/);
  },
);

singleModeTest(
  "five megabytes of pasted text get one short answer, and hold up nobody",
  { ...ECHO, ...COLLECTING },
  async (stage) => {
    const [first = 0] = Array.from({ length: 1_280 }, () => stage.say("x".repeat(4_096)));
    await stage.ask("/cancel", /Nothing is running/);
    await stage.reply(first, /too much text for one request\. Send it as a file/);
    await stage.ask("/queue", /Nothing is running or queued/);
    const said = stage.world.transcript(stage.chat).filter(({ byBot }) => byBot);
    assert.equal(said.length, 4, said.map(({ text }) => text).join("\n--\n"));
  },
);

singleModeTest("files without a word wait for one, and /new forgets them", ECHO, async (stage) => {
  const bytes = new TextEncoder().encode("x");
  const document = { name: "a.csv", mimeType: "text/csv", bytes };
  const alone = send(stage, { document });
  await stage.reply(alone, /Kept for your next request: a\.csv/);
  const request = stage.say("sum it up");
  await stage.reply(request, /sum it up[\s\S]*\/inbox\/[\s\S]*a\.csv/);
  await stage.answered(request);
  const next = stage.say("and now?");
  const answer = await stage.reply(next, /\[ECHO\][\s\S]*and now\?/);
  assert.doesNotMatch(answer.text, /a\.csv/);
  await stage.reply(send(stage, { document }), /Kept for your next request/);
  await stage.ask("/new", /New conversation/);
  await stage.ask("/mode single", /Mode set to single/);
  const last = await stage.ask("hello", /\[ECHO\][\s\S]*hello/);
  assert.doesNotMatch(last.text, /a\.csv/);
});

singleModeTest(
  "what is too big is refused at once, and what cannot be fetched is said",
  ECHO,
  async (stage) => {
    const big = { ...PICTURE, claimedSize: 21 * 1024 * 1024, name: "big.png" };
    const refused = send(stage, { text: "look", document: big });
    await stage.reply(refused, /big\.png is larger than 20 MB[\s\S]*Nothing was started/);
    stage.telegram.faults.add({ method: "getFile", kind: "status", status: 400, times: 1 });
    const gone = send(stage, { text: "look", document: PICTURE });
    await stage.reply(gone, /no longer hands out dot\.png[\s\S]*Nothing was started/);
    await stage.ask("/queue", /Nothing is running or queued/);
    await stage.world.waitFor(() => stage.world.message(stage.chat, gone).reactions.length === 0);
  },
);

singleModeTest(
  "a comment and what is forwarded with it are one piece of work",
  { ...APP_SERVER, ...COLLECTING },
  async (stage) => {
    const bob = stage.world.createPerson({ firstName: "Bob" });
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    stage.model.script({
      when: saying("fix this"),
      steps: [{ until, then: { message: "looking" } }],
    });
    const request = stage.say("fix this");
    send(stage, { text: "TypeError in a.ts", forwardedFrom: bob });
    send(stage, { text: "and in b.ts", forwardedFrom: bob });
    await stage.reply(request, /Developing[\s\S]*✍️/);
    release();
    const heard = await stage.model.received(saying("TypeError in a.ts"));
    assert.match(
      heard.lastUserText,
      /Quoted from somebody else[\s\S]*TypeError[\s\S]*and in b\.ts/,
    );
    await stage.reply(request, /^✅ Done/);
    await stage.ask("/queue", /Nothing is running or queued/);
  },
);

singleModeTest(
  "a comment that waits behind a request waits together with what is forwarded with it",
  { ...APP_SERVER, ...COLLECTING },
  async (stage) => {
    const bob = stage.world.createPerson({ firstName: "Bob" });
    const run = await HeldRun.begin(stage, "go first", [{ message: "gone" }]);
    const request = stage.say("fix this");
    send(stage, { text: "TypeError in a.ts", forwardedFrom: bob });
    await stage.logged(/ telegram\.joined /);
    run.release();
    const heard = await stage.model.received(saying("TypeError in a.ts"));
    assert.match(heard.lastUserText, /fix this[\s\S]*TypeError/);
    await stage.reply(request, /^✅ Done/);
    await stage.ask("/queue", /Nothing is running or queued/);
  },
);

singleModeTest(
  "in a group the later pieces of an album need not name the bot",
  { ...ECHO, ...COLLECTING },
  async (stage) => {
    const { world, owner } = stage;
    const group = world.createGroup({ id: GROUP_ID, botStatus: "administrator" });
    const common = { photo: PICTURE, mediaGroupId: "5", from: owner };
    const { id } = world.send(group, { text: "@codex_test_bot compare", ...common });
    world.send(group, common);
    world.send(group, { photo: PICTURE, mediaGroupId: "6", from: owner });
    const answer = await world.waitForMessage(
      group,
      ({ replyTo, text }) => replyTo === id && /\[ECHO\]/.test(text),
    );
    assert.equal(answer.text.match(/photo-\d+\.jpg/g)?.length, 2, answer.text);
  },
);

singleModeTest(
  "/file sends a file of the working directory, and nothing from elsewhere",
  APP_SERVER,
  async (stage) => {
    await Deno.mkdir(join(stage.workspace, "out"));
    await Deno.writeFile(join(stage.workspace, "out", "dot.png"), PNG);
    await Deno.writeTextFile(
      join(stage.workspace, ".env"),
      "TOKEN=7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr\n",
    );
    await Deno.symlink("/etc", join(stage.workspace, "etc"));
    const command = stage.say("/file out/dot.png");
    const { world, chat } = stage;
    const sent = await world.waitForMessage(
      chat,
      ({ replyTo, document }) => replyTo === command && document !== undefined,
    );
    assert.deepEqual(sent.document?.bytes, PNG);
    assert.equal(sent.document?.name, "dot.png");
    const secret = stage.say("/file .env");
    await stage.reply(secret, /(?:Known secrets are masked|Masked: [A-Z_]+)\. Other/);
    const masked = await world.waitForMessage(
      chat,
      ({ replyTo, document }) => replyTo === secret && document !== undefined,
    );
    assert.doesNotMatch(new TextDecoder().decode(masked.document?.bytes), /AAbbCC/);
    // In EUC-KR, which says nowhere what it is.
    const korean = [0x23, 0xbc, 0xb3, 0xc1, 0xa4, 0x0a];
    const line = (
      value: string,
    ): number[] => [...new TextEncoder().encode(`DB_PASSWORD=${value}\n`)];
    await Deno.writeFile(
      join(stage.workspace, "db.env"),
      Uint8Array.from([...korean, ...line("horse7battery")]),
    );
    const legacy = stage.say("/file db.env");
    await stage.reply(legacy, /Masked: DB_PASSWORD\./);
    const { document } = await world.waitForMessage(
      chat,
      (message) => message.replyTo === legacy && message.document !== undefined,
    );
    assert.deepEqual(
      [...document?.bytes ?? []],
      [...korean, ...line("*".repeat("horse7battery".length))],
    );
    const refusals = [
      ["/etc/hostname", /is outside the project folder/],
      ["../codex-home/config.toml", /is outside the project folder/],
      ["etc/hostname", /etc is a link and may lead out/],
      ["none.txt", /none\.txt is not in the project folder/],
      ["out", /out is not a regular file/],
    ] as const;
    for (const [path, refusal] of refusals) await stage.ask(`/file ${path}`, refusal);
    await stage.ask("/file", /Usage: \/file PATH/);
    const documents = world.transcript(chat).filter(({ document }) => document !== undefined);
    assert.equal(documents.length, 3);
  },
);

singleModeTest("/file says so where this Codex cannot", MCP, async (stage) => {
  await stage.ask("/file a.txt", /cannot fetch files\. Set backend = "app-server"/);
});

Deno.test("an album whose program is killed on the way becomes one request all the same", async () => {
  await using stage = await Stage.set({ ...ECHO, ...COLLECTING });
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  stage.telegram.faults.add({ method: "getFile", kind: "blackhole", times: 1 });
  const first = send(stage, { text: "compare", photo: PICTURE, mediaGroupId: "9" });
  send(stage, { photo: PICTURE, mediaGroupId: "9" });
  const isAsked = (): boolean => stage.telegram.calls().some(({ method }) => method === "getFile");
  await stage.world.waitFor(isAsked);
  await program.kill();
  await stage.start();
  const answer = await stage.reply(first, /\[ECHO\]/);
  assert.equal(answer.text.match(/photo-\d+\.jpg/g)?.length, 2, answer.text);
  await stage.answered(first);
  await stage.ask("/queue", /Nothing is running or queued/);
});
