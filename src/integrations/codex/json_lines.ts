/** Reads JSON values from a stream of bytes, one per line. */

export interface LinesSettings {
  /** A longer line is skipped. */
  readonly mostBytes: number;
  /** Told about each line that is skipped; never its text, which may hold anything. */
  readonly onSkipped: (reason: "too long" | "not JSON", bytes: number) => void;
  /** Ends the reading early. */
  readonly signal: AbortSignal;
}

const NEWLINE = 10;
/** So many in a row are no slip: something else prints there, perhaps without end. */
const MOST_SKIPPED = 200;

/** The stream has nothing to do with what is read from it. */
export class ForeignLinesError extends Error {
  constructor() {
    super(`${MOST_SKIPPED} lines in a row are no JSON`);
    this.name = "ForeignLinesError";
  }
}

/**
 * Yields each line's value. A line that is too long or no JSON is skipped.
 * @throws {ForeignLinesError} when too many are skipped one after another
 */
export async function* readJsonLines(
  stream: ReadableStream<Uint8Array>,
  settings: LinesSettings,
): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let skipped = 0;
  for await (const line of readLines(stream, settings)) {
    const text = decoder.decode(line).trim();
    const parsed = parseJson(text);
    if (parsed.ok) {
      skipped = 0;
      yield parsed.value;
      continue;
    }
    if (text !== "") settings.onSkipped("not JSON", line.length);
    if (++skipped >= MOST_SKIPPED) throw new ForeignLinesError();
  }
}

async function* readLines(
  stream: ReadableStream<Uint8Array>,
  { mostBytes, onSkipped, signal }: LinesSettings,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const stop = (): void => {
    // The stream may have failed already; it is over either way.
    void reader.cancel().catch(() => undefined);
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const line = new Line(mostBytes);
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      let rest = read.value;
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        line.add(rest.subarray(0, end));
        if (line.tooLong) onSkipped("too long", line.length);
        else yield line.bytes();
        line.clear();
        rest = rest.subarray(end + 1);
      }
      line.add(rest);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
    reader.releaseLock();
  }
}

/** A line that grows piece by piece, and forgets its bytes once it is too long. */
class Line {
  length = 0;
  readonly #mostBytes: number;
  #parts: Uint8Array[] = [];

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get tooLong(): boolean {
    return this.length > this.#mostBytes;
  }

  add(part: Uint8Array): void {
    this.length += part.length;
    if (this.tooLong) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  bytes(): Uint8Array {
    const [only] = this.#parts;
    if (this.#parts.length === 1 && only !== undefined) return only;
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  clear(): void {
    this.#parts = [];
    this.length = 0;
  }
}

function parseJson(text: string): { readonly ok: true; readonly value: unknown } | {
  readonly ok: false;
} {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // What is wrong with it does not matter: the line is skipped and counted.
    return { ok: false };
  }
}
