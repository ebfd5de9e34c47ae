/** Draws a message: bubble, quoted message, file, text, reactions, time and buttons. */
import { documentView, keyboardView, photoView } from "./attached.js";
import { find, icon, make } from "./dom.js";
import { formattedText } from "./formatted_text.js";
import { richBlocks } from "./rich_blocks.js";
import { locale, words } from "./words.js";

/**
 * @typedef {object} MessageActions What a person can do with a message.
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
 * @param {MessageActions} actions
 * @param {HTMLElement} [before] the old view; unchanged content is kept, with its opened quotes and
 *   spoilers
 * @returns {HTMLElement}
 */
export function messageView(message, actions, before) {
  const side = message.mine ? "mine" : "theirs";
  const bubble = make(
    "div",
    {
      class: "bubble",
      ondblclick: (/** @type {MouseEvent} */ event) => answer(event, message, actions),
      oncontextmenu: (/** @type {MouseEvent} */ event) => {
        if (event.target instanceof HTMLAnchorElement) return;
        event.preventDefault();
        actions.openMenu(message, bubble, event);
      },
    },
    quoteOf(message, actions),
    fileOf(message),
    contentOf(message, actions, before),
    footOf(message, actions),
  );
  return make(
    "article",
    {
      id: `message-${message.id}`,
      class: `${side}${message.buttons.length > 0 ? " keyed" : ""}`,
      "aria-label": message.mine ? words.you : actions.botName,
    },
    make(
      "div",
      { class: "said" },
      bubble,
      keyboardView(message, actions.botName),
      tools(message, actions),
    ),
  );
}

/**
 * @param {MouseEvent} event
 * @param {import("./types.d.ts").Message} message
 * @param {MessageActions} actions
 */
function answer(event, message, actions) {
  if (event.target instanceof Element && event.target.closest("a, button")) return;
  getSelection()?.removeAllRanges();
  actions.reply(message);
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageActions} actions
 * @param {HTMLElement} [before]
 * @returns {HTMLElement | null}
 */
function contentOf({ text, entities, blocks }, actions, before) {
  if (text === "" && blocks === undefined) return null;
  const said = JSON.stringify([text, entities, blocks]);
  const known = before?.querySelector(".content");
  if (known instanceof HTMLElement && known.dataset.said === said) return known;
  const content = make("div", { class: `content${blocks ? " rich" : ""}`, dir: "auto" });
  content.dataset.said = said;
  if (blocks === undefined) content.append(formattedText(text, entities, actions.send));
  else content.append(...richBlocks(blocks));
  return content;
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageActions} actions
 * @returns {HTMLElement | null}
 */
function quoteOf({ replyTo }, actions) {
  if (replyTo === undefined) return null;
  const quoted = actions.lookUp(replyTo);
  const by = quoted === undefined ? "" : quoted.mine ? words.you : actions.botName;
  return make(
    "button",
    { class: "quoted", title: words.replyTo, onclick: () => actions.jumpTo(replyTo) },
    make("b", {}, by),
    make("span", {}, quoted === undefined ? words.gone : summary(quoted)),
  );
}

/**
 * Returns the message in one line.
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
 * @param {MessageActions} actions
 * @returns {HTMLElement}
 */
function footOf(message, actions) {
  if (message.reactions.length === 0) return timeOf(message);
  return make("div", { class: "foot" }, reactionsOf(message, actions), timeOf(message));
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {MessageActions} actions
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
 * @param {MessageActions} actions
 * @returns {HTMLElement}
 */
function tools(message, actions) {
  return make(
    "span",
    { class: "tools" },
    make("button", {
      "aria-label": words.reply,
      title: words.reply,
      onclick: () => actions.reply(message),
    }, icon("reply")),
    make("button", {
      "aria-label": words.more,
      "aria-haspopup": "menu",
      title: words.more,
      onclick: () => actions.openMenu(message, find(`#message-${message.id} .tools`)),
    }, icon("more")),
  );
}
