/**
 * `deno task docs:transcript`: plays a plan run against the Bot API server and writes what the chat
 * showed: docs/transcript.md to read, docs/transcript.html and .png to look at; with .ko in the
 * Korean ones.
 *
 * --language en|ko  only this one
 * --redraw          draws the last recording again
 * --browser PATH    the Chromium that takes the picture
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { CACHE } from "../support/codex_programs.ts";
import { type Column, drawPage } from "./page/page.ts";
import { takePicture } from "./page/picture.ts";
import { play } from "./play.ts";
import { readRecording, type Recording } from "./recording.ts";
import { ENGLISH } from "./story/english.ts";
import { KOREAN } from "./story/korean.ts";
import type { Moment, Words } from "./story/words.ts";
import { drawTextPage } from "./text_page.ts";

const DOCS = new URL("../../docs/", import.meta.url).pathname;

const { values: options } = parseArgs({
  options: {
    language: { type: "string" },
    redraw: { type: "boolean", default: false },
    browser: { type: "string" },
  },
});

for (const words of [ENGLISH, KOREAN]) {
  if (options.language === undefined || options.language === words.language) await make(words);
}

async function make(words: Words): Promise<void> {
  const name = words.language === "en" ? "transcript" : `transcript.${words.language}`;
  const recording = await recordingOf(words, join(CACHE, `${name}.json`));
  const files = {
    text: join(DOCS, `${name}.md`),
    page: join(DOCS, `${name}.html`),
    picture: join(DOCS, `${name}.png`),
  };
  const { page, person, language } = words;
  const columns = columnsOf(words);
  await Deno.writeTextFile(
    files.text,
    drawTextPage(recording, { words: page, person, picture: `${name}.png` }),
  );
  await Deno.writeTextFile(
    files.page,
    drawPage(recording, { words: page, language, person, columns }),
  );
  const { browser } = options;
  const failure = await takePicture({ ...files, ...(browser === undefined ? {} : { browser }) });
  say(failure ?? `${files.picture} is made`);
  if (failure !== undefined) Deno.exitCode = 1;
}

async function recordingOf(words: Words, file: string): Promise<Recording> {
  if (options.redraw) return readRecording(await Deno.readTextFile(file));
  say(`Playing the run in ${words.language}; this takes a good minute`);
  const recording = await play(words);
  await Deno.writeTextFile(file, JSON.stringify(recording));
  return recording;
}

function columnsOf({ captions: [working, asking, done] }: Words): readonly Column[] {
  const moments = (...names: Moment[]): Moment[] => names;
  return [
    { caption: working, moments: moments("planning", "developing", "reviewing") },
    { caption: asking, moments: moments("asking") },
    { caption: done, moments: moments("done") },
  ];
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
