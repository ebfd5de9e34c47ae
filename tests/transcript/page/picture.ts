/** Takes a picture of a page with a headless Chromium. */
import { findChromium, NO_CHROMIUM } from "../../support/browser/chromium.ts";

/** Pixels of the picture for each pixel of the page. */
const SCALE = 1.5;

interface PictureOptions {
  /** Path of the HTML file. */
  readonly page: string;
  /** Where the PNG goes. */
  readonly picture: string;
  /** The browser to use; by default the installed one. */
  readonly browser?: string;
}

/** @returns what went wrong, or undefined */
export async function takePicture(options: PictureOptions): Promise<string | undefined> {
  const browser = options.browser ?? findChromium();
  if (browser === undefined) return NO_CHROMIUM;
  try {
    return await takeWith(browser, options);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `No browser found (${browser}): install Chromium or name one with --browser`;
  }
}

/** @throws {Deno.errors.NotFound} when there is no such browser */
async function takeWith(
  browser: string,
  { page, picture }: PictureOptions,
): Promise<string | undefined> {
  const folder = await Deno.makeTempDir({ prefix: "transcript-" });
  const ruler = `${folder}/ruler.html`;
  try {
    await Deno.writeTextFile(ruler, `${await Deno.readTextFile(page)}${MEASURE}`);
    const measured = await run(browser, folder, ["--dump-dom", `file://${ruler}`]);
    const size = /<title>(\d+,\d+)<\/title>/.exec(measured.output)?.[1];
    if (size === undefined) return `${browser} cannot show the page: ${measured.complaints}`;
    const taken = await run(browser, folder, [
      `--force-device-scale-factor=${SCALE}`,
      `--window-size=${size}`,
      `--screenshot=${picture}`,
      `file://${page}`,
    ]);
    return taken.success ? undefined : `${browser} failed: ${taken.complaints}`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Puts the size of the whole page into its title. */
const MEASURE = `<script>
const { width, height } = document.querySelector("main").getBoundingClientRect();
const margin = 2 * parseFloat(getComputedStyle(document.body).paddingTop);
document.title = [width, height].map((pixels) => Math.ceil(pixels + margin)).join();
</script>
`;

async function run(
  browser: string,
  folder: string,
  args: readonly string[],
): Promise<{ readonly success: boolean; readonly output: string; readonly complaints: string }> {
  const { success, stdout, stderr } = await new Deno.Command(browser, {
    // Chromium refuses to run as root without --no-sandbox; the page is trusted.
    args: [...BARE, "--no-sandbox", `--user-data-dir=${folder}/profile`, ...args],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { success, output: text.decode(stdout), complaints: text.decode(stderr).trim() };
}

const BARE = ["--headless", "--disable-gpu", "--hide-scrollbars"];
