/** Tests edits of messages, wherever their requests are by then. */
import assert from "node:assert/strict";
import { TranscriptionError } from "../../../src/core/chat/transcriber.ts";
import { type BotStage, botStage, OWNER } from "../../fuzz/bot_stage.ts";
import { unsupportedQueries } from "../../../src/integrations/codex/backend_parts.ts";
import { settle } from "../../fakes/fake_clock.ts";

const FROM = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
const CHAT = { id: OWNER, type: "private" };

type Fields = Record<string, unknown>;

function written(id: number, fields: Fields): unknown {
  return { update_id: id, message: { message_id: id, date: 1, chat: CHAT, from: FROM, ...fields } };
}

async function edit(stage: BotStage, id: number, fields: Fields): Promise<void> {
  const message = { message_id: id, date: 1, edit_date: 2, chat: CHAT, from: FROM, ...fields };
  const rest = await stage.router.route({ update_id: 100 + id, edited_message: message });
  await rest?.ended;
}

function said({ outbox }: BotStage): string[] {
  return outbox.sent.map(({ content }) => content.text);
}

/** Sends a text whose request then waits. */
async function waiting(stage: BotStage, text: string): Promise<void> {
  await stage.router.route(written(5, { text }));
  stage.engine.waiting = stage.engine.submitted;
}

async function press(stage: BotStage): Promise<void> {
  const data = stage.outbox.sent.at(-1)?.buttons?.[0]?.[0]?.data ?? "";
  const message = { message_id: 70, date: 1, chat: CHAT, from: { id: 9, is_bot: true } };
  await stage.router.route({
    update_id: 900,
    callback_query: { id: "q", from: FROM, data, message },
  });
}

Deno.test("an edit of a request that waits replaces its words", async () => {
  const stage = botStage();
  await waiting(stage, "paint it green");
  await edit(stage, 5, {
    text: "paint it blue",
    entities: [{ type: "bold", offset: 9, length: 4 }],
  });
  assert.deepEqual(stage.engine.reworded, [["run", { prompt: "paint it **blue**" }]]);
  assert.deepEqual(said(stage), ["The queued request has your new words."]);
  assert.equal(stage.outbox.sent[0]?.silent, true);
  await edit(stage, 5, {
    text: "paint it blue",
    entities: [{ type: "bold", offset: 9, length: 4 }],
  });
  assert.equal(stage.engine.reworded.length, 1, "no word has changed");
});

Deno.test("an edit that changes no word is not answered", async () => {
  const stage = botStage();
  await waiting(stage, "paint it green");
  await edit(stage, 5, { text: "paint it green" });
  assert.deepEqual([stage.engine.reworded, said(stage)], [[], []]);
});

Deno.test("an edited caption keeps the files of an album, and a new photo is fetched", async () => {
  const stage = botStage();
  const photo = (id: string): Fields => ({ photo: [{ file_id: id }], media_group_id: "7" });
  await stage.router.route(written(5, { ...photo("a"), caption: "compare" }));
  await stage.router.route(written(6, photo("b")));
  await stage.clock.advance(1_200);
  await settle();
  stage.engine.waiting = stage.engine.submitted;
  await edit(stage, 6, { ...photo("c"), caption: "and this" });
  const [[, request] = []] = stage.engine.reworded;
  assert.equal(request?.prompt, "compare\nand this");
  assert.equal(request?.attachments?.length, 2);
  assert.deepEqual(stage.files.fetched, ["a", "b", "c"]);
});

Deno.test("an edit of a message that is still being collected is part of it", async () => {
  const stage = botStage();
  await stage.router.route(written(5, { photo: [{ file_id: "a" }], caption: "what is this" }));
  await edit(stage, 5, { photo: [{ file_id: "a" }], caption: "who is this" });
  await stage.clock.advance(1_200);
  await settle();
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), ["who is this"]);
  assert.deepEqual(said(stage), []);
});

Deno.test("an edit of a request that runs is offered, and steers when it is wanted", async () => {
  const stage = botStage();
  await stage.router.route(written(5, { text: "paint it green" }));
  stage.engine.running = stage.engine.submitted[0];
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  await edit(stage, 5, { text: "paint it blue" });
  await edit(stage, 5, { text: "paint it red" });
  assert.deepEqual(said(stage), ["This request is already running with its earlier words."]);
  await press(stage);
  const [steered] = stage.engine.steered;
  assert.match(steered?.prompt ?? "", /edited the request[\s\S]*paint it red/);
  assert.match(stage.outbox.edited.at(-1)?.content.text ?? "", /Codex gets your new words/);
  await press(stage);
  assert.equal(stage.engine.steered.length, 1, "a button works once");
  assert.match(
    stage.outbox.toasts.at(-1) ?? "",
    /used already, or is too old\. Send the new words/,
  );
});

Deno.test("where Codex takes no changes, an edit of a running request says what to do", async () => {
  const stage = botStage();
  await stage.router.route(written(5, { text: "paint it green" }));
  stage.engine.running = stage.engine.submitted[0];
  stage.engine.refusesWords = "backend";
  await edit(stage, 5, { text: "paint it blue" });
  assert.match(said(stage)[0] ?? "", /takes no changes\. Send \/cancel, then the request again/);
  assert.deepEqual(stage.outbox.sent[0]?.buttons, undefined);
});

Deno.test("an edit of a request that has only begun is offered, and not said to be under review", async () => {
  const stage = botStage();
  await stage.router.route(written(5, { text: "paint it green" }));
  stage.engine.running = stage.engine.submitted[0];
  stage.engine.refusesWords = "ended";
  await edit(stage, 5, { text: "paint it blue" });
  await edit(stage, 5, { text: "paint it red" });
  assert.deepEqual(said(stage), ["This request is already running with its earlier words."]);
  stage.engine.refusesWords = undefined;
  await press(stage);
  assert.match(stage.engine.steered[0]?.prompt ?? "", /paint it red/);
});

Deno.test("an edit that leaves nothing to be seen is no request", async () => {
  const stage = botStage();
  await waiting(stage, "paint it green");
  await edit(stage, 5, { text: "\u200b" });
  assert.deepEqual(stage.engine.reworded, []);
  assert.deepEqual(said(stage), [
    "Your edit leaves no words, so the request keeps its earlier ones.",
  ]);
});

Deno.test("an edit of a request that has ended offers to run it again", async () => {
  const stage = botStage();
  await stage.router.route(written(5, { text: "paint it green" }));
  await edit(stage, 5, { text: "paint it blue" });
  assert.deepEqual(said(stage), ["This request has already ended."]);
  await press(stage);
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), [
    "paint it green",
    "paint it blue",
  ]);
});

Deno.test("an edit finds the request of an earlier process, and says of others that it changes nothing", async () => {
  const stage = botStage();
  stage.engine.waiting = [{
    id: "r7",
    session: { chatId: String(OWNER), userId: String(OWNER) },
    prompt: "paint it green",
    origin: { chatId: String(OWNER), messageId: 5, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  }];
  await edit(stage, 5, { text: "paint it green" });
  assert.deepEqual(said(stage), []);
  await edit(stage, 4, { text: "something older" });
  assert.deepEqual(said(stage), [
    "Editing this message changes nothing here. Send the new words as a message.",
  ]);
  await edit(stage, 5, { text: "paint it blue" });
  assert.deepEqual(stage.engine.reworded, [["r7", { prompt: "paint it blue" }]]);
});

Deno.test("files that wait get their words by an edit, too", async () => {
  const stage = botStage();
  const document = { file_id: "d", file_name: "a.csv" };
  await stage.router.route(written(5, { document }));
  await stage.clock.advance(1_200);
  await settle();
  await edit(stage, 5, { document, caption: "sum it up" });
  const [request] = stage.engine.submitted;
  assert.equal(request?.prompt, "sum it up");
  assert.deepEqual(request?.attachments?.map(({ name }) => name), ["a.csv"]);
});

Deno.test("an edited command is not run, which is said once", async () => {
  const stage = botStage();
  const entities = [{ type: "bot_command", offset: 0, length: 7 }];
  await edit(stage, 5, { text: "/status", entities });
  assert.deepEqual(said(stage), ["Edited commands are not run. Send the command again."]);
  const other = botStage();
  await waiting(other, "paint it green");
  await edit(other, 5, { text: "/cancel", entities });
  assert.deepEqual(said(other), [
    "Edited commands are not run. Send the command again. The request is unchanged.",
  ]);
});

Deno.test("an edit goes back to the first words, also while its offer is open", async () => {
  const stage = botStage();
  await stage.router.route(written(5, { text: "paint it green" }));
  stage.engine.running = stage.engine.submitted[0];
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  await edit(stage, 5, { text: "paint it blue" });
  await edit(stage, 5, { text: "paint it green" });
  await press(stage);
  assert.match(stage.engine.steered[0]?.prompt ?? "", /now reads:\n\npaint it green$/);
});

Deno.test("a press on an offer of an earlier process reaches the run, wherever it is by now", async () => {
  const stage = botStage();
  const offer = { userId: OWNER, runId: "r7", text: "paint it blue", attachments: [] };
  const run = {
    id: "r7",
    session: { chatId: String(OWNER), userId: String(OWNER) },
    prompt: "paint it green",
    origin: { chatId: String(OWNER), messageId: 5, language: "en" as const },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  const pressed = async (): Promise<void> => {
    stage.editOffers.keep(OWNER, 5, { ...offer, use: "steer" });
    const message = { message_id: 70, date: 1, chat: CHAT, from: { id: 9, is_bot: true } };
    const callback_query = { id: "q", from: FROM, data: "e:5", message };
    await stage.router.route({ update_id: 900, callback_query });
  };
  stage.engine.waiting = [run];
  await pressed();
  assert.deepEqual(stage.engine.reworded, [["r7", { prompt: "paint it blue" }]]);
  assert.equal(
    stage.outbox.edited.at(-1)?.content.text,
    "✓ The queued request has your new words.",
  );
  assert.equal(stage.editOffers.kept.size, 0);
  stage.engine.waiting = [];
  stage.engine.running = run;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  await pressed();
  assert.match(stage.engine.steered[0]?.prompt ?? "", /paint it blue/);
  assert.equal(stage.engine.steered[0]?.origin.messageId, 5);
});

Deno.test("a recording that an edit brings and nobody understands is named in one line", async () => {
  const heard = ["paint it blue"];
  const stage = botStage(unsupportedQueries("the stage"), [], {
    transcribe: () => {
      const words = heard.shift();
      if (words === undefined) {
        return Promise.reject(new TranscriptionError("unreachable", "hear.test"));
      }
      return Promise.resolve(words);
    },
  });
  const voice = (id: string): Fields => ({ voice: { file_id: id } });
  await (await stage.router.route(written(5, voice("a"))))?.ended;
  stage.engine.waiting = stage.engine.submitted;
  const before = stage.outbox.sent.length;
  await edit(stage, 5, { ...voice("b"), caption: "rather this" });
  const [line = "", ...more] = said(stage).slice(before);
  assert.match(line, /^⚠️ The recording could not be written down: [^\n]*hear\.test/);
  assert.match(line, /The request is unchanged\.$/);
  assert.deepEqual(more, []);
  await edit(stage, 4, voice("c"));
  assert.equal(stage.files.fetched.includes("c"), false, "it belongs to no request");
});

Deno.test("an edit that leaves nothing to work with says that the request is unchanged", async () => {
  const stage = botStage();
  const photo = { photo: [{ file_id: "a" }] };
  await (await stage.router.route(written(5, { text: "x" })))?.ended;
  stage.engine.waiting = stage.engine.submitted;
  await edit(stage, 5, photo);
  await edit(stage, 5, { video: { file_id: "v" } });
  await edit(stage, 5, { location: { latitude: 1, longitude: 2, live_period: 60 } });
  assert.deepEqual(said(stage), [
    "Your edit leaves no words, so the request keeps its earlier ones.",
    "⚠️ I can't work with a video. Write what you want done, or send a photo or a file. " +
    "The request is unchanged.",
  ]);
  assert.deepEqual(stage.engine.reworded, []);
});

Deno.test("an edit of an album of an earlier process says that its parts are forgotten", async () => {
  const stage = botStage();
  stage.engine.waiting = [{
    id: "r7",
    session: { chatId: String(OWNER), userId: String(OWNER) },
    prompt: "compare these",
    origin: { chatId: String(OWNER), messageId: 5, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  }];
  const photo = { photo: [{ file_id: "a" }], media_group_id: "7" };
  await edit(stage, 5, { ...photo, caption: "compare these" });
  assert.deepEqual(said(stage), []);
  await edit(stage, 5, { ...photo, caption: "join these" });
  assert.match(said(stage).join(), /no longer have every part[\s\S]*cancel it in \/queue/);
});

Deno.test("a file that waits is replaced by the one of an edit", async () => {
  const stage = botStage();
  const session = { chatId: String(OWNER), userId: String(OWNER) };
  await stage.router.route(written(5, { document: { file_id: "d", file_name: "a.csv" } }));
  await stage.clock.advance(1_200);
  await settle();
  await edit(stage, 5, { document: { file_id: "e", file_name: "b.csv" } });
  assert.deepEqual(stage.waiting.of(session).map(({ name }) => name), ["b.csv"]);
});
