/** The files that make the page. They are served as they lie here: there is no build step. */

const FOLDER = new URL("./browser/", import.meta.url);
const NAME = /^[a-z][a-z_]*\.(html|css|js|svg)$/;
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** @returns undefined where the page has no such file */
export async function assetResponse(pathname: string): Promise<Response | undefined> {
  const name = pathname === "/" ? "index.html" : pathname.slice(1);
  const extension = NAME.exec(name)?.[1];
  if (extension === undefined) return undefined;
  try {
    const bytes = await Deno.readFile(new URL(name, FOLDER));
    return new Response(bytes, { headers: { "content-type": TYPES[extension] ?? "" } });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
