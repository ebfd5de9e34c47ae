/** Builds the page of a diff: what changed, file by file, for a phone as well as for a wide screen. */
import { type DiffPart, diffPartsHtml, type DiffWords } from "./diff_html.ts";
import { markup } from "./html.ts";
import { htmlPage } from "./page.ts";

export interface DiffPageSource {
  readonly language: string;
  readonly title: string;
  /** Below the title, such as the numbers of all files together. */
  readonly summary: string;
  /** Sentences about what is not in the diff, or how it is to be read. */
  readonly remarks: readonly string[];
  readonly parts: readonly DiffPart[];
  readonly words: DiffWords;
  readonly footer: string;
}

export function diffPage(source: DiffPageSource): string {
  const { language, title, summary, remarks, parts, words, footer } = source;
  return htmlPage({
    language,
    title: `${title} · ${summary}`,
    main: markup`
      <header class="top ok">
        <h1>${title}</h1>
        <p class="where">${summary}</p>
        ${remarks.map((remark) => markup`<p class="faint">${remark}</p>`)}
      </header>
      <section class="part" id="changes">${diffPartsHtml(parts, words)}</section>
    `,
    footer: markup`<p>${footer}</p>`,
  });
}
