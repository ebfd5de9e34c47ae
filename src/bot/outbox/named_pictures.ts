/** Sends pictures of which only the names were known, once they have been read. */
import type {
  AlbumPicture,
  Delivery,
  Destination,
  NamedPicture,
  OutgoingNamedPictures,
  Priority,
} from "./outgoing.ts";
import type { Outbox } from "./outbox.ts";
import { isPhoto } from "./picture_size.ts";

/** Reads pictures; leaves out those that are missing or may not be read. */
export type ReadPictures = (
  pictures: readonly NamedPicture[],
) => Promise<readonly AlbumPicture[]>;

/** What the Bot API takes at once. */
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * Sends photos together and files one by one, and the note after them. Each is in the outbox when
 * this function returns its promise.
 */
export async function sendRead(
  outbox: Pick<Outbox, "send" | "sendPicture" | "sendAlbum">,
  { key, pictures: _named, note, ...place }: OutgoingNamedPictures,
  pictures: readonly AlbumPicture[],
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
  const deliveries = await Promise.all([...album, ...single, ...last]);
  return deliveries.find(({ status }) => status !== "sent") ?? deliveries[0] ?? NOTHING_READ;
}

const NOTHING_READ: Delivery = { status: "failed", reason: "No picture could be read" };

function sizeOf(pictures: readonly AlbumPicture[]): number {
  return pictures.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
