/** What a session changed: a line per file, and the diff inline or as a file; pure. */
import {
  changesByRequest,
  type RequestChanges,
  type SessionChanges,
} from "../../core/workspace/changes.ts";
import { type FileDiff, totalOf } from "../../core/workspace/unified_diff.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Reply } from "../replies.ts";
import type { Texts } from "../../texts/texts.ts";
import { changedLines } from "../../texts/run_texts.ts";
import { onOneLine } from "../../core/text/short_text.ts";

/** What a phone shows of a diff without much scrolling. */
const INLINE_LINES = 30;
const INLINE_CHARACTERS = 2_500;
const MOST_FILES = 20;
const PATH_LIMIT = 80;
const REQUEST_LIMIT = 80;
const FILE_NAME = "session.diff";

const SIGNS = { add: "🆕", delete: "🗑", update: "✏️", rename: "➡️" } as const;

/** @param changes at least one */
export function changesReply({ changes, incomplete }: SessionChanges, texts: Texts): Reply {
  const { records } = texts;
  const requests = changesByRequest(changes);
  const builder = title(requests, texts);
  if (incomplete) builder.line(`⚠️ ${records.changesGivenUp}`);
  const diff = requests.map((each) => each.diff).join("");
  const inline = diff.length <= INLINE_CHARACTERS && lineCount(diff) <= INLINE_LINES;
  let room = MOST_FILES;
  for (const request of requests) {
    builder.line().italic(onOneLine(request.request, REQUEST_LIMIT)).line();
    drawFiles(builder, request.files.slice(0, room), texts);
    room = Math.max(0, room - request.files.length);
    if (inline) builder.pre(request.diff.trimEnd(), "diff").line();
    if (room === 0) break;
  }
  const files = requests.flatMap((each) => each.files);
  if (files.length > MOST_FILES) builder.line(records.moreFiles(files.length - MOST_FILES));
  if (!inline) builder.line().line(records.wholeDiffInFile(FILE_NAME));
  const text = builder.line().italic(records.shellChanges).build();
  return inline ? text : { ...text, document: { fileName: FILE_NAME, bytes: diffFile(requests) } };
}

export function noChanges({ records }: Texts): FormattedText {
  return new TextBuilder().line(records.noChanges).italic(records.shellChanges).build();
}

function title(requests: readonly RequestChanges[], { records, run }: Texts): TextBuilder {
  const files = requests.flatMap((each) => each.files);
  const count = new Set(files.map(({ path }) => path)).size;
  return new TextBuilder().bold(records.diffTitle)
    .line(` · ${run.files(count)} · ${changedLines(totalOf(files))}`);
}

function drawFiles(builder: TextBuilder, files: readonly FileDiff[], { records }: Texts): void {
  for (const { path, kind, formerPath, added, removed, binary } of files) {
    builder.text(`${SIGNS[kind]} `);
    if (formerPath !== undefined) builder.code(shortPath(formerPath)).text(" → ");
    const counts = binary ? records.binary : changedLines({ added, removed });
    builder.code(shortPath(path)).line(` ${counts}`);
  }
}

/** The end of a path says more than its beginning. */
function shortPath(path: string): string {
  const line = onOneLine(path, Infinity);
  return line.length <= PATH_LIMIT ? line : `…${line.slice(1 - PATH_LIMIT)}`;
}

function lineCount(text: string): number {
  return text.trimEnd().split("\n").length;
}

/** Remarks between the diffs are passed over by whatever applies them. */
function diffFile(requests: readonly RequestChanges[]): Uint8Array {
  const parts = requests.map(({ request, diff }) => `# ${request}\n${diff}`);
  return new TextEncoder().encode(parts.join("\n"));
}
