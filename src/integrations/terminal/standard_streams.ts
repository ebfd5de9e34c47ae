/** The standard streams, which every isolate of the process shares. */

const encoder = new TextEncoder();

/** Writes all of the text before it returns, so that an exit loses nothing. */
export function print(text: string): void {
  writeAll(Deno.stdout, text);
}

export function printError(text: string): void {
  writeAll(Deno.stderr, text);
}

function writeAll(
  stream: { writeSync(bytes: Uint8Array<ArrayBuffer>): number },
  text: string,
): void {
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}
