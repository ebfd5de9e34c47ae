/** Finds the pictures that an answer names or that Codex made, and reads them. */
import type { ReadFile } from "../../core/codex/codex_queries.ts";
import type { FileRefusal } from "../../core/codex/trouble.ts";
import { CodexError } from "../../core/errors.ts";
import type { ReportedPicture } from "../../core/run/run_state.ts";
import type { Profile } from "../../core/session/settings.ts";
import { isAbsolutePath, mayNamePicture, pathInFolder } from "../../core/text/file_paths.ts";
import { pictureLinks } from "../../core/text/picture_links.ts";
import { shortened } from "../../core/text/short_text.ts";
import type { Texts } from "../../texts/texts.ts";
import { plainText } from "../render/formatted_text.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { MARKDOWN_RENDERER, type MarkdownRenderer } from "../render/rendered.ts";
import { TextBuilder } from "../render/text_builder.ts";
import { pictureCommand, type ReadPictures } from "../outbox/named_pictures.ts";
import type { AlbumPicture, NamedPicture, UnreadNotes } from "../outbox/outgoing.ts";

/** Where a file is read: on the machine on which Codex works. */
export type FilePlace = Pick<Profile, "machine" | "workingDirectory">;

export type ReadProfileFile = (
  place: FilePlace,
  path: string,
  mostBytes: number,
) => Promise<ReadFile>;

export interface PictureSource {
  readonly markdown: string;
  readonly reported: readonly ReportedPicture[];
  readonly profile: FilePlace;
  readonly renderer?: MarkdownRenderer;
}

/** Pictures to be sent, and what is said of the others. */
export interface NamedPictures {
  readonly pictures: readonly NamedPicture[];
  readonly note?: FormattedText;
}

/** As many as an album of Telegram holds. */
const MOST_PICTURES = 10;
/** What the Bot API takes as a file. */
const MOST_BYTES = 50 * 1024 * 1024;
const LONGEST_CAPTION = 1000;
const LONGEST_ANSWER = 60_000;
/** Further ones are counted only. */
const MOST_LISTED = 20;

/**
 * Names the pictures that go along with the answer, and says which do not.
 * @throws whatever the renderer throws
 */
export function namedPictures(source: PictureSource, texts: Texts): NamedPictures {
  const wanted = wantedPictures(source);
  if (wanted.length <= MOST_PICTURES) return { pictures: wanted };
  // What lies outside of the folder goes first: /file does not fetch it.
  const { workingDirectory } = source.profile;
  const isFetched = ({ folder }: NamedPicture): boolean => folder === workingDirectory;
  const ordered = [
    ...wanted.filter((picture) => !isFetched(picture)),
    ...wanted.filter(isFetched),
  ];
  const rest = ordered.slice(MOST_PICTURES);
  const note = new TextBuilder().text("ℹ️ ")
    .text(texts.run.morePictures(rest.length, MOST_PICTURES));
  for (const picture of rest.slice(0, MOST_LISTED)) {
    note.line().code(pictureCommand(picture, workingDirectory));
  }
  if (rest.length > MOST_LISTED) note.line().text(`… +${rest.length - MOST_LISTED}`);
  return { pictures: ordered.slice(0, MOST_PICTURES), note: note.build() };
}

function wantedPictures(
  { markdown, reported, profile, renderer = MARKDOWN_RENDERER }: PictureSource,
): readonly NamedPicture[] {
  const { machine, workingDirectory: folder } = profile;
  const text = markdown.slice(0, LONGEST_ANSWER);
  const document = mayNamePicture(text) ? renderer.read(text) : undefined;
  const named = document === undefined ? [] : pictureLinks(document);
  const place = machine === undefined ? {} : { machine };
  const wanted = new Map<string, NamedPicture>();
  for (const { path, label } of named) {
    const inside = pathInFolder(path, folder);
    const caption = shortened(label, LONGEST_CAPTION);
    wanted.set(inside, { ...place, path: inside, folder, caption });
  }
  for (const { path, made } of reported) {
    const inside = pathInFolder(path, folder);
    const caption = wanted.get(inside)?.caption ?? "";
    const known = { ...place, caption, ...(made ? { made } as const : {}) };
    if (!isAbsolutePath(inside)) wanted.set(inside, { ...known, path: inside, folder });
    // What Codex looked at elsewhere may be what the person sent.
    else if (made) wanted.set(path, { ...known, ...apart(path) });
  }
  // One that only the text names from the root on may be anybody's.
  return [...wanted.values()].filter(({ path }) => !isAbsolutePath(path));
}

/** Codex keeps what it makes in a folder of its own. */
function apart(path: string): { readonly folder: string; readonly path: string } {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return { folder: path.slice(0, at) || "/", path: path.slice(at + 1) };
}

/** Words what is said of pictures that could not be read. @param conversation names it for good */
export function unreadNotes(
  { workingDirectory: folder }: FilePlace,
  { run, backend, trouble }: Texts,
  conversation: string,
): UnreadNotes {
  return {
    folder,
    later: new TextBuilder().text("ℹ️ ").text(run.picturesUnread).build(),
    never: new TextBuilder().text("ℹ️ ")
      .text(`${backend.picturesUnsent} ${trouble.otherBackend}`).build(),
    neverKey: `pictures-unsent:${conversation}`,
  };
}

/** Makes the reader of the outbox; one that is missing stays the text that names it. */
export function pictureReader(readFile: ReadProfileFile): ReadPictures {
  return async (named) => {
    const pictures: AlbumPicture[] = [];
    const later: NamedPicture[] = [];
    for (const picture of named) {
      try {
        const file = await readFile(placeOf(picture), picture.path, MOST_BYTES);
        if (file.bytes.length > 0) pictures.push(albumPicture(file, picture));
        else if (picture.made) later.push(picture);
      } catch (error) {
        if (!(error instanceof CodexError)) throw error;
        if (error.kind === "unsupported") return { pictures, later, never: true };
        if (picture.made || !isNoPicture(error)) later.push(picture);
      }
    }
    return { pictures, later, never: false };
  };
}

function placeOf({ machine, folder }: NamedPicture): FilePlace {
  return { workingDirectory: folder, ...(machine === undefined ? {} : { machine }) };
}

function albumPicture({ name, bytes }: ReadFile, { caption }: NamedPicture): AlbumPicture {
  return {
    fileName: name,
    bytes,
    ...(caption === "" ? {} : { caption: plainText(caption) }),
  };
}

/** What could not be read although it may be there. */
const LATER: ReadonlySet<FileRefusal> = new Set(["too-large", "slow"] as const);

/** Tells whether what was named is no picture that anybody could send. */
function isNoPicture({ trouble }: CodexError): boolean {
  return trouble.kind === "file-refused" && !LATER.has(trouble.why);
}
