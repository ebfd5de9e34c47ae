/** One message as an element: bubble, quote of what it answers, file, reactions, time, buttons. */
import { find, icon, make } from "./dom.js";
import { documentView, photoView } from "./file_view.js";
import { formattedText } from "./formatted_text.js";
import { keyboardView } from "./keyboard_view.js";
import { richBlocks } from "./rich_blocks.js";
import { locale, words } from "./words.js";

/**
 * @typedef {object} MessageDesk What a message lets a person do.
 * @property {string} botName
 * @property {(id: number) => import("./types.d.ts").Message | undefined} lookUp
 * @property {(id: number) => void} jumpTo
 * @property {(message: import("./types.d.ts").Message) => void} reply
 * @property {(message: import("./types.d.ts").Message, at: Element, point?: MouseEvent) => void} openMenu
 * @property {(text: string) => void} send
 */

const clockTime = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
const wholeTime = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageDesk} desk
 * @param {HTMLElement} [before] how it looked until now: what has not changed stays, opened quotes
 *   and uncovered spoilers included
 * @returns {HTMLElement}
 */
export function messageView(message, desk, before) {
  const side = message.mine ? "mine" : "theirs";
  const bubble = make(
    "div",
    {
      class: "bubble",
      ondblclick: (/** @type {MouseEvent} */ event) => answer(event, message, desk),
      oncontextmenu: (/** @type {MouseEvent} */ event) => {
        if (event.target instanceof HTMLAnchorElement) return;
        event.preventDefault();
        desk.openMenu(message, bubble, event);
      },
    },
    quoteOf(message, desk),
    fileOf(message),
    contentOf(message, desk, before),
    footOf(message, desk),
  );
  return make(
    "article",
    {
      id: `message-${message.id}`,
      class: `${side}${message.buttons.length > 0 ? " keyed" : ""}`,
      "aria-label": message.mine ? words.you : desk.botName,
    },
    make(
      "div",
      { class: "said" },
      bubble,
      keyboardView(message, desk.botName),
      tools(message, desk),
    ),
  );
}

/**
 * @param {MouseEvent} event
 * @param {import("./types.d.ts").Message} message
 * @param {MessageDesk} desk
 */
function answer(event, message, desk) {
  if (event.target instanceof Element && event.target.closest("a, button")) return;
  getSelection()?.removeAllRanges();
  desk.reply(message);
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageDesk} desk
 * @param {HTMLElement} [before]
 * @returns {HTMLElement | null}
 */
function contentOf({ text, entities, blocks }, desk, before) {
  if (text === "" && blocks === undefined) return null;
  const said = JSON.stringify([text, entities, blocks]);
  const known = before?.querySelector(".content");
  if (known instanceof HTMLElement && known.dataset.said === said) return known;
  const content = make("div", { class: `content${blocks ? " rich" : ""}`, dir: "auto" });
  content.dataset.said = said;
  if (blocks === undefined) content.append(formattedText(text, entities, desk.send));
  else content.append(...richBlocks(blocks));
  return content;
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageDesk} desk
 * @returns {HTMLElement | null}
 */
function quoteOf({ replyTo }, desk) {
  if (replyTo === undefined) return null;
  const quoted = desk.lookUp(replyTo);
  const by = quoted === undefined ? "" : quoted.mine ? words.you : desk.botName;
  return make(
    "button",
    { class: "quoted", title: words.replyTo, onclick: () => desk.jumpTo(replyTo) },
    make("b", {}, by),
    make("span", {}, quoted === undefined ? words.gone : summary(quoted)),
  );
}

/**
 * The message in one line.
 * @param {import("./types.d.ts").Message} message
 * @returns {string}
 */
export function summary({ text, file }) {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line || (file?.kind === "photo" ? words.photo : file?.name ?? "");
}

/**
 * @param {import("./types.d.ts").Message} message
 * @returns {HTMLElement | null}
 */
function fileOf({ file }) {
  if (file === undefined) return null;
  return file.kind === "photo" ? photoView(file) : documentView(file);
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageDesk} desk
 * @returns {HTMLElement}
 */
function footOf(message, desk) {
  if (message.reactions.length === 0) return timeOf(message);
  return make("div", { class: "foot" }, reactionsOf(message, desk), timeOf(message));
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageDesk} desk
 * @returns {HTMLElement}
 */
function reactionsOf({ reactions, mine }, { botName }) {
  return make(
    "div",
    { class: "reactions" },
    ...reactions.map((emoji) =>
      make(
        "span",
        { class: "reaction", role: "img", "aria-label": `${words.reaction} ${emoji}` },
        make("span", {}, emoji),
        make("span", { class: "face small" }, mine ? initial(botName) : initial(words.you)),
      )
    ),
  );
}

/** @param {string} name */
export function initial(name) {
  return [...name][0]?.toUpperCase() ?? "";
}

/**
 * @param {import("./types.d.ts").Message} message
 * @returns {HTMLElement}
 */
function timeOf({ at, edited, mine, silent }) {
  const date = new Date(at);
  const mute = make("span", { class: "mark", title: words.silent }, icon("muted"));
  const sent = make(
    "span",
    { class: "mark", role: "img", "aria-label": words.sent },
    icon("checks"),
  );
  return make(
    "span",
    { class: "when" },
    silent && !mine ? mute : null,
    edited ? make("span", {}, words.edited) : null,
    make("time", { datetime: at, title: wholeTime.format(date) }, clockTime.format(date)),
    mine ? sent : null,
  );
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageDesk} desk
 * @returns {HTMLElement}
 */
function tools(message, desk) {
  return make(
    "span",
    { class: "tools" },
    make("button", {
      "aria-label": words.reply,
      title: words.reply,
      onclick: () => desk.reply(message),
    }, icon("reply")),
    make("button", {
      "aria-label": words.more,
      "aria-haspopup": "menu",
      title: words.more,
      onclick: () => desk.openMenu(message, find(`#message-${message.id} .tools`)),
    }, icon("more")),
  );
}
