/** Draws a session's changes: a message where they are short, else a page and a patch. */
import type { DiffPart } from "../report/html/diff_html.ts";
import type { Redact } from "../core/redaction/redact.ts";
import { onOneLine } from "../core/text/short_text.ts";
import { redactedDiff } from "../core/workspace/redacted_diff.ts";
import type { DiffFile, DiffSection, SessionDiff } from "../core/workspace/session_diff.ts";
import { totalOf } from "../core/workspace/unified_diff.ts";
import { sharersText } from "../texts/folder_texts.ts";
import { changedLines } from "../texts/run_texts.ts";
import type { Texts } from "../texts/texts.ts";
import type { Place } from "./command.ts";
import { type Reply, ReplyBuilder, says } from "./reply.ts";

/** What a phone shows of a diff without much scrolling. */
const INLINE_LINES = 30;
const INLINE_CHARACTERS = 2_500;
const MOST_FILES = 20;
const MOST_REQUESTS = 3;
export const PATH_LIMIT = 80;
const REQUEST_LIMIT = 80;
const PAGE_NAME = "changes.html";
const PATCH_NAME = "changes.patch";

export interface DiffDrawing {
  readonly texts: Texts;
  readonly place: Place;
  readonly redact: Redact;
  /** Reads the sections as `git apply` takes them; undefined where that is not possible. */
  readonly patch: () => Promise<string | undefined>;
}

/** @param title in place of the usual one, as for a single file */
export async function changesReply(
  diff: SessionDiff,
  drawing: DiffDrawing,
  title: string = drawing.texts.records.diff.title,
): Promise<Reply> {
  const { texts, place, redact } = drawing;
  const { diff: words } = texts.records;
  const sections = diff.sections.map((section) => ({
    ...section,
    diff: redactedDiff(section.diff, redact),
  }));
  const notes = remarks(diff, texts);
  if (sections.length === 0) {
    const none = diff.refusals.length === 0 ? words.none : words.noneKnown;
    return notes.length === 0
      ? says(none)
      : new ReplyBuilder().line(none).line(notes.join(" ")).build();
  }
  const files = sections.flatMap((section) => section.files);
  const summary = summaryOf(files, texts);
  const lines = new ReplyBuilder().bold(title).line(` · ${summary}`);
  if (diff.incomplete) lines.icon("warning").line(words.notKept);
  const inline = place === "terminal" || isShort(sections.map((each) => each.diff).join(""));
  let room = place === "terminal" ? Infinity : MOST_FILES;
  for (const section of sections) {
    lines.line();
    addRequests(lines, section, texts);
    for (const file of section.files.slice(0, room)) addFile(lines, file, drawing);
    room = Math.max(0, room - section.files.length);
    if (inline && section.diff.trim() !== "") lines.pre(section.diff.trimEnd(), "diff");
    if (room === 0) break;
  }
  if (files.length > MOST_FILES && place === "chat") {
    lines.line(words.more(files.length - MOST_FILES));
  }
  const isMasked = sections.some((section, at) =>
    section.diff !== diff.sections[at]?.diff || wasMasked(section)
  );
  if (inline && isMasked) {
    lines.icon("warning").line(texts.records.file.masked(""));
  }
  if (!inline) await addFiles(lines, { sections, title, summary, notes }, drawing);
  if (notes.length > 0) lines.line();
  for (const note of notes) lines.line(note, "italic");
  return lines.build();
}

/** What was kept beside the record was masked then: masking it once more changes nothing. */
function wasMasked({ range, diff }: DiffSection): boolean {
  return range === undefined && diff.includes("•••");
}

function summaryOf(files: readonly DiffFile[], { run }: Texts): string {
  const count = new Set(files.map(({ path }) => path)).size;
  const lines = totalOf(files.flatMap((file) => file.lines ?? []));
  return `${run.files(count)} · ${changedLines(lines)}`;
}

function remarks({ sections, undone, refusals }: SessionDiff, texts: Texts): string[] {
  const { diff } = texts.records;
  const shared = sharersText(sections.flatMap(({ sharers }) => sharers), texts);
  return [
    ...(shared === undefined ? [] : [shared]),
    ...(sections.some(({ running }) => running) ? [diff.running] : []),
    ...(sections.some((section) => section.undone) ? [diff.wasUndone] : []),
    ...(sections.some(({ mixed }) => mixed) ? [diff.mixed] : []),
    ...(sections.some(({ cut }) => cut) ? [diff.cut] : []),
    ...(undone > 0 ? [diff.undone(undone)] : []),
    ...(sections.every(({ recorded }) => recorded) ? [] : [diff.shellChanges]),
    ...refusals.map((reason) => diff.unrecorded[reason]),
  ];
}

function addRequests(
  lines: ReplyBuilder,
  { requests }: Pick<DiffSection, "requests">,
  { records }: Texts,
): void {
  for (const request of requests.slice(0, MOST_REQUESTS)) {
    lines.line(onOneLine(request, REQUEST_LIMIT), "italic");
  }
  const more = requests.length - MOST_REQUESTS;
  if (more > 0) lines.line(records.diff.moreRequests(more), "italic");
}

function addFile(
  lines: ReplyBuilder,
  file: DiffFile,
  { texts, redact }: Pick<DiffDrawing, "texts" | "redact">,
): void {
  lines.icon(file.kind);
  if (file.formerPath !== undefined) lines.code(shortPath(redact(file.formerPath))).text(" → ");
  lines.code(shortPath(redact(file.path))).line(` ${factsOf(file, texts)}`);
}

/** Lines, sizes and permissions: what changed of a file, in a few characters. */
function factsOf({ lines, size, mode, withoutContent }: DiffFile, { records }: Texts): string {
  const untouched = lines?.added === 0 && lines.removed === 0 && mode !== undefined;
  return [
    ...(lines === undefined
      ? [withoutContent === true ? records.diff.withoutContent : records.diff.binary]
      : untouched
      ? []
      : [changedLines(lines)]),
    ...(lines === undefined ? sizesOf(size) : []),
    ...(mode === undefined ? [] : [`${mode.before} → ${mode.after}`]),
  ].join(" · ");
}

function sizesOf(size: DiffFile["size"]): string[] {
  const [before, after] = [size?.before, size?.after];
  if (before === undefined && after === undefined) return [];
  if (before === undefined || after === undefined) return [formatSize(before ?? after ?? 0)];
  return [`${formatSize(before)} → ${formatSize(after)}`];
}

/** `512 B`, `1.2 kB`, `34 MB` */
function formatSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, "kB"] : [bytes / 1_000_000, "MB"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Cuts a path at its beginning, which says less than its end. */
export function shortPath(path: string): string {
  const line = onOneLine(path, Infinity);
  return line.length <= PATH_LIMIT ? line : `…${line.slice(1 - PATH_LIMIT)}`;
}

function isShort(diff: string): boolean {
  return diff.length <= INLINE_CHARACTERS && diff.trimEnd().split("\n").length <= INLINE_LINES;
}

interface Drawn {
  /** Without secrets. */
  readonly sections: readonly DiffSection[];
  readonly title: string;
  readonly summary: string;
  readonly notes: readonly string[];
}

/** Adds the page for reading, and the patch for applying. */
async function addFiles(
  lines: ReplyBuilder,
  { sections, title, summary, notes }: Drawn,
  { texts, redact, patch }: DiffDrawing,
): Promise<void> {
  const { diff } = texts.records;
  const { diffPage } = await import("../report/html/diff_page.ts");
  const page = diffPage({
    language: diff.page.language,
    title: redact(title),
    summary,
    remarks: notes,
    parts: sections.map((section) => partOf(section, texts, redact)),
    words: diff.page,
    footer: diff.page.footer,
  });
  const whole = await patch();
  const shown = whole === undefined ? undefined : redactedDiff(whole, redact);
  lines.line().line(
    shown === undefined ? diff.inPage(PAGE_NAME) : diff.inFiles(PAGE_NAME, PATCH_NAME),
  );
  if (shown !== whole || sections.some(wasMasked)) lines.icon("warning").line(diff.masked);
  const encoder = new TextEncoder();
  lines.with({
    files: [
      { name: PAGE_NAME, bytes: encoder.encode(page) },
      ...(shown === undefined || shown === ""
        ? []
        : [{ name: PATCH_NAME, bytes: encoder.encode(shown) }]),
    ],
  });
}

function partOf({ requests, diff, files }: DiffSection, texts: Texts, redact: Redact): DiffPart {
  const noted = files.filter(({ lines, mode }) => lines === undefined || mode !== undefined);
  const inDiff = noted.filter(({ withoutContent }) => withoutContent !== true);
  // Permissions that git does not keep stand in no diff.
  const absent = noted.filter(({ withoutContent, lines, mode }) =>
    withoutContent === true ||
    (mode !== undefined && lines === undefined && !isGitMode(mode.before) && !isGitMode(mode.after))
  );
  return {
    ...(requests.length === 0 ? {} : { title: requests.slice(0, MOST_REQUESTS).join(" · ") }),
    diff,
    notes: new Map(inDiff.map((file) => [redact(file.path), factsOf(file, texts)])),
    others: absent.map((file) => ({ path: redact(file.path), note: factsOf(file, texts) })),
  };
}

function isGitMode(mode: string): boolean {
  return mode === "644" || mode === "755";
}
