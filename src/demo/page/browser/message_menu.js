/** Opens the menu of a message: react, reply, copy, edit, delete. */
import { icon, make } from "./dom.js";
import { act } from "./server.js";
import { copyText } from "./text_parts.js";
import { words } from "./words.js";

const EMOJI = ["👍", "❤", "🔥", "🎉", "😁", "🤔", "👎"];

/**
 * @param {import("./types.d.ts").Message} message
 * @param {Element} near
 * @param {MouseEvent | undefined} point opens the menu here instead
 * @param {{ reply: () => void, edit: () => void }} actions
 */
export function openMessageMenu(message, near, point, actions) {
  const items = [
    item("reply", words.reply, actions.reply),
    item("copy", words.copy, () => copyText(message.text)),
  ];
  if (message.mine && message.file === undefined) {
    items.push(item("edit", words.edit, actions.edit));
  }
  items.push(item("trash", words.remove, () => act("delete", { messageId: message.id })));
  const menu = make(
    "dialog",
    {
      class: "menu",
      "aria-label": words.more,
      onclose: () => menu.remove(),
      onclick: () => menu.close(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => step(menu, event),
    },
    reactionBar(message),
    make("div", { role: "menu" }, ...items),
  );
  document.body.append(menu);
  menu.showModal();
  place(menu, near, point);
}

/**
 * @param {import("./types.d.ts").Message} message
 * @returns {HTMLElement}
 */
function reactionBar({ id, mine, reactions }) {
  return make(
    "div",
    { class: "emoji" },
    ...EMOJI.map((emoji) =>
      make("button", {
        "aria-label": `${words.react} ${emoji}`,
        onclick: () => {
          const taken = !mine && reactions.includes(emoji);
          return act("react", { messageId: id, emoji: taken ? [] : [emoji] });
        },
      }, emoji)
    ),
  );
}

/**
 * @param {Parameters<typeof icon>[0]} drawing
 * @param {string} label
 * @param {() => unknown} chosen
 * @returns {HTMLElement}
 */
function item(drawing, label, chosen) {
  return make(
    "button",
    { role: "menuitem", class: `item-${drawing}`, onclick: chosen },
    icon(drawing),
    label,
  );
}

/**
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 */
function step(menu, event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("button")];
  const at = items.findIndex((each) => each === document.activeElement);
  items.at((at + by) % items.length)?.focus();
}

/**
 * Keeps the menu within the window.
 * @param {HTMLElement} menu
 * @param {Element} near
 * @param {MouseEvent} [point]
 */
function place(menu, near, point) {
  const { left, bottom } = near.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const x = Math.min(point?.clientX ?? left, innerWidth - width - 8);
  const y = Math.min(point?.clientY ?? bottom, innerHeight - height - 8);
  menu.style.left = `${Math.max(8, x)}px`;
  menu.style.top = `${Math.max(8, y)}px`;
}
