/** Puts the page together: shows the stream of the chat, and sends what the person does. */
import { ChatList } from "./chat_list.js";
import { Chips } from "./chips.js";
import { Composer } from "./composer.js";
import { find, make } from "./dom.js";
import { Header, hideWelcome, showWelcome, watchAttention } from "./frame.js";
import { openMessageMenu } from "./message_menu.js";
import { banner } from "./notices.js";
import { act, openStream } from "./server.js";
import { keepTimesCurrent } from "./text_parts.js";
import { language, words } from "./words.js";

/** @typedef {import("./types.d.ts").Snapshot} Snapshot */

/** Commands that show what the job has done. */
const COMMANDS = ["/diff", "/file tally", "/undo", "/review", "/checks", "/model", "/status"];

/** The chat with one bot. */
class Page {
  #header;
  #composer;
  #list;
  #notify;
  #chips = new Chips(send);
  /** @type {Snapshot} */
  #state;

  /** @param {Snapshot} first */
  constructor(first) {
    const { bot } = first;
    this.#state = first;
    this.#header = new Header(bot);
    this.#notify = watchAttention(bot.name);
    this.#composer = new Composer({ botName: bot.name, lastOwn: () => this.#list.lastOwn() });
    this.#list = new ChatList({
      botName: bot.name,
      send,
      reply: (message) => this.#composer.reply(message),
      openMenu: (message, near, point) =>
        openMessageMenu(message, near, point, {
          reply: () => this.#composer.reply(message),
          edit: () => this.#composer.edit(message),
        }),
    });
    find("#composer").prepend(this.#chips.element);
    keepTimesCurrent();
    this.#composer.focus();
  }

  /** @param {Snapshot} state the whole chat, at the beginning and after a lost connection */
  replace(state) {
    this.#state = state;
    const { work, complaint } = state;
    const hint = make("span", {}, make("code", {}, "--codex"), words.codexHint);
    const text = work === "codex" ? undefined : words[work];
    banner("echo", text, complaint === undefined && hint);
    banner("complaint", complaint);
    banner("stopped");
    this.#list.replaceAll(state.messages);
    this.#show();
  }

  /** @param {import("./types.d.ts").Changes} changes */
  change({ changed = [], removed = [], ...rest }) {
    this.#state = { ...this.#state, ...rest };
    const loud = changed.filter(({ id, mine, silent }) =>
      !mine && !silent && !this.#list.messages.has(id)
    );
    this.#list.apply(changed, removed);
    this.#notify(loud.length);
    this.#show();
  }

  #show() {
    const { commands, action, description } = this.#state;
    const said = [...this.#list.messages.values()].findLast(({ mine }) => !mine);
    this.#composer.setCommands(commands);
    this.#header.show(action, said?.at);
    const isEmpty = this.#list.messages.size === 0;
    this.#chips.show(isEmpty ? [] : this.#offered());
    if (isEmpty) showWelcome(description, this.#examples(), send);
    else hideWelcome();
  }

  /** What is worth a press now. */
  #offered() {
    const { work } = this.#state;
    return work === "script" ? [...this.#examples(), ...COMMANDS] : [];
  }

  #examples() {
    const { work, suggestions } = this.#state;
    if (work !== "script") return words.examples[work];
    return suggestions?.[this.#chatLanguage()] ?? [];
  }

  /** A person can change it in the chat: the menu of commands has it. */
  #chatLanguage() {
    const { commands } = this.#state;
    if (commands.length === 0) return language === "ko" ? "ko" : "en";
    return commands.some(({ description }) => /\p{Script=Hangul}/u.test(description)) ? "ko" : "en";
  }
}

/** @param {string} text */
function send(text) {
  return act("send", { text });
}

document.documentElement.lang = language;
/** @type {Page | undefined} */
let page;
openStream(language, {
  snapshot: (snapshot) => {
    page ??= new Page(snapshot);
    page.replace(snapshot);
  },
  changes: (changes) => page?.change(changes),
  lost: () => banner("stopped", words.stopped),
});
