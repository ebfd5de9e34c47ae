/** Draws a unified diff: a coloured, scrolling box for each file. */
import { fileDiffs } from "../../core/workspace/unified_diff.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Html, markup } from "./html.ts";

/** Lines of a diff on the page, so that a browser on a phone can draw it. */
const MOST_LINES = 4_000;
/** UTF-16 units of a line; longer ones are generated files. */
const LONGEST_LINE = 2_000;
/** Longer diffs start folded. */
const OPEN_LINES = 120;

/** @param diffs one for each turn of the developer, oldest first */
export function diffHtml(diffs: readonly string[]): Html {
  let left = MOST_LINES;
  const turns = diffs.map((diff, index) => {
    const boxes = inFiles(withoutControls(diff)).map((text) => {
      const lines = withoutHeader(text.trimEnd().split("\n"));
      const shown = lines.slice(0, left);
      left -= shown.length;
      return fileBox(text, shown, lines.length - shown.length);
    });
    const title = diffs.length === 1
      ? undefined
      : markup`<h3>Turn ${index + 1} of ${diffs.length}</h3>`;
    return markup`${title}${boxes}`;
  });
  return markup`<div class="diffs">${turns}</div>`;
}

/** Drops the lines that the box repeats; after the first hunk every line is kept, whatever it looks like. */
function withoutHeader(lines: readonly string[]): readonly string[] {
  const hunk = lines.findIndex((line) => line.startsWith("@@"));
  if (hunk < 0) return lines;
  return [...lines.slice(0, hunk).filter((line) => META.test(line)), ...lines.slice(hunk)];
}

function fileBox(text: string, shown: readonly string[], omitted: number): Html {
  const [file] = fileDiffs(text);
  const counts = file === undefined || file.binary
    ? markup`<span class="faint">binary</span>`
    : markup`<span class="plus">+${file.added}</span> <span class="minus">−${file.removed}</span>`;
  const name = file?.formerPath === undefined
    ? file?.path ?? "(no file)"
    : `${file.formerPath} → ${file.path}`;
  const more = omitted === 0
    ? undefined
    : markup`<p class="faint note">${omitted} more lines are not shown</p>`;
  const summary =
    markup`<summary><span class="path">${name}</span><span class="counts">${counts}</span></summary>`;
  const body = markup`
    <div class="scroll">
      <pre class="diff">${shown.map(lineHtml)}</pre>
    </div>${more}
  `;
  return shown.length <= OPEN_LINES
    ? markup`<details class="box" open>${summary}${body}</details>`
    : markup`<details class="box">${summary}${body}</details>`;
}

function lineHtml(line: string): Html {
  const text = line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}…`;
  const kind = kindOf(line);
  return kind === undefined
    ? markup`<span>${text}
</span>`
    : markup`<span class="${kind}">${text}
</span>`;
}

const META = /^(?:new file |deleted file |rename |similarity |old mode |new mode |\\)/;

function kindOf(line: string): string | undefined {
  if (META.test(line)) return "meta";
  if (line.startsWith("@@")) return "hunk";
  if (line.startsWith("+")) return "add";
  return line.startsWith("-") ? "del" : undefined;
}

/** Splits git's diff, or a plain one, into files with their own headers. */
function inFiles(diff: string): string[] {
  if (diff.startsWith("diff --git ") || diff.includes("\ndiff --git ")) {
    return diff.split(/^(?=diff --git )/m).filter((part) => part.trim() !== "");
  }
  return diff.split(/^(?=--- .*\n\+\+\+ )/m).filter((part) => part.trim() !== "");
}
