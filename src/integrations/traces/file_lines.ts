/** The lines of a file that may be large, may end in the middle of a line, and may not be there. */

/** No line of ours comes near; what does is skipped without being held in memory. */
const LONGEST_LINE = 8_000_000;

/**
 * Each line without its newline; of one that is absurdly long the beginning.
 * @throws Deno's errors, but for a file that is gone: pruning may have been quicker
 */
export async function* fileLines(path: string): AsyncGenerator<string, void> {
  const file = await openIfThere(path);
  if (file === undefined) return;
  const pieces = new LinePieces();
  for await (const text of file.readable.pipeThrough(new TextDecoderStream())) {
    yield* pieces.add(text);
  }
  if (pieces.rest !== "") yield pieces.rest;
}

async function openIfThere(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Makes lines of pieces of text, and keeps what has no newline yet. */
class LinePieces {
  #rest = "";

  get rest(): string {
    return this.#rest;
  }

  add(text: string): readonly string[] {
    const [first = "", ...more] = text.split("\n");
    if (this.#rest.length < LONGEST_LINE) this.#rest += first;
    if (more.length === 0) return [];
    const lines = [this.#rest, ...more];
    this.#rest = lines.pop() ?? "";
    return lines.filter((line) => line.trim() !== "");
  }
}
