/** Sends pictures of which only the names were known, once they have been read. */
import type {
  AlbumPicture,
  Delivery,
  Destination,
  NamedPicture,
  OutgoingNamedPictures,
  Priority,
  UnreadNotes,
} from "./outgoing.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Outbox } from "./outbox.ts";
import { isPhoto } from "./picture_size.ts";

/** What became of pictures of which the names were known. */
export interface PicturesRead {
  /** Leaves out those that are missing or may not be read. */
  readonly pictures: readonly AlbumPicture[];
  /** Those that could not be read, for a reason that may pass or that /file tells, or Codex made. */
  readonly later: readonly NamedPicture[];
  /** This Codex reads no files. */
  readonly never: boolean;
}

export const NOTHING_READ: PicturesRead = { pictures: [], later: [], never: false };

export type ReadPictures = (pictures: readonly NamedPicture[]) => Promise<PicturesRead>;

/** What the Bot API takes at once. */
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * Sends photos together and files one by one, and the notes after them. Each is in the outbox when
 * this function returns its promise.
 */
export async function sendRead(
  outbox: Pick<Outbox, "send" | "sendPicture" | "sendAlbum">,
  { key, pictures: _named, note, unread, ...place }: OutgoingNamedPictures,
  { pictures, later, never }: PicturesRead,
  priority: Priority,
): Promise<Delivery> {
  const photos = pictures.filter(({ bytes }) => isPhoto(bytes));
  const together = photos.length > 1 && sizeOf(photos) <= MOST_BYTES;
  const named = (name: string): Destination & { readonly key: string } => ({
    ...place,
    key: `${key}:${name}`,
  });
  const album = together
    ? [outbox.sendAlbum({ ...named("album"), pictures: photos }, priority)]
    : [];
  const single = pictures.flatMap((picture, index) =>
    together && photos.includes(picture)
      ? []
      : [outbox.sendPicture({ ...named(String(index + 1)), ...picture }, priority)]
  );
  const last = note === undefined
    ? []
    : [outbox.send({ ...named("note"), content: note }, priority)];
  if (unread !== undefined && later.length > 0) {
    const content = laterNote(unread, later);
    last.push(outbox.send({ ...named("unread"), content }, priority));
  }
  if (unread !== undefined && never) {
    last.push(outbox.send({ ...place, key: unread.neverKey, content: unread.never }, priority));
  }
  const deliveries = await Promise.all([...album, ...single, ...last]);
  return deliveries.find(({ status }) => status !== "sent") ?? deliveries[0] ?? NONE_SENT;
}

const NONE_SENT: Delivery = { status: "failed", reason: "No picture could be read" };

function sizeOf(pictures: readonly AlbumPicture[]): number {
  return pictures.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** Lists what sends each of them. */
function laterNote(
  { later, folder }: UnreadNotes,
  pictures: readonly NamedPicture[],
): FormattedText {
  const note = new TextBuilder().append(later);
  for (const picture of pictures) note.line().code(pictureCommand(picture, folder));
  return note.build();
}

/** @returns the command that sends it; its path where it lies outside of the working folder */
export function pictureCommand({ folder, path }: NamedPicture, workingDirectory: string): string {
  return folder === workingDirectory ? `/file ${path}` : `${folder}/${path}`;
}
