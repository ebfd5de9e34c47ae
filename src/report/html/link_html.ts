/** Links that lead to a web page and nowhere else. */
import { type Html, markup, type Part } from "./html.ts";

/** The label alone where the target is no web address: it must not run, open or fetch anything. */
export function linkHtml(target: string, label: Part): Html {
  const url = URL.parse(target);
  const isWeb = /^https?:\/\//i.test(target) && url !== null &&
    (url.protocol === "http:" || url.protocol === "https:");
  if (isWeb) return markup`<a href="${url.href}" rel="noopener noreferrer nofollow">${label}</a>`;
  return markup`<span class="reference" title="${target}">${label}</span>`;
}
