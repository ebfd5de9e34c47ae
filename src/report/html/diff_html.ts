/** Draws a unified diff: an index of its files, and a coloured, scrolling box for each. */
import { type FileDiff, fileDiffs, splitDiff } from "../../core/workspace/unified_diff.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Html, markup, type Part } from "./html.ts";

/** Lines of a diff on the page, so that a browser on a phone can draw it. */
const MOST_LINES = 4_000;
/** UTF-16 units of a line; longer ones are generated files. */
const LONGEST_LINE = 2_000;
/** Longer diffs start folded, and so do all files behind so many open lines. */
const OPEN_LINES = 120;
const MOST_OPEN_LINES = 600;
/** Fewer files need no index. */
const INDEXED_FILES = 3;

/** The words of the boxes, in the reader's language. */
export interface DiffWords {
  readonly turn: (number: number, count: number) => string;
  readonly binary: string;
  readonly moreLines: (count: number) => string;
  readonly noFile: string;
}

/** A unified diff, and what it does not say itself. */
export interface DiffPart {
  /** Above its files. */
  readonly title?: string;
  readonly diff: string;
  /** By path: what stands in place of the numbers, such as the sizes of a binary file. */
  readonly notes?: ReadonlyMap<string, string>;
  /** Changed files without a place in the diff, as their content is not kept. */
  readonly others?: readonly { readonly path: string; readonly note: string }[];
}

/** @param diffs one for each turn of the developer, oldest first */
export function diffHtml(diffs: readonly string[], words: DiffWords): Html {
  return diffPartsHtml(
    diffs.map((diff, index) => ({
      diff,
      ...(diffs.length === 1 ? {} : { title: words.turn(index + 1, diffs.length) }),
    })),
    words,
  );
}

export function diffPartsHtml(parts: readonly DiffPart[], words: DiffWords): Html {
  const limits: Limits = { shown: MOST_LINES, open: MOST_OPEN_LINES };
  const drawn = parts.map((part, index) => partHtml(part, `file-${index + 1}`, words, limits));
  return markup`<div class="diffs">${drawn}</div>`;
}

/** How many lines may still be shown, and be open. */
interface Limits {
  shown: number;
  open: number;
}

function partHtml(
  { title, diff, notes, others = [] }: DiffPart,
  anchor: string,
  words: DiffWords,
  limits: Limits,
): Html {
  const boxes = splitDiff(readable(diff)).map((text, index): Box => {
    const [file] = fileDiffs(text);
    const lines = withoutHeader(text.trimEnd().split("\n"));
    const shown = lines.slice(0, limits.shown);
    limits.shown -= shown.length;
    const open = shown.length <= OPEN_LINES && limits.open > 0;
    if (open) limits.open -= shown.length;
    return {
      id: `${anchor}-${index + 1}`,
      name: nameOf(file, words),
      counts: countsHtml(file, notes, words),
      shown,
      omitted: lines.length - shown.length,
      open,
    };
  });
  const heading = title === undefined ? undefined : markup`<h3>${title}</h3>`;
  return markup`${heading}${indexHtml(boxes, others)}${boxes.map((box) => boxHtml(box, words))}`;
}

/** A carriage return within a line must not begin one: it would be taken for a header. */
function readable(diff: string): string {
  return withoutControls(diff.replace(/\r(?!\n)/g, "␍"));
}

interface Box {
  /** Of its content, so that a link to it opens the box. */
  readonly id: string;
  readonly name: string;
  readonly counts: Html;
  readonly shown: readonly string[];
  readonly omitted: number;
  readonly open: boolean;
}

/** Drops the lines that the box repeats; after the first hunk every line is kept, whatever it looks like. */
function withoutHeader(lines: readonly string[]): readonly string[] {
  const hunk = lines.findIndex((line) => line.startsWith("@@"));
  if (hunk < 0) return lines.filter((line) => !REPEATED.test(line));
  return [...lines.slice(0, hunk).filter((line) => META.test(line)), ...lines.slice(hunk)];
}

function nameOf(file: FileDiff | undefined, { noFile }: DiffWords): string {
  if (file === undefined) return noFile;
  return file.formerPath === undefined ? file.path : `${file.formerPath} → ${file.path}`;
}

function countsHtml(
  file: FileDiff | undefined,
  notes: DiffPart["notes"],
  { binary }: DiffWords,
): Html {
  const note = file === undefined ? undefined : notes?.get(file.path);
  if (file === undefined || file.binary || note !== undefined) {
    return markup`<span class="faint">${note ?? binary}</span>`;
  }
  return markup`<span class="plus">+${file.added}</span> <span class="minus">−${file.removed}</span>`;
}

function indexHtml(boxes: readonly Box[], others: NonNullable<DiffPart["others"]>): Part {
  if (boxes.length < INDEXED_FILES && others.length === 0) return undefined;
  const named = boxes.map(({ id, name, counts }) =>
    markup`<li><a class="path" href="#${id}">${name}</a><span class="counts">${counts}</span></li>`
  );
  const rest = others.map(({ path, note }) =>
    markup`<li><span class="path">${path}</span><span class="counts faint">${note}</span></li>`
  );
  return markup`<ul class="file-list card">${named}${rest}</ul>`;
}

function boxHtml({ id, name, counts, shown, omitted, open }: Box, words: DiffWords): Html {
  const more = omitted === 0
    ? undefined
    : markup`<p class="faint note">${words.moreLines(omitted)}</p>`;
  const summary =
    markup`<summary><span class="path">${name}</span><span class="counts">${counts}</span></summary>`;
  const body = markup`
    <div class="scroll" id="${id}">
      <pre class="diff">${shown.map(lineHtml)}</pre>
    </div>${more}
  `;
  return open
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
const REPEATED = /^(?:diff --git |index |--- |\+\+\+ |Binary files )/;

function kindOf(line: string): string | undefined {
  if (META.test(line)) return "meta";
  if (line.startsWith("@@")) return "hunk";
  if (line.startsWith("+")) return "add";
  return line.startsWith("-") ? "del" : undefined;
}
