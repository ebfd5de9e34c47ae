/** Shows the session's changes and sends files of its folder: /diff and /file. */
import type { Redact } from "../core/redaction/redact.ts";
import { redactVariables } from "../core/redaction/variables.ts";
import { onOneLine } from "../core/text/short_text.ts";
import {
  changesByRequest,
  isRecorded,
  type RequestChanges,
  type SessionChanges,
} from "../core/workspace/changes.ts";
import { type FileDiff, fileDiffs, totalOf } from "../core/workspace/unified_diff.ts";
import { sharersText } from "../texts/folder_texts.ts";
import { changedLines } from "../texts/run_texts.ts";
import type { Texts } from "../texts/texts.ts";
import { type Command, type CommandContext, type Place, usageReply } from "./command.ts";
import { pressedRun } from "./queue.ts";
import { refuses, type Reply, ReplyBuilder, says } from "./reply.ts";

/** What a phone shows of a diff without much scrolling. */
const INLINE_LINES = 30;
const INLINE_CHARACTERS = 2_500;
const MOST_FILES = 20;
const PATH_LIMIT = 80;
const REQUEST_LIMIT = 80;
const FILE_NAME = "session.diff";
/** Of masked variables in a caption, which has room for so much only. */
const MOST_NAMES = 10;

export const diff: Command = {
  name: "diff",
  where: "everywhere",
  section: "look",
  takes: { oneOf: ["last"] },
  run: ({ records, session, args, texts, place }) => {
    const all = records.changes(session);
    return changesReply(args === "last" ? ofLastRequest(all) : all, texts, place);
  },
  /** `diff:<run>`, or with a topic behind it: what this request changed, as a message of its own. */
  actions: {
    diff: ({ records, texts, place, ...press }) => {
      const { session, run } = pressedRun(press);
      const changes = records.changes(session).changes.filter(({ runId }) => runId === run);
      // After `/new` they are gone.
      if (changes.length === 0) return "stale";
      const reply = changesReply({ changes, incomplete: false }, texts, place);
      return { reply: { ...reply, silent: true } };
    },
  },
};

/** Keeps the changes of the last request that made any. */
function ofLastRequest({ changes }: SessionChanges): SessionChanges {
  const runId = changes.at(-1)?.runId;
  return { changes: changes.filter((change) => change.runId === runId), incomplete: false };
}

export function changesReply(
  { changes, incomplete }: SessionChanges,
  texts: Texts,
  place: Place,
): Reply {
  const { diff } = texts.records;
  if (changes.length === 0) {
    return says(diff.none);
  }
  const requests = changesByRequest(changes);
  const lines = title(requests, texts);
  if (incomplete) lines.icon("warning").line(diff.notKept);
  const inline = place === "terminal" || isShort(requests.map((each) => each.diff).join(""));
  let room = place === "terminal" ? Infinity : MOST_FILES;
  for (const request of requests) {
    lines.line().line(onOneLine(request.request, REQUEST_LIMIT), "italic");
    addFiles(lines, request.files.slice(0, room), texts);
    room = Math.max(0, room - request.files.length);
    if (inline) lines.pre(request.diff.trimEnd(), "diff");
    if (room === 0) break;
  }
  const files = requests.flatMap((each) => each.files);
  if (files.length > MOST_FILES && place === "chat") {
    lines.line(diff.more(files.length - MOST_FILES));
  }
  if (!inline) {
    lines.line().line(diff.wholeInFile(FILE_NAME))
      .with({ file: { name: FILE_NAME, bytes: diffFile(requests) } });
  }
  const mixed = sharersText(changes.flatMap(({ sharers = [] }) => sharers), texts);
  if (mixed !== undefined) lines.line().icon("warning").line(mixed);
  if (!isRecorded({ changes, incomplete })) lines.line().italic(diff.shellChanges);
  return lines.build();
}

function title(requests: readonly RequestChanges[], { records, run }: Texts): ReplyBuilder {
  const files = requests.flatMap((each) => each.files);
  const count = new Set(files.map(({ path }) => path)).size;
  return new ReplyBuilder().bold(records.diff.title)
    .line(` · ${run.files(count)} · ${changedLines(totalOf(files))}`);
}

function addFiles(lines: ReplyBuilder, files: readonly FileDiff[], { records }: Texts): void {
  for (const { path, kind, formerPath, added, removed, binary } of files) {
    lines.icon(kind);
    if (formerPath !== undefined) lines.code(shortPath(formerPath)).text(" → ");
    const counts = binary ? records.diff.binary : changedLines({ added, removed });
    lines.code(shortPath(path)).line(` ${counts}`);
  }
}

/** Cuts a path at its beginning, which says less than its end. */
function shortPath(path: string): string {
  const line = onOneLine(path, Infinity);
  return line.length <= PATH_LIMIT ? line : `…${line.slice(1 - PATH_LIMIT)}`;
}

function isShort(diff: string): boolean {
  return diff.length <= INLINE_CHARACTERS && diff.trimEnd().split("\n").length <= INLINE_LINES;
}

/** Joins the diffs with remarks between them, which `git apply` ignores. */
function diffFile(requests: readonly RequestChanges[]): Uint8Array<ArrayBuffer> {
  const parts = requests.map(({ request, diff }) => `# ${request}\n${diff}`);
  return new TextEncoder().encode(parts.join("\n"));
}

/** Limits a file to what Codex reads at once; Telegram takes more. */
const MOST_BYTES = 12 * 1024 * 1024;
const MOST_SUGGESTED = 10;

export const file: Command = {
  name: "file",
  where: "chat",
  section: "look",
  takes: { text: "path", required: true },
  needs: { codex: true },
  run: async (context) => {
    const { sessionService, session, args, redact, texts: { records } } = context;
    if (args === "") return suggestions(context);
    const { name, bytes } = await sessionService.readFile(session, args, MOST_BYTES);
    if (bytes.length === 0) return refuses(records.file.empty(name));
    const shown = redacted(bytes, name, redact);
    const caption = new ReplyBuilder().icon("document").line(name);
    if (shown.bytes !== bytes) {
      caption.icon("warning").line(
        records.file.masked(shown.names.slice(0, MOST_NAMES).join(", ")),
      );
    }
    return caption.with({ file: { name, bytes: shown.bytes } }).build();
  },
};

/** Suggests the files that Codex changed last. */
function suggestions({ records, session, texts }: CommandContext): Reply {
  const lines = usageReply(file, texts);
  const paths = records.changes(session).changes.toReversed()
    .flatMap((change) => fileDiffs(change.diff))
    .filter(({ kind }) => kind !== "delete")
    .map(({ path }) => path);
  const suggested = [...new Set(paths)].slice(0, MOST_SUGGESTED);
  if (suggested.length > 0) lines.line().line(texts.records.file.changed);
  for (const path of suggested) lines.line(`/file ${path}`, "code");
  return lines.build();
}

/** Masks secrets in a text file; any other file is sent as it is. */
function redacted(
  bytes: Uint8Array,
  name: string,
  redact: Redact,
): { readonly bytes: Uint8Array; readonly names: readonly string[] } {
  const text = decoded(bytes);
  if (text === undefined) return { bytes, names: [] };
  const variables = redactVariables(text, name);
  const masked = redact(variables.text);
  const shown = masked === text ? bytes : new TextEncoder().encode(masked);
  return { bytes: shown, names: variables.names };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not a text.
    return undefined;
  }
}
