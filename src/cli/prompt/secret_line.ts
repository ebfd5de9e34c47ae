/** A line that is typed or pasted without being shown, from the bytes that a raw terminal sends. */

const ESCAPE_SEQUENCE =
  // deno-lint-ignore no-control-regex -- arrows, function keys, and the marks around what is pasted
  /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^[O])/;
/** What may still become such a sequence. */
// deno-lint-ignore no-control-regex -- as above
const UNFINISHED_SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*|O)?$/;

const KEYS = {
  "\r": "enter",
  "\n": "enter",
  "\x03": "cancel",
  "\x04": "end",
  "\x08": "erase",
  "\x7f": "erase",
  "\x15": "clear",
  "\x17": "clear",
} as const;

export class SecretLine {
  #characters: string[] = [];
  #state: "typing" | "entered" | "cancelled" = "typing";

  get state(): "typing" | "entered" | "cancelled" {
    return this.#state;
  }

  get text(): string {
    return this.#characters.join("");
  }

  /** @returns how much of it was used up: the line may end before it, a key may come in parts */
  type(keys: string): number {
    let at = 0;
    while (at < keys.length && this.#state === "typing") {
      const rest = keys.slice(at);
      if (UNFINISHED_SEQUENCE.test(rest)) return at;
      const sequence = ESCAPE_SEQUENCE.exec(rest)?.[0];
      const key = sequence ?? [...rest][0] ?? "";
      if (sequence === undefined) this.#press(key);
      at += key.length;
    }
    // One press on Enter can be two characters where it is pasted.
    return keys.startsWith("\r\n", at - 1) ? at + 1 : at;
  }

  #press(key: string): void {
    const meaning = isSpecial(key) ? KEYS[key] : undefined;
    switch (meaning) {
      case "enter":
        this.#state = "entered";
        break;
      case "cancel":
        this.#state = "cancelled";
        break;
      case "end":
        if (this.#characters.length === 0) this.#state = "cancelled";
        break;
      case "erase":
        this.#characters.pop();
        break;
      case "clear":
        this.#characters = [];
        break;
      case undefined:
        if (key >= " ") this.#characters.push(key);
    }
  }
}

function isSpecial(key: string): key is keyof typeof KEYS {
  return key in KEYS;
}
