/** Makes a screenshot small: 256 colours are enough for it, and `pngquant` finds the right ones. */

export async function smallPng(picture: Uint8Array): Promise<Uint8Array> {
  const child = new Deno.Command("pngquant", {
    args: ["--quality=60-98", "--speed=1", "--strip", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const [{ code, stdout }] = await Promise.all([child.output(), fed(child.stdin, picture)]);
  if (code !== 0) throw new Error(`pngquant ended with exit code ${code}`);
  return stdout;
}

async function fed(input: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = input.getWriter();
  await writer.write(bytes);
  await writer.close();
}
