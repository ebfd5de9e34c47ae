/** One message of a chat as HTML. */
import type { Look, RecordedMessage, Shown } from "../recording.ts";
import { formattedHtml } from "./formatted_text.ts";
import { type Html, html } from "./html.ts";
import type { Reader } from "./live_time.ts";

export interface BubbleFacts {
  /** The message that it answers, unless it is not shown. */
  readonly answers: Shown | undefined;
  readonly editedWord: string;
  readonly reader: Reader;
  /** Who the messages of the bot and of the person are from. */
  readonly names: { readonly bot: string; readonly person: string };
}

/** Characters of a message that is answered. */
const QUOTE_LIMIT = 60;

export function bubble({ message, look }: Shown, facts: BubbleFacts): Html {
  return html`
    <article class="${message.byBot ? "theirs" : "mine"}">
    <div class="bubble">${quote(facts)}${file(message)}<div class="text">${formattedHtml(
      look.text,
      look.entities,
      facts.reader,
    )}</div><footer>${reactions(look)}<span class="when">${isEdited(message, look)
      ? `${facts.editedWord} `
      : ""}${clockTime(look)}</span></footer></div>
    ${buttons(look)}</article>
  `;
}

function quote({ answers, names }: BubbleFacts): Html {
  if (answers === undefined) return html``;
  const { text } = answers.look;
  const short = text.length <= QUOTE_LIMIT ? text : `${text.slice(0, QUOTE_LIMIT).trimEnd()}…`;
  const name = answers.message.byBot ? names.bot : names.person;
  return html`<div class="quote"><b>${name}</b><span>${short.replaceAll("\n", " ")}</span></div>`;
}

function file({ document }: RecordedMessage): Html {
  if (document === undefined) return html``;
  return html`<div class="file"><b>${document.name}</b><span>${document.size} B</span></div>`;
}

function reactions({ reactions }: Look): Html {
  return html`${reactions.map((emoji) => html`<span class="reaction">${emoji}</span>`)}`;
}

function buttons({ buttons }: Look): Html {
  if (buttons.length === 0) return html``;
  const rows = buttons.map((row) =>
    html`<div class="row">${
      row.map(({ text, style }) => html`<span class="button ${style ?? "plain"}">${text}</span>`)
    }</div>`
  );
  return html`<div class="buttons">${rows}</div>`;
}

/** A reaction is no edit. */
function isEdited({ looks }: RecordedMessage, look: Look): boolean {
  const [first] = looks;
  return first !== undefined && first.text !== look.text;
}

/** The same everywhere: hours and minutes in UTC. */
function clockTime({ at }: Look): string {
  return new Date(at).toISOString().slice(11, 16);
}
