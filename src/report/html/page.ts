/** Builds a page that runs no script and fetches nothing, whatever its content says. */
import { createHash } from "node:crypto";
import { Html, markup, type Part } from "./html.ts";
import { STYLE } from "./style.ts";

/** Allows the page's own style sheet and nothing else, so that injected markup stays inert. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export interface Page {
  /** As in `<html lang>`. */
  readonly language: string;
  readonly title: string;
  readonly main: Part;
  readonly footer: Part;
}

export function htmlPage({ language, title, main, footer }: Page): string {
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${main}
</main>
<footer>${footer}</footer>
</body>
</html>
`.text;
}
