/** Collects files for the next message: picked, pasted or dropped. */
import { sizeText } from "./attached.js";
import { icon, make } from "./dom.js";
import { toast } from "./notices.js";
import { words } from "./words.js";

/** The largest download of a bot. */
const LARGEST_BYTES = 20 * 1024 * 1024;
const MOST_FILES = 10;

export class Attachments {
  element = make("div", { class: "attachments", hidden: true });
  /** @type {File[]} */
  files = [];
  /** @type {"document" | "photo"} */
  kind = "document";
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {"document" | "photo"} kind */
  pick(kind) {
    const field = make("input", {
      type: "file",
      multiple: true,
      accept: kind === "photo" ? "image/*" : null,
      onchange: () => this.add([...field.files ?? []], kind),
    });
    field.click();
  }

  /**
   * @param {File[]} files
   * @param {"document" | "photo"} kind
   */
  add(files, kind) {
    if (this.files.length > 0 && kind !== this.kind) this.files = [];
    this.kind = kind;
    const all = [...this.files, ...files].slice(0, MOST_FILES);
    const whole = all.reduce((sum, { size }) => sum + size, 0);
    if (whole > LARGEST_BYTES) return toast(words.tooBig);
    this.#show(all);
  }

  clear() {
    this.#show([]);
  }

  /** @param {File[]} files */
  #show(files) {
    this.files = files;
    this.element.hidden = files.length === 0;
    this.element.replaceChildren(...files.map((file) =>
      make(
        "span",
        { class: "attachment" },
        icon(this.kind === "photo" ? "photo" : "file"),
        make("span", {}, file.name),
        make("small", {}, sizeText(file.size)),
        make("button", {
          "aria-label": `${words.remove} ${file.name}`,
          onclick: () => this.#show(this.files.filter((each) => each !== file)),
        }, icon("close")),
      )
    ));
    this.#changed();
  }
}

/**
 * Accepts files that are dragged onto the page.
 * @param {(files: File[], kind: "document" | "photo") => void} take
 */
export function acceptDrops(take) {
  const sheet = make("div", { class: "drop", hidden: true }, make("span", {}, words.drop));
  document.body.append(sheet);
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    sheet.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) sheet.hidden = true;
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    sheet.hidden = true;
    const files = [...event.dataTransfer?.files ?? []];
    const pictures = files.every(({ type }) => type.startsWith("image/"));
    if (files.length > 0) take(files, pictures ? "photo" : "document");
  });
}
