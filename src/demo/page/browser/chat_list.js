/** Lists the messages as they are in the chat, and keeps the reading position. */
import { find, icon, make } from "./dom.js";
import { messageView } from "./message_view.js";
import { locale, words } from "./words.js";

/** Groups messages of one side that come within this time. */
const TOGETHER_MS = 10 * 60_000;
/** Follows new messages when the end is this near. */
const NEAR_PIXELS = 120;
const DAY_MS = 86_400_000;

const dayName = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long" });

export class ChatList {
  /** @type {Map<number, import("./types.d.ts").Message>} */
  messages = new Map();
  #list = find("#messages");
  #pane = find("#chat");
  #unread = 0;
  #following = true;
  #actions;
  #down;
  #count;

  /** @param {Omit<import("./message_view.js").MessageActions, "lookUp" | "jumpTo">} actions */
  constructor(actions) {
    this.#actions = {
      ...actions,
      lookUp: (/** @type {number} */ id) => this.messages.get(id),
      jumpTo: (/** @type {number} */ id) => this.#jumpTo(id),
    };
    this.#count = make("span", { class: "count" });
    this.#down = make(
      "button",
      { id: "down", class: "round", "aria-label": words.down, onclick: () => this.toEnd("smooth") },
      this.#count,
      icon("down"),
    );
    find("#composer").prepend(this.#down);
    this.#pane.addEventListener("scroll", () => this.#showPlace());
    // Stay at the end when the composer grows, the window turns, or a picture loads.
    const sizes = new ResizeObserver(() => this.#following && this.toEnd());
    sizes.observe(this.#pane);
    sizes.observe(this.#list);
  }

  /** @param {import("./types.d.ts").Message[]} messages */
  replaceAll(messages) {
    this.messages.clear();
    this.#list.replaceChildren();
    for (const message of messages) this.#put(message);
    this.#arrange();
    this.toEnd();
  }

  /**
   * @param {import("./types.d.ts").Message[]} changed
   * @param {readonly number[]} removed
   */
  apply(changed, removed) {
    const following = this.#following;
    const fresh = changed.filter(({ id }) => !this.messages.has(id));
    for (const message of changed) this.#put(message);
    for (const id of removed) this.#remove(id);
    this.#arrange();
    if (following || fresh.some(({ mine }) => mine)) return this.toEnd();
    this.#unread += fresh.length;
    this.#showCount();
  }

  /** @param {ScrollBehavior} [behavior] */
  toEnd(behavior = "instant") {
    this.#pane.scrollTo({ top: this.#pane.scrollHeight, behavior });
    this.#unread = 0;
    this.#showPlace();
  }

  /** @returns the person's newest message */
  lastOwn() {
    return [...this.messages.values()].findLast(({ mine }) => mine);
  }

  /** @param {import("./types.d.ts").Message} message */
  #put(message) {
    const known = document.getElementById(`message-${message.id}`);
    const focused = known?.contains(document.activeElement) ? document.activeElement : null;
    this.messages.set(message.id, message);
    const view = messageView(message, this.#actions, known ?? undefined);
    if (known === null) {
      view.classList.add("fresh");
      this.#list.append(view);
      return;
    }
    // Screen readers read a message once: a status message changes every second.
    view.ariaLive = "off";
    known.replaceWith(view);
    if (focused !== null) sameControl(view, focused)?.focus();
  }

  /** @param {number} id */
  #remove(id) {
    this.messages.delete(id);
    document.getElementById(`message-${id}`)?.remove();
  }

  /** Updates days, groups and bubble tails. */
  #arrange() {
    for (const day of this.#list.querySelectorAll(".day")) day.remove();
    const messages = [...this.messages.values()];
    for (const [index, message] of messages.entries()) {
      const view = document.getElementById(`message-${message.id}`);
      const before = messages[index - 1];
      const after = messages[index + 1];
      view?.classList.toggle("first", !together(before, message));
      view?.classList.toggle("last", !together(message, after));
      if (before === undefined || dayOf(before) !== dayOf(message)) {
        view?.before(make("div", { class: "day" }, make("span", {}, dayText(message))));
      }
    }
  }

  /** @param {number} id */
  #jumpTo(id) {
    const view = document.getElementById(`message-${id}`);
    if (view === null) return;
    view.scrollIntoView({ block: "center", behavior: "smooth" });
    view.classList.remove("found");
    requestAnimationFrame(() => view.classList.add("found"));
  }

  #distance() {
    return this.#pane.scrollHeight - this.#pane.scrollTop - this.#pane.clientHeight;
  }

  #showPlace() {
    const away = this.#distance() >= NEAR_PIXELS;
    this.#following = !away;
    if (!away) this.#unread = 0;
    this.#down.classList.toggle("shown", away);
    this.#down.tabIndex = away ? 0 : -1;
    this.#showCount();
  }

  #showCount() {
    this.#count.textContent = this.#unread === 0 ? "" : String(this.#unread);
  }
}

/**
 * @param {import("./types.d.ts").Message | undefined} one
 * @param {import("./types.d.ts").Message | undefined} next
 */
function together(one, next) {
  return one !== undefined && next !== undefined && one.mine === next.mine &&
    Date.parse(next.at) - Date.parse(one.at) < TOGETHER_MS && dayOf(one) === dayOf(next);
}

/** @param {import("./types.d.ts").Message} message */
function dayOf({ at }) {
  return new Date(at).toDateString();
}

/** @param {import("./types.d.ts").Message} message */
function dayText(message) {
  const now = Date.now();
  if (dayOf(message) === new Date(now).toDateString()) return words.today;
  if (dayOf(message) === new Date(now - DAY_MS).toDateString()) return words.yesterday;
  return dayName.format(new Date(message.at));
}

/**
 * Finds the control of the new view that matches the focused one of the old view.
 * @param {HTMLElement} view
 * @param {Element} focused
 * @returns {HTMLElement | undefined}
 */
function sameControl(view, focused) {
  const name = (/** @type {Element} */ element) => element.ariaLabel ?? element.textContent;
  return [...view.querySelectorAll("button, a")].filter((each) => each instanceof HTMLElement)
    .find((each) => name(each) === name(focused));
}
