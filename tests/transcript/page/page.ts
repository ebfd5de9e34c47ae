/** Draws the chat at several moments, side by side. */
import {
  chatAt,
  type Look,
  type RecordedMessage,
  type Recording,
  type Shown,
} from "../recording.ts";
import type { PageWords } from "../story/words.ts";
import { formattedHtml, type Reader } from "./formatted_text.ts";
import { Html, markup } from "../../../src/report/html/html.ts";
import { STYLE } from "./style.ts";

export interface PageOptions {
  readonly words: PageWords;
  readonly language: string;
  readonly person: string;
  readonly columns: readonly Column[];
}

export interface Column {
  readonly caption: string;
  /**
   * Names of moments. One is drawn as a phone; several are drawn as the steps of the bot's message
   * that is there at all of them.
   */
  readonly moments: readonly string[];
}

/** @throws {Error} when the recording lacks one of the moments */
export function drawPage(recording: Recording, options: PageOptions): string {
  const { words, language } = options;
  const columns = options.columns.map(({ caption, moments }) => {
    const [only, ...more] = moments.map((name) => momentOf(recording, name));
    const content = only === undefined
      ? markup``
      : more.length === 0
      ? phone(recording, only, options)
      : steps(recording, [only, ...more], options);
    return markup`
      <section>
      <h2>${caption}</h2>
      ${content}</section>
    `;
  });
  return markup`
    <!DOCTYPE html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>${words.title}</title>
        <style>${new Html(STYLE)}</style>
      </head>
      <body>
        <main>
    ${columns}</main>
      </body>
    </html>
  `.text;
}

function momentOf({ moments }: Recording, name: string): number {
  const moment = moments.find((each) => each.name === name);
  if (moment === undefined) throw new Error(`The recording has no moment "${name}"`);
  return moment.at;
}

function phone(recording: Recording, at: number, options: PageOptions): Html {
  const { words } = options;
  const chat = chatAt(recording, at);
  return markup`
    <div class="phone">
      <header><span class="face">&gt;_</span><span><b>${words.bot}</b><small>bot</small></span></header>
      <div class="chat">
    ${chat.map((shown) => message(shown, at, chat, options))}</div>
      <div class="field">${words.field}</div>
    </div>
  `;
}

/** The request and the steps of the status message that answers it. */
function steps(recording: Recording, moments: readonly number[], options: PageOptions): Html {
  const [begin = 0] = moments;
  const [request] = chatAt(recording, begin);
  const shown = moments.map((at) => {
    const chat = chatAt(recording, at);
    const status = chat.find((each) => each.message.byBot);
    const seconds = Math.round((at - (request?.look.at ?? at)) / 1000);
    return markup`<p class="step">${options.words.after(seconds)}</p>
${status === undefined ? markup`` : message(status, at, chat, options)}`;
  });
  return markup`
    <div class="steps">
    ${request === undefined ? markup`` : message(request, begin, [], options)}${shown}</div>
  `;
}

function message(
  shown: Shown,
  at: number,
  chat: readonly Shown[],
  { words, person, language }: PageOptions,
): Html {
  return bubble(shown, {
    answers: chat.find(({ message }) => message.id === shown.message.replyTo),
    editedWord: words.edited,
    reader: { at, language },
    names: { bot: words.bot, person },
  });
}

interface BubbleFacts {
  /** The message it answers, if that is shown. */
  readonly answers: Shown | undefined;
  readonly editedWord: string;
  readonly reader: Reader;
  /** The senders' names. */
  readonly names: { readonly bot: string; readonly person: string };
}

/** Characters of the quoted message. */
const QUOTE_LIMIT = 60;

function bubble({ message, look }: Shown, facts: BubbleFacts): Html {
  return markup`
    <article class="${message.byBot ? "theirs" : "mine"}">
    <div class="bubble">${quote(facts)}${file(message)}<div class="text">${
    formattedHtml(
      look.text,
      look.entities,
      facts.reader,
    )
  }</div><footer>${reactions(look)}<span class="when">${
    isEdited(message, look) ? `${facts.editedWord} ` : ""
  }${clockTime(look)}</span></footer></div>
    ${buttons(look)}</article>
  `;
}

function quote({ answers, names }: BubbleFacts): Html {
  if (answers === undefined) return markup``;
  const { text } = answers.look;
  const short = text.length <= QUOTE_LIMIT ? text : `${text.slice(0, QUOTE_LIMIT).trimEnd()}…`;
  const name = answers.message.byBot ? names.bot : names.person;
  return markup`<div class="quote"><b>${name}</b><span>${short.replaceAll("\n", " ")}</span></div>`;
}

function file({ document }: RecordedMessage): Html {
  if (document === undefined) return markup``;
  return markup`<div class="file"><b>${document.name}</b><span>${document.size} B</span></div>`;
}

function reactions({ reactions }: Look): Html {
  return markup`${reactions.map((emoji) => markup`<span class="reaction">${emoji}</span>`)}`;
}

function buttons({ buttons }: Look): Html {
  if (buttons.length === 0) return markup``;
  const rows = buttons.map((row) =>
    markup`<div class="row">${
      row.map(({ text, style }) => markup`<span class="button ${style ?? "plain"}">${text}</span>`)
    }</div>`
  );
  return markup`<div class="buttons">${rows}</div>`;
}

/** Ignores reactions, which are no edits. */
function isEdited({ looks }: RecordedMessage, look: Look): boolean {
  const [first] = looks;
  return first !== undefined && first.text !== look.text;
}

/** Hours and minutes in UTC, so that the page is the same everywhere. */
function clockTime({ at }: Look): string {
  return new Date(at).toISOString().slice(11, 16);
}
