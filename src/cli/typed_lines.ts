/** What a person types, a line at a time. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

/** Ends with the input, or when the signal aborts. */
export async function* typedLines(
  input: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const readable = Readable.fromWeb(input, { signal });
  // An aborted input is an end, not an error: there is nothing more to be typed.
  readable.on("error", () => {});
  yield* createInterface({ input: readable, terminal: false });
}
