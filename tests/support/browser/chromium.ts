/** Finds the Chromium of this machine, for tests of pages and for pictures of them. */

/** Names under which it is installed; the last two are how macOS knows it. */
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

export const NO_CHROMIUM =
  "no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH";

/** @returns the path or name of the program, or undefined where there is none, or shall be none */
export function findChromium(): string | undefined {
  const named = Deno.env.get("CHROMIUM_PATH");
  if (named !== undefined) return named === "" ? undefined : named;
  return NAMES.find((name) => {
    const places = name.startsWith("/") ? [""] : (Deno.env.get("PATH") ?? "").split(":");
    return places.some((place) => exists(place === "" ? name : `${place}/${name}`));
  });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    const { NotFound, NotADirectory, PermissionDenied } = Deno.errors;
    // A folder of the PATH may be somebody else's.
    if ([NotFound, NotADirectory, PermissionDenied].some((kind) => error instanceof kind)) {
      return false;
    }
    throw error;
  }
}
