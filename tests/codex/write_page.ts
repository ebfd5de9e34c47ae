/** Writes the table of the releases into docs/codex.md, between its marks. */
import { RELEASES } from "../support/codex_versions.ts";
import { markdownTable } from "./table.ts";

export const PAGE = "docs/codex.md";

const BETWEEN_MARKS = /(<!-- releases -->\n\n)[\s\S]*?(\n\n<!-- end of releases -->)/;

/** @throws {Error} when the page has no marks */
export function withReleases(page: string): string {
  if (!BETWEEN_MARKS.test(page)) throw new Error(`${PAGE} has no marks for the releases`);
  const table = markdownTable(RELEASES);
  return page.replace(BETWEEN_MARKS, (_, begin, end) => begin + table + end);
}

if (import.meta.main) {
  await Deno.writeTextFile(PAGE, withReleases(await Deno.readTextFile(PAGE)));
}
