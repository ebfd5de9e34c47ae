/** The standard streams, which every isolate of the process shares. */

const encoder = new TextEncoder();

/**
 * Writes all of the text before it returns, so that an exit loses nothing.
 * @returns false when nobody reads it any more, as behind `| head`
 */
export function print(text: string): boolean {
  return writeAll(Deno.stdout, text);
}

/** As `print` does, to standard error. */
export function printError(text: string): boolean {
  return writeAll(Deno.stderr, text);
}

function writeAll(
  stream: { writeSync(bytes: Uint8Array<ArrayBuffer>): number },
  text: string,
): boolean {
  let rest = encoder.encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
    return true;
  } catch (error) {
    // Whoever read has seen enough, which is no failure: the rest is left unsaid.
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}
