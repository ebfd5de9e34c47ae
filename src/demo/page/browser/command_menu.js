/** Shows the bot's commands while one is typed, or when the menu button is pressed. */
import { make } from "./dom.js";
import { words } from "./words.js";

export class CommandMenu {
  /** @type {import("./types.d.ts").Command[]} */
  commands = [];
  element = make("div", {
    class: "commands",
    id: "commands",
    role: "listbox",
    "aria-label": words.commands,
    hidden: true,
  });
  #field;
  #choose;
  /** @type {import("./types.d.ts").Command[]} */
  #shown = [];
  #at = 0;

  /**
   * @param {HTMLTextAreaElement} field
   * @param {(command: string, atOnce: boolean) => void} choose
   */
  constructor(field, choose) {
    this.#field = field;
    this.#choose = choose;
    field.setAttribute("aria-controls", "commands");
    field.setAttribute("aria-autocomplete", "list");
  }

  /** Shows the commands that begin with what is typed. */
  follow() {
    const typed = /^\/([a-z0-9_]*)$/i.exec(this.#field.value)?.[1]?.toLowerCase();
    this.show(
      typed === undefined ? [] : this.commands.filter(({ command }) => command.startsWith(typed)),
    );
  }

  toggle() {
    this.show(this.#shown.length > 0 ? [] : this.commands);
  }

  /** @param {import("./types.d.ts").Command[]} commands */
  show(commands) {
    this.#shown = commands;
    this.#at = 0;
    this.element.hidden = commands.length === 0;
    this.#field.setAttribute("aria-expanded", String(commands.length > 0));
    this.element.replaceChildren(...commands.map((each, index) =>
      make(
        "button",
        {
          id: `command-${index}`,
          role: "option",
          tabindex: "-1",
          onclick: () => this.#take(each, true),
        },
        make("b", {}, `/${each.command}`),
        make("span", {}, each.description),
      )
    ));
    this.element.scrollTop = 0;
    this.#mark();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the menu used the key
   */
  onKey(event) {
    const chosen = this.#shown[this.#at];
    if (chosen === undefined) return false;
    const { length } = this.#shown;
    if (event.key === "ArrowDown") this.#at = (this.#at + 1) % length;
    else if (event.key === "ArrowUp") this.#at = (this.#at + length - 1) % length;
    else if (event.key === "Escape") this.show([]);
    else if (event.key === "Tab") this.#take(chosen, false);
    else if (event.key === "Enter" && !event.shiftKey) this.#take(chosen, true);
    else return false;
    event.preventDefault();
    this.#mark();
    return true;
  }

  /**
   * @param {import("./types.d.ts").Command} chosen
   * @param {boolean} atOnce
   */
  #take({ command }, atOnce) {
    this.show([]);
    this.#choose(`/${command}`, atOnce);
  }

  #mark() {
    for (const [index, option] of [...this.element.children].entries()) {
      option.ariaSelected = String(index === this.#at);
    }
    const marked = this.element.children[this.#at];
    marked?.scrollIntoView({ block: "nearest" });
    if (marked === undefined) this.#field.removeAttribute("aria-activedescendant");
    else this.#field.setAttribute("aria-activedescendant", marked.id);
  }
}
