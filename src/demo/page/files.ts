/** Serves the page's own files, as they are without a build step, and the files of the chat. */
import type { SeenFile } from "../bot_api/transcript.ts";

const FOLDER = new URL("./browser/", import.meta.url);
const NAME = /^[a-z][a-z_]*\.(html|css|js|svg)$/;
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * @param path below the page's address; empty = the page itself
 * @returns undefined when the page has no such file
 */
export async function assetResponse(path: string): Promise<Response | undefined> {
  const name = path === "" ? "index.html" : path;
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

/** Kinds of pictures that a browser shows and that can run nothing. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;

/** Shows pictures and sends everything else as a download, so that no file runs as a page. */
export function fileResponse(file: SeenFile, isPhoto: boolean): Response {
  const shown = isPhoto && PICTURES.test(file.mimeType);
  const name = encodeURIComponent(file.name).replaceAll(/['()*]/g, percentEncoded);
  return new Response(file.bytes.slice(), {
    headers: {
      "content-type": shown ? file.mimeType : "application/octet-stream",
      "content-disposition": `${shown ? "inline" : "attachment"}; filename*=UTF-8''${name}`,
    },
  });
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
