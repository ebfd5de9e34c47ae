/** Puts the page together: shows the stream of the chat, and sends what the person does. */
import { ChatList } from "./chat_list.js";
import { Composer } from "./composer.js";
import { make } from "./dom.js";
import { Header, hideWelcome, showWelcome, watchAttention } from "./frame.js";
import { openMessageMenu } from "./message_menu.js";
import { banner } from "./notices.js";
import { act, openStream } from "./server.js";
import { keepTimesCurrent } from "./text_parts.js";
import { language, words } from "./words.js";

/** @typedef {import("./types.d.ts").Snapshot} Snapshot */

/** The chat with one bot. */
class Page {
  #header;
  #composer;
  #list;
  #notify;
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
    keepTimesCurrent();
    this.#composer.focus();
  }

  /** @param {Snapshot} state the whole chat, at the beginning and after a lost connection */
  replace(state) {
    this.#state = state;
    const { work, complaint } = state;
    const hint = make("span", {}, make("code", {}, "--codex"), words.codexHint);
    banner("echo", work === "echo" ? words.echo : undefined, complaint === undefined && hint);
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
    const { commands, action } = this.#state;
    const said = [...this.#list.messages.values()].findLast(({ mine }) => !mine);
    this.#composer.setCommands(commands);
    this.#header.show(action, said?.at);
    if (this.#list.messages.size === 0) showWelcome(this.#state, send);
    else hideWelcome();
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
