/** Writes what was measured into docs/performance.md, each row between marks of its own. */
import { cellsOf, type Figure, TABLE_HEADER } from "./figures.ts";

const PAGE = new URL("../../docs/performance.md", import.meta.url);

/** Replaces the table of the row, and says when and under which load it was measured. */
export async function writeRow(
  name: string,
  figures: readonly Figure[],
  load: string,
): Promise<void> {
  const page = await Deno.readTextFile(PAGE);
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no place for ${name}`);
  const today = new Date().toISOString().slice(0, 10);
  const measured = `Measured on ${today} with a load of ${load}.`;
  const table = tableOf(figures).join("\n");
  await Deno.writeTextFile(
    PAGE,
    `${page.slice(0, from)}${begin}\n\n${measured}\n\n${table}\n\n${page.slice(to)}`,
  );
}

export function tableOf(figures: readonly Figure[]): string[] {
  const rows = [TABLE_HEADER, TABLE_HEADER.map(() => "---"), ...figures.map(cellsOf)];
  return rows.map((cells) => `| ${cells.join(" | ")} |`);
}
