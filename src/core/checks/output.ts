/** Makes what a check printed readable: without colours, with progress lines as they ended; pure. */

/** Escape sequences of terminals: CSI, OSC with its end, and the short ones. */
// deno-lint-ignore no-control-regex
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

export function readableOutput(printed: string): string {
  return printed.replaceAll(ESCAPES, "").replaceAll("\r\n", "\n").split("\n")
    .map((line) => line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1))
    .join("\n").replaceAll("\r", "").replaceAll(CONTROLS, "");
}

/** Keeps the end of an output of any length, in bytes. */
export class OutputEnd {
  readonly #most: number;
  #pieces: Uint8Array[] = [];
  #kept = 0;
  #total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes so far, those that were given up included. */
  get total(): number {
    return this.#total;
  }

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#kept += piece.length;
    this.#total += piece.length;
    while (this.#kept - (this.#pieces[0]?.length ?? 0) >= this.#most) {
      this.#kept -= this.#pieces.shift()?.length ?? 0;
    }
  }

  text(): string {
    const all = new Uint8Array(this.#kept);
    let offset = 0;
    for (const piece of this.#pieces) {
      all.set(piece, offset);
      offset += piece.length;
    }
    return new TextDecoder().decode(all);
  }
}
