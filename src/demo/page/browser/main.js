/** Puts the page together: the stream of the chat on one side, the person on the other. */
import { watchAttention } from "./attention.js";
import { act } from "./calls.js";
import { ChatList } from "./chat_list.js";
import { Composer } from "./composer.js";
import { Header } from "./header.js";
import { keepTimesCurrent } from "./live_time.js";
import { openMessageMenu } from "./message_menu.js";
import { banner } from "./notices.js";
import { hideWelcome, showWelcome } from "./welcome.js";
import { language, words } from "./words.js";

/** @typedef {import("./types.d.ts").Snapshot} Snapshot */

const RETRY_MS = 2_000;

/** A chat page for one bot. */
class Page {
  #header;
  #composer;
  #list;
  #ring;
  /** @type {Snapshot} */
  #state;

  /** @param {Snapshot} first */
  constructor(first) {
    const { bot } = first;
    this.#state = first;
    this.#header = new Header(bot);
    this.#ring = watchAttention(bot.name);
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

  /** @param {Snapshot} state all of it, at the beginning and after each lost connection */
  replace(state) {
    this.#state = state;
    const { work, complaint } = state;
    const hint = complaint === undefined ? words.echoHint : undefined;
    banner("echo", work === "echo" ? words.echo : undefined, hint);
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
    this.#ring(loud.length);
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
connect();

function connect() {
  const stream = new EventSource(`stream?language=${encodeURIComponent(language)}`);
  stream.addEventListener("snapshot", ({ data }) => {
    const snapshot = JSON.parse(data);
    page ??= new Page(snapshot);
    page.replace(snapshot);
  });
  stream.addEventListener("changes", ({ data }) => page?.change(JSON.parse(data)));
  stream.addEventListener("error", () => {
    banner("stopped", words.stopped);
    // A browser tries again by itself, unless it was told that there is no such thing.
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
  });
}
