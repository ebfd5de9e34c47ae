/**
 * `deno task docs:pictures [NAME ...]`: draws the pictures of docs/images again, all of them or those
 * whose name begins with one of the given words.
 */
import { Browser } from "../support/browser/browser.ts";
import { findChromium, NO_CHROMIUM } from "../support/browser/chromium.ts";
import { DEMO_PICTURES } from "./demo_pictures.ts";
import type { PictureSet } from "./picture_set.ts";
import { REPORT_PICTURES } from "./report_pictures.ts";
import { TERMINAL_PICTURES } from "./terminal_pictures.ts";

/** Each set shows one run. Add new sets here. */
const SETS: readonly PictureSet[] = [...DEMO_PICTURES, REPORT_PICTURES, TERMINAL_PICTURES];
const IMAGES = new URL("../../docs/images/", import.meta.url);
/** Keeps the README quick to load. */
const MOST_BYTES = 300_000;

const chromium = findChromium();
if (chromium === undefined) {
  say(NO_CHROMIUM);
  Deno.exit(1);
}
await Deno.mkdir(IMAGES, { recursive: true });
for (const { names, draw } of SETS) {
  const wanted = (name: string): boolean =>
    Deno.args.length === 0 || Deno.args.some((word) => name.startsWith(word));
  if (!names.some(wanted)) continue;
  await using browser = await Browser.launch(chromium);
  await draw(browser, async (name, picture) => {
    if (wanted(name)) await keep(name, picture);
  });
}

async function keep(name: string, picture: Uint8Array): Promise<void> {
  const small = await smallPng(picture);
  if (small.length > MOST_BYTES) {
    throw new Error(`${name}.png has ${small.length} bytes; the limit is ${MOST_BYTES}`);
  }
  await Deno.writeFile(new URL(`${name}.png`, IMAGES), small);
  say(`docs/images/${name}.png: ${Math.round(small.length / 1000)} kB`);
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Reduces a screenshot to 256 colours with `pngquant`. */
async function smallPng(picture: Uint8Array): Promise<Uint8Array> {
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
