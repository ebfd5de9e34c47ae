/** Reads what a person types, line by line. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

/** The lines that a person types. Ends with the input, or when the signal aborts. */
export async function* typedLines(
  input: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const readable = Readable.fromWeb(input, { signal });
  // Whoever reads the lines gets the error.
  readable.on("error", () => {});
  try {
    yield* createInterface({ input: readable, terminal: false });
  } catch (error) {
    // An aborted input is an end, not an error.
    if (!signal.aborted) throw error;
  }
}
