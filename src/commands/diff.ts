/** Shows the session's changes and sends files of its folder: /diff and /file. */
import { onOneLine } from "../core/text/short_text.ts";
import { nearNames } from "../core/text/near_names.ts";
import type { DiffSection, DiffWanted, SessionDiff } from "../core/workspace/session_diff.ts";
import { fileDiffs, splitDiff } from "../core/workspace/unified_diff.ts";
import { type Asking, type Command, type CommandContext, usageReply } from "./command.ts";
import { changesReply, PATH_LIMIT, shortPath } from "./diff_reply.ts";
import { pressedRun } from "./queue.ts";
import { refuses, type Reply, ReplyBuilder } from "./reply.ts";

/** Of masked variables in a caption, which has room for so much only. */
const MOST_NAMES = 10;

export const diff: Command = {
  name: "diff",
  where: "everywhere",
  section: "look",
  takes: { text: "changes" },
  needs: { codex: true },
  run: async (context) => {
    const { engine, session, args } = context;
    const { active } = engine.queue(session);
    const running = active === undefined
      ? undefined
      : { runId: active.run.id, machine: active.machine };
    const type = args.toLowerCase() === "last" ? "last" : "all";
    const shown = await changesOf(context, { type, running });
    return type === "last" || args === ""
      ? await reply(context, shown)
      : await fileReply(context, shown, args);
  },
  /** `diff:<run>`, or with a topic behind it: what this request changed, as a message of its own. */
  actions: {
    diff: async (press) => {
      const { session, run: runId } = pressedRun(press);
      const shown = await changesOf({ ...press, session }, { type: "run", runId });
      // After `/new` they are gone.
      if (shown.sections.length === 0) return "stale";
      return { reply: { ...await reply(press, shown), silent: true } };
    },
  },
};

async function changesOf(
  { sessionService, records, session }: Asking,
  wanted: DiffWanted,
): Promise<SessionDiff> {
  return await sessionService.diffs.read(session, records.changes(session), wanted);
}

async function reply(asking: Asking, diff: SessionDiff, title?: string): Promise<Reply> {
  const { texts, place, redact } = asking;
  const patch = (): Promise<string | undefined> => patchOf(asking, diff.sections);
  return await changesReply(diff, { texts, place, redact, patch }, title);
}

/** @returns undefined where one of the sections cannot be read as `git apply` takes it */
async function patchOf(
  { sessionService }: Asking,
  sections: readonly DiffSection[],
): Promise<string | undefined> {
  const parts: string[] = [];
  for (const { range, diff, files, requests } of sections) {
    const whole = range === undefined
      ? `# ${requests.map((each) => onOneLine(each, Infinity)).join(", ")}\n${diff}`
      : await sessionService.diffs.applicable(range, files);
    if (whole === undefined) return undefined;
    parts.push(whole);
  }
  return parts.join("\n");
}

/** Shows one file, by its path or the end of it. */
async function fileReply(asking: Asking, diff: SessionDiff, typed: string): Promise<Reply> {
  const { texts: { records }, redact } = asking;
  const paths = [...new Set(diff.sections.flatMap(({ files }) => files.map(({ path }) => path)))];
  const [path, ...others] = fitting(typed, paths, diff.sections) ??
    formerly(typed, diff.sections) ?? [];
  if (path !== undefined && others.length === 0) {
    const sections = await Promise.all(
      diff.sections.map((section) => ofFile(asking, section, path)),
    );
    return await reply(asking, { ...diff, sections: sections.flat() }, shortPath(redact(path)));
  }
  const several = path !== undefined;
  const near = several ? [path, ...others] : nearNames(typed, paths);
  const lines = new ReplyBuilder()
    .line(
      several ? records.diff.file.several : records.diff.file.unknown(onOneLine(typed, PATH_LIMIT)),
    );
  if (!several && near.length > 0) lines.line(records.diff.file.meant);
  for (const each of near.slice(0, MOST_SUGGESTED)) lines.line(`/diff ${redact(each)}`, "code");
  return lines.with({ refused: true }).build();
}

/**
 * The changed files that a person may mean: the one of that path, else those that end in it.
 * @returns undefined where there are none
 */
function fitting(
  typed: string,
  paths: readonly string[],
  sections: readonly DiffSection[],
): readonly string[] | undefined {
  const tops = sections.flatMap(({ range }) => range === undefined ? [] : [range.to.top]);
  const inside = tops.find((top) => typed.startsWith(`${top}/`));
  const wanted = inside === undefined ? typed.replace(/^\.\//, "") : typed.slice(inside.length + 1);
  if (paths.includes(wanted)) return [wanted];
  const ending = paths.filter((path) => path.endsWith(`/${wanted}`));
  return ending.length === 0 ? undefined : ending;
}

/** The same by the name that a file had before it was renamed. */
function formerly(
  typed: string,
  sections: readonly DiffSection[],
): readonly string[] | undefined {
  const names = new Map(
    sections.flatMap(({ files }) => files).flatMap(({ path, formerPath }) =>
      formerPath === undefined ? [] : [[formerPath, path] as const]
    ),
  );
  return fitting(typed, [...names.keys()], sections)?.map((former) => names.get(former) ?? former);
}

async function ofFile(
  { sessionService }: Asking,
  section: DiffSection,
  path: string,
): Promise<DiffSection[]> {
  const file = section.files.find((each) => each.path === path);
  if (file === undefined) return [];
  const { range } = section;
  if (range !== undefined) {
    const { text, cut } = await sessionService.diffs.fileDiff(range, file);
    return [{ ...section, files: [file], diff: text, cut }];
  }
  const parts = splitDiff(section.diff).filter((part) =>
    fileDiffs(part).some((each) => each.path === path)
  );
  return [{ ...section, files: [file], diff: parts.join("") }];
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
    const { redactContents } = await import("../core/redaction/file_contents.ts");
    // The folder says what some files are, as in .kube/config.
    const shown = redactContents(bytes, args, redact);
    const caption = new ReplyBuilder().icon("document").line(name);
    if (shown.bytes !== bytes) {
      caption.icon("warning").line(
        records.file.masked(shown.names.slice(0, MOST_NAMES).join(", ")),
      );
    }
    return caption.with({ files: [{ name, bytes: shown.bytes }] }).build();
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
