/** What a person types, a line at a time. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

/** Ends with the input, or when the signal aborts. */
export async function* typedLines(
  input: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const readable = Readable.fromWeb(input, { signal });
  // The lines tell of it, as long as somebody takes them.
  readable.on("error", () => {});
  try {
    yield* createInterface({ input: readable, terminal: false });
  } catch (error) {
    // An aborted input is an end, not an error: there is nothing more to be typed.
    if (!signal.aborted) throw error;
  }
}
