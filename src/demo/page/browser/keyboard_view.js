/** The inline buttons below a message. */
import { act } from "./calls.js";
import { copyText } from "./code_block.js";
import { icon, make } from "./dom.js";
import { safeAddress } from "./links.js";
import { alertBox, toast } from "./notices.js";

/**
 * @param {import("./types.d.ts").Message} message
 * @param {string} botName
 * @returns {HTMLElement | null}
 */
export function keyboardView({ id, buttons }, botName) {
  if (buttons.length === 0) return null;
  return make(
    "div",
    { class: "keyboard", role: "group" },
    ...buttons.map((row) =>
      make("div", { class: "row" }, ...row.map((button) => buttonView(id, button, botName)))
    ),
  );
}

/**
 * @param {number} messageId
 * @param {import("./types.d.ts").Button} button
 * @param {string} botName
 * @returns {HTMLElement}
 */
function buttonView(messageId, { text, data, style, url, copyText: toCopy }, botName) {
  const look = `key ${style ?? ""}`;
  const address = safeAddress(url ?? "");
  if (address !== undefined) {
    return make(
      "a",
      { class: look, href: address, target: "_blank", rel: "noopener noreferrer" },
      text,
      icon("away"),
    );
  }
  if (toCopy !== undefined) {
    return make("button", { class: look, onclick: () => copyText(toCopy) }, text, icon("copy"));
  }
  const key = make("button", {
    class: look,
    disabled: data === undefined,
    onclick: () => data !== undefined && press(key, { messageId, data }, botName),
  }, text);
  return key;
}

/**
 * The button shows that it works until the bot has answered, as Telegram's clients do.
 * @param {HTMLElement} key
 * @param {{ messageId: number, data: string }} choice
 * @param {string} botName
 */
async function press(key, choice, botName) {
  if (key.ariaBusy === "true") return;
  key.ariaBusy = "true";
  const answer = await act("press", choice);
  key.ariaBusy = "false";
  const text = String(answer?.text ?? "");
  if (text === "") return;
  if (answer?.alert === true) alertBox(botName, text);
  else toast(text);
}
