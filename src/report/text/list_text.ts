/** Lists runs in the terminal, whatever its width. */
import { cutToWidth, displayWidth, padToWidth } from "../../core/text/columns.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { formatCount } from "../../core/text/duration.ts";
import type { RunSummary } from "../run_history.ts";
import { duration, sessionText } from "../words.ts";
import { type Paint, STATUS_COLORS } from "./paint.ts";

interface TextLayout {
  readonly paint: Paint;
  /** Undefined = nothing is cut, as when the output goes to a file. */
  readonly columns: number | undefined;
}

/** Narrower terminals get the request on a line of its own. */
const WIDE = 120;
const GAP = "  ";

/** A heading for each day; below it one or two lines for each run. */
export function listText(runs: readonly RunSummary[], { paint, columns }: TextLayout): string {
  const rows = runs.map(cellsOf);
  const shown = fittingColumns(rows, columns);
  const lines: string[] = [];
  let day = "";
  for (const [index, run] of runs.entries()) {
    const runDay = run.startedAt.slice(0, 10);
    if (runDay !== day) {
      lines.push(...(day === "" ? [] : [""]), paint("bold", `${runDay} (UTC)`));
      day = runDay;
    }
    const cells = shown.map(({ side, width }, column) =>
      padToWidth(rows[index]?.[column] ?? "", width, side)
    );
    lines.push(...rowLines(cells, run, { paint, columns }));
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** The columns: id, time, workflow, result, duration, tokens. */
const SIDES = ["left", "left", "left", "left", "right", "right"] as const;
const RESULT_COLUMN = 3;

/** Drops the last columns on a narrow terminal. */
function fittingColumns(
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): { readonly side: "left" | "right"; readonly width: number }[] {
  let total = 0;
  return SIDES.map((side, index) => ({
    side,
    width: Math.max(...rows.map((cells) => displayWidth(cells[index] ?? ""))),
  })).filter(({ width }, index) => {
    total += width + (index === 0 ? 0 : GAP.length);
    return total <= (columns ?? Infinity);
  });
}

function cellsOf(run: RunSummary): readonly string[] {
  return [
    run.id,
    run.startedAt.slice(11, 16),
    run.workflow,
    run.state,
    duration(run.durationMs),
    run.tokens === null ? "–" : `${formatCount(run.tokens)} tok`,
  ].map(withoutControls);
}

function rowLines(
  cells: readonly string[],
  run: RunSummary,
  { paint, columns }: TextLayout,
): string[] {
  const row = cells.join(GAP);
  const painted = cells.map((cell, index) =>
    index === RESULT_COLUMN
      ? paint(STATUS_COLORS[run.state], cell)
      : index === 0
      ? paint("cyan", cell)
      : cell
  ).join(GAP);
  const where = [sessionText(run.session), ...(run.profile === null ? [] : [run.profile])]
    .map(withoutControls).join(" · ");
  const request = withoutControls(run.request).replaceAll(/\s+/g, " ") || "(no text)";
  if (columns === undefined || columns >= WIDE) {
    const rest = (columns ?? Infinity) - displayWidth(row) - displayWidth(where) - 2 * GAP.length;
    return [`${painted}${GAP}${paint("dim", where)}${GAP}${cutToWidth(request, rest)}`];
  }
  const second = `${GAP}${where} · `;
  const rest = columns - displayWidth(second);
  return rest >= 20
    ? [painted, `${paint("dim", second)}${cutToWidth(request, rest)}`]
    : [painted, `${GAP}${cutToWidth(request, columns - GAP.length)}`];
}
