/** The page with the chat at each of its moments, side by side. */
import { chatAt, type Recording, type Shown } from "../recording.ts";
import type { PageWords } from "../story/words.ts";
import { bubble } from "./bubble.ts";
import { Html, html } from "./html.ts";
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
   * Names of moments. One is shown as a phone; several are shown as the steps of the one message of
   * the bot that is there at all of them.
   */
  readonly moments: readonly string[];
}

/** @throws {Error} when the recording lacks one of the moments */
export function drawPage(recording: Recording, options: PageOptions): string {
  const { words, language } = options;
  const columns = options.columns.map(({ caption, moments }) => {
    const [only, ...more] = moments.map((name) => momentOf(recording, name));
    const content = only === undefined
      ? html``
      : more.length === 0
      ? phone(recording, only, options)
      : steps(recording, [only, ...more], options);
    return html`
      <section>
      <h2>${caption}</h2>
      ${content}</section>
    `;
  });
  return html`
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
  `.toString();
}

function momentOf({ moments }: Recording, name: string): number {
  const moment = moments.find((each) => each.name === name);
  if (moment === undefined) throw new Error(`The recording has no moment "${name}"`);
  return moment.at;
}

function phone(recording: Recording, at: number, options: PageOptions): Html {
  const { words } = options;
  const chat = chatAt(recording, at);
  return html`
    <div class="phone">
      <header><span class="face">&gt;_</span><span><b>${words
        .bot}</b><small>bot</small></span></header>
      <div class="chat">
    ${chat.map((shown) => message(shown, at, chat, options))}</div>
      <div class="field">${words.field}</div>
    </div>
  `;
}

/** The request, and what became of the status message that answers it. */
function steps(recording: Recording, moments: readonly number[], options: PageOptions): Html {
  const [begin = 0] = moments;
  const [request] = chatAt(recording, begin);
  const shown = moments.map((at) => {
    const chat = chatAt(recording, at);
    const status = chat.find((each) => each.message.byBot);
    const seconds = Math.round((at - (request?.look.at ?? at)) / 1000);
    return html`<p class="step">${options.words.after(seconds)}</p>
${status === undefined ? html`` : message(status, at, chat, options)}`;
  });
  return html`
    <div class="steps">
    ${request === undefined ? html`` : message(request, begin, [], options)}${shown}</div>
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
