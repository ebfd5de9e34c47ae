/** Programs that tests write and start at once. */

/**
 * Written by a process of its own. While a file is open here for writing, a program that another
 * test is just starting holds it, too, from its fork to its exec: for that moment the system would
 * refuse to start it (ETXTBSY).
 */
export async function writeProgram(path: string, text: string): Promise<void> {
  const writing = new Deno.Command("sh", {
    args: ["-c", 'cat > "$1" && chmod 755 "$1"', "sh", path],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const [{ success, stderr }] = await Promise.all([writing.output(), type(writing.stdin, text)]);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function type(input: WritableStream<Uint8Array>, text: string): Promise<void> {
  try {
    const writer = input.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    // Who does not read on has ended, and has said why.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
