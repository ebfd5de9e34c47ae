/** Reads whole lines, where a terminal cannot hand over single keys. */
import type { Terminal } from "../terminal.ts";

/** Ends with the input, or when the signal aborts. */
export async function* inputLines(
  terminal: Pick<Terminal, "input">,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of terminal.input(signal)) {
    const lines = `${rest}${decoder.decode(bytes, { stream: true })}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines.map((line) => line.replace(/\r$/, ""));
  }
  if (rest !== "" && !signal.aborted) yield rest;
}
