/** Takes what a person writes: text, files, commands, replies and edits. */
import { acceptDrops, Attachments } from "./attachments.js";
import { CommandMenu } from "./command_menu.js";
import { find, icon, make } from "./dom.js";
import { summary } from "./message_view.js";
import { act, upload } from "./server.js";
import { words } from "./words.js";

const TALLEST_PIXELS = 240;

export class Composer {
  #field = make("textarea", {
    rows: "1",
    placeholder: words.message,
    "aria-label": words.message,
    autocomplete: "off",
    oninput: () => this.#typed(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
    onpaste: (/** @type {ClipboardEvent} */ event) => this.#paste(event),
  });
  #attachments = new Attachments(() => this.#refresh());
  #commands = new CommandMenu(this.#field, (command, atOnce) => this.#takeCommand(command, atOnce));
  #about = make("div", { class: "about", hidden: true });
  #send = make("button", { class: "send round", onclick: () => this.submit() }, icon("send"));
  /** @type {{ how: "reply" | "edit", message: import("./types.d.ts").Message } | undefined} */
  #target;
  #lastOwn;
  #botName;

  /** @param {{ botName: string, lastOwn: () => import("./types.d.ts").Message | undefined }} options */
  constructor({ botName, lastOwn }) {
    this.#botName = botName;
    this.#lastOwn = lastOwn;
    const menu = make("button", {
      class: "menu-button",
      "aria-label": words.commands,
      title: words.commands,
      onclick: () => this.#commands.toggle(),
    }, icon("menu"));
    find("#composer").append(
      this.#commands.element,
      make(
        "div",
        { class: "writing" },
        make(
          "div",
          { class: "paper" },
          this.#about,
          this.#attachments.element,
          make("div", { class: "line" }, menu, this.#field, this.#attachButton()),
        ),
        this.#send,
      ),
    );
    acceptDrops((files, kind) => this.#attachments.add(files, kind));
    this.#refresh();
  }

  /** @param {import("./types.d.ts").Command[]} commands */
  setCommands(commands) {
    if (commands === this.#commands.commands) return;
    this.#commands.commands = commands;
    // A command may be half typed already.
    if (this.#field.value.startsWith("/")) this.#commands.follow();
  }

  focus() {
    this.#field.focus();
  }

  /** @param {import("./types.d.ts").Message} message */
  reply(message) {
    this.#setTarget({ how: "reply", message });
  }

  /** @param {import("./types.d.ts").Message} message */
  edit(message) {
    this.#field.value = message.text;
    this.#setTarget({ how: "edit", message });
  }

  async submit() {
    const text = this.#field.value.trim();
    const target = this.#target;
    const { files, kind } = this.#attachments;
    if (text === "" && files.length === 0) return;
    this.#clear();
    const replyTo = target?.how === "reply" ? { replyTo: target.message.id } : {};
    const done = target?.how === "edit"
      ? await act("edit", { messageId: target.message.id, text })
      : files.length > 0
      ? await upload(formOf({ files, kind, caption: text, ...replyTo }))
      : await act("send", { text, ...replyTo });
    // Give the text back when sending failed.
    if (done === undefined && this.#field.value === "") this.#field.value = text;
    this.#refresh();
  }

  #attachButton() {
    const choices = make(
      "div",
      { class: "choices", role: "menu" },
      make(
        "button",
        { role: "menuitem", onclick: () => this.#attachments.pick("photo") },
        icon("photo"),
        words.photo,
      ),
      make(
        "button",
        { role: "menuitem", onclick: () => this.#attachments.pick("document") },
        icon("file"),
        words.file,
      ),
    );
    const opener = make(
      "button",
      { "aria-label": words.attach, title: words.attach, "aria-haspopup": "menu" },
      icon("attach"),
    );
    return make("div", { class: "attach" }, opener, choices);
  }

  /** @param {{ how: "reply" | "edit", message: import("./types.d.ts").Message } | undefined} target */
  #setTarget(target) {
    this.#target = target;
    this.#about.hidden = target === undefined;
    if (target !== undefined) {
      const { how, message } = target;
      const who = message.mine ? words.you : this.#botName;
      this.#about.replaceChildren(
        icon(how),
        make("span", {}, make("b", {}, how === "edit" ? words.editing : who), summary(message)),
        make(
          "button",
          { "aria-label": words.cancel, onclick: () => this.#leaveTarget() },
          icon("close"),
        ),
      );
    }
    this.#refresh();
    this.focus();
  }

  #leaveTarget() {
    if (this.#target?.how === "edit") this.#field.value = "";
    this.#setTarget(undefined);
  }

  #clear() {
    this.#field.value = "";
    this.#attachments.clear();
    this.#setTarget(undefined);
    this.#commands.show([]);
  }

  /**
   * @param {string} command
   * @param {boolean} atOnce
   */
  #takeCommand(command, atOnce) {
    this.#field.value = atOnce ? command : `${command} `;
    if (atOnce) void this.submit();
    this.focus();
  }

  #typed() {
    this.#commands.follow();
    this.#refresh();
  }

  #refresh() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(TALLEST_PIXELS, this.#field.scrollHeight)}px`;
    const empty = this.#field.value.trim() === "" && this.#attachments.files.length === 0;
    this.#send.classList.toggle("empty", empty);
    this.#send.ariaLabel = this.#target?.how === "edit" ? words.save : words.send;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    // Enter during the composition of a syllable does not send.
    if (event.isComposing || this.#commands.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void this.submit();
    } else if (event.key === "Escape" && this.#target !== undefined) {
      this.#leaveTarget();
    } else if (event.key === "ArrowUp" && this.#field.value === "") {
      const last = this.#lastOwn();
      if (last === undefined || last.file !== undefined) return;
      event.preventDefault();
      this.edit(last);
    }
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const files = [...event.clipboardData?.files ?? []];
    if (files.length === 0) return;
    event.preventDefault();
    const pictures = files.every(({ type }) => type.startsWith("image/"));
    this.#attachments.add(files, pictures ? "photo" : "document");
  }
}

/**
 * @param {{ files: File[], kind: string, caption: string, replyTo?: number }} message
 * @returns {FormData}
 */
function formOf({ files, kind, caption, replyTo }) {
  const form = new FormData();
  form.set("kind", kind);
  form.set("caption", caption);
  if (replyTo !== undefined) form.set("replyTo", String(replyTo));
  for (const file of files) form.append("file", file);
  return form;
}
