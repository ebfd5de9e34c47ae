import assert from "node:assert/strict";
import type { Look, RecordedMessage, Recording } from "../recording.ts";
import { ENGLISH } from "../story/english.ts";
import { formattedHtml, liveTime } from "./formatted_text.ts";
import { drawPage, type PageOptions } from "./page.ts";
import { takePicture } from "./picture.ts";

function look(at: number, text: string, more: Partial<Look> = {}): Look {
  return { at, text, entities: [], buttons: [], reactions: [], deleted: false, ...more };
}

function message(id: number, byBot: boolean, looks: RecordedMessage["looks"]): RecordedMessage {
  return { id, byBot, silent: false, looks, ...(byBot ? { replyTo: 1 } : {}) };
}

const READER = { at: 60_000, language: "en" };

const RECORDING: Recording = {
  messages: [
    message(1, false, [look(0, "do <b>it</b>"), look(5, "do <b>it</b>", { reactions: ["👀"] })]),
    message(2, true, [
      look(10, "working", { buttons: [[{ text: "Stop & go", style: 'x"y' }]] }),
      look(2000, "at it"),
      look(4000, "done"),
    ]),
  ],
  moments: [{ name: "a", at: 20 }, { name: "b", at: 3000 }, { name: "end", at: 5000 }],
};

function options(...columns: PageOptions["columns"]): PageOptions {
  return { words: ENGLISH.page, language: "en", person: "A<nn", columns };
}

Deno.test("formattedHtml nests entities and escapes what they hold", () => {
  const text = "a <b> c 👍 d";
  const shown = formattedHtml(text, [
    { type: "italic", offset: 2, length: 5 },
    { type: "bold", offset: 2, length: 3 },
    { type: "code", offset: 8, length: 2 },
  ], READER);
  assert.equal(
    shown.text,
    "a <i><b>&lt;b&gt;</b> c</i> <code>👍</code> d",
  );
});

Deno.test("formattedHtml passes over entities that cross others or lie outside", () => {
  const shown = formattedHtml("abcdef", [
    { type: "bold", offset: 0, length: 3 },
    { type: "italic", offset: 2, length: 2 },
    { type: "code", offset: 5, length: 9 },
    { type: "code", offset: 4, length: 0 },
  ], READER);
  assert.equal(shown.text, "<b>abc</b>def");
});

Deno.test("formattedHtml keeps no line break around a block, and no address but a web one", () => {
  const shown = formattedHtml("a\nb\nc d", [
    { type: "pre", offset: 2, length: 1, language: "sh" },
    { type: "text_link", offset: 4, length: 1, url: "https://example.com/?a&b" },
    { type: "text_link", offset: 6, length: 1, url: "javascript:alert(1)" },
  ], READER);
  assert.equal(
    shown.text,
    'a<pre data-language="sh">b</pre><a href="https://example.com/?a&amp;b">c</a> <a>d</a>',
  );
});

Deno.test("formattedHtml shows a time as the reader's client keeps it", () => {
  const time = { type: "date_time", offset: 2, length: 3, unixTime: 20 };
  const live = formattedHtml("⏱ 0 s", [{ ...time, format: "r" }], READER);
  assert.equal(live.text, "⏱ <time>40 seconds ago</time>");
  const written = formattedHtml("⏱ 0 s", [{ ...time, format: "D" }], READER);
  assert.equal(written.text, "⏱ <time>0 s</time>");
});

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function shownTime(secondsFromNow: number, format: string, language = "en"): string | undefined {
  const entity = { type: "date_time", offset: 0, length: 1, unixTime: NOW / 1000 + secondsFromNow };
  return liveTime({ ...entity, format }, { at: NOW + 400, language });
}

Deno.test("liveTime tells a relative time in the reader's language", () => {
  assert.equal(shownTime(-33, "r"), "33 seconds ago");
  assert.equal(shownTime(-33, "r", "ko"), "33초 전");
  assert.equal(shownTime(-150, "r"), "2 minutes ago");
  assert.equal(shownTime(7_300, "r"), "in 2 hours");
  assert.equal(shownTime(-200_000, "r"), "2 days ago");
});

Deno.test("liveTime tells the time of day, and leaves other formats alone", () => {
  assert.equal(shownTime(60, "t"), "03:05");
  assert.equal(shownTime(60, "wDT"), undefined);
  const bare = { type: "date_time", offset: 0, length: 1 };
  assert.equal(liveTime(bare, { at: NOW, language: "en" }), undefined);
});

Deno.test("drawPage shows the chat as it was at the moment, escaped", () => {
  const page = drawPage(RECORDING, options({ caption: "<now>", moments: ["a"] }));
  assert.match(page, /<h2>&lt;now&gt;<\/h2>/);
  assert.match(page, /do &lt;b&gt;it&lt;\/b&gt;.*👀/);
  assert.match(page, /A&lt;nn/);
  assert.match(page, /class="button x&quot;y">Stop &amp; go</);
  assert.match(page, />working</);
  assert.doesNotMatch(page, />at it<|>done<|edited/);
});

Deno.test("drawPage shows several moments as the steps of one message", () => {
  const page = drawPage(RECORDING, options({ caption: "steps", moments: ["a", "b", "end"] }));
  const steps = [...page.matchAll(/<p class="step">(.*?)<\/p>|class="text">(.*?)</g)]
    .map(([, step, text]) => step ?? text);
  assert.deepEqual(steps, [
    "do &lt;b&gt;it&lt;/b&gt;",
    "after 0 s",
    "working",
    "after 3 s",
    "at it",
    "after 5 s",
    "done",
  ]);
});

Deno.test("drawPage throws when the recording lacks a moment", () => {
  assert.throws(
    () => drawPage(RECORDING, options({ caption: "x", moments: ["other"] })),
    /no moment "other"/,
  );
});

Deno.test("takePicture says which browser is missing", async () => {
  const failure = await takePicture({
    page: "p.html",
    picture: "p.png",
    browser: "no-such-browser",
  });
  assert.match(failure ?? "", /No browser found \(no-such-browser\).*--browser/);
});
