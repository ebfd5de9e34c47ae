/** Sends the pictures that an answer names or that Codex made, after the answer's text. */
import type { ReadFile } from "../../core/codex/codex_queries.ts";
import { CodexError } from "../../core/errors.ts";
import type { ReportedPicture } from "../../core/run/run_state.ts";
import type { Profile } from "../../core/session/settings.ts";
import { isAbsolutePath, pathInFolder } from "../../core/text/file_paths.ts";
import { pictureLinks } from "../../core/text/picture_links.ts";
import { readMarkdown } from "../render/markdown.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { AlbumPicture, Destination } from "../outbox/outgoing.ts";
import { isPhoto } from "../outbox/picture_size.ts";

/**
 * Reads a file of the profile's folder, on the machine on which Codex works.
 * @param folder another one, of a file that Codex itself has named
 */
export type ReadProfileFile = (
  profile: Profile,
  path: string,
  mostBytes: number,
  folder?: string,
) => Promise<ReadFile>;

export interface PictureSource {
  readonly markdown: string;
  readonly reported: readonly ReportedPicture[];
  readonly profile: Profile;
  readonly readFile: ReadProfileFile;
}

/** As many as an album of Telegram holds. */
const MOST_PICTURES = 10;
/** What the Bot API takes as a file. */
const MOST_BYTES = 50 * 1024 * 1024;
const LONGEST_CAPTION = 1000;
const LONGEST_ANSWER = 60_000;

/** A picture to be read. */
interface Wanted {
  readonly path: string;
  readonly folder: string;
  readonly caption: string;
}

/**
 * Sends them quietly: photos together, files one by one. One that is missing, or lies outside of the
 * folder, is left as the text that names it.
 *
 * @param key begins the key of each, which makes them durable
 */
export async function sendPictures(
  outbox: Pick<Outbox, "sendPicture" | "sendAlbum">,
  { chatId, topicId }: Destination,
  source: PictureSource,
  key: string,
): Promise<void> {
  const place = { chatId, ...(topicId === undefined ? {} : { topicId }), silent: true };
  const pictures = await readPictures(source);
  const photos = pictures.filter(({ bytes }) => isPhoto(bytes));
  const together = photos.length > 1 && sizeOf(photos) <= MOST_BYTES;
  const album = together
    ? [outbox.sendAlbum({ ...place, key: `${key}:album`, pictures: photos }, "final")]
    : [];
  const single = pictures.flatMap((picture, index) =>
    together && photos.includes(picture)
      ? []
      : [outbox.sendPicture({ ...place, key: `${key}:${index + 1}`, ...picture }, "final")]
  );
  await Promise.all([...album, ...single]);
}

async function readPictures(source: PictureSource): Promise<readonly AlbumPicture[]> {
  const pictures: AlbumPicture[] = [];
  for (const wanted of wantedPictures(source)) {
    const file = await readPicture(source, wanted);
    if (file === undefined) continue;
    const { caption } = wanted;
    pictures.push({
      fileName: file.name,
      bytes: file.bytes,
      ...(caption === "" ? {} : { caption: plainText(caption.slice(0, LONGEST_CAPTION)) }),
    });
  }
  return pictures;
}

function sizeOf(pictures: readonly AlbumPicture[]): number {
  return pictures.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function wantedPictures({ markdown, reported, profile }: PictureSource): readonly Wanted[] {
  const folder = profile.workingDirectory;
  const document = readMarkdown(markdown.slice(0, LONGEST_ANSWER));
  const named = document === undefined ? [] : pictureLinks(document);
  const wanted = new Map<string, Wanted>();
  for (const { path, label } of named) {
    const inside = pathInFolder(path, folder);
    wanted.set(inside, { path: inside, folder, caption: label });
  }
  for (const { path, made } of reported) {
    const inside = pathInFolder(path, folder);
    const known = wanted.get(inside);
    if (inside !== path) {
      wanted.set(inside, { path: inside, folder, caption: known?.caption ?? "" });
    } // What Codex looked at elsewhere may be what the person sent.
    else if (made) wanted.set(path, { ...apart(path), caption: known?.caption ?? "" });
  }
  return [...wanted.values()].slice(0, MOST_PICTURES);
}

/** Codex keeps what it makes in a folder of its own. */
function apart(path: string): { readonly folder: string; readonly path: string } {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return { folder: path.slice(0, at) || "/", path: path.slice(at + 1) };
}

/** @returns undefined for one that is not there, or may not be read */
async function readPicture(
  { readFile, profile }: PictureSource,
  { path, folder }: Wanted,
): Promise<ReadFile | undefined> {
  if (isAbsolutePath(path)) return undefined;
  try {
    const file = await readFile(profile, path, MOST_BYTES, folder);
    return file.bytes.length === 0 ? undefined : file;
  } catch (error) {
    if (error instanceof CodexError) return undefined;
    throw error;
  }
}
