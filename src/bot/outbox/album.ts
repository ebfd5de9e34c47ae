/** Sends several pictures as one album, which is kept on disk as one file. */
import { InputFile } from "grammy";
import { classifyFailure } from "../api_failure.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import {
  CAPTION_LIMIT,
  markedRepeat,
  pictureOperation,
  replied,
  replyOptions,
} from "./operations.ts";
import type { AlbumPicture, Destination, OutgoingAlbum, Priority } from "./outgoing.ts";
import type { Operation, Variant } from "./send_queue.ts";
import type { AlbumPhoto, TelegramApi } from "./telegram_api.ts";

/** What is stored beside the bytes of all pictures, one behind the other. */
export interface StoredAlbum extends Destination {
  readonly pictures: readonly (Omit<AlbumPicture, "bytes"> & { readonly size: number })[];
}

const UPLOAD_TIMEOUT_MS = 300_000;
const NOTHING: FormattedText = { text: "", entities: [] };

/** Sends them one by one where Telegram refuses them together. */
export function albumOperation(
  api: TelegramApi,
  album: OutgoingAlbum,
  priority: Priority,
): Operation {
  const { pictures, key: _ofAll, ...place } = album;
  const single = pictures.map((picture) =>
    pictureOperation(api, { ...place, ...picture }, priority)
  );
  let together = true;
  /** Of those that are sent one by one. */
  let sent = 0;
  let firstId = 0;
  return {
    method: "sendMediaGroup",
    ...replied(album),
    urgency: priority,
    repeatable: false,
    timeoutMs: UPLOAD_TIMEOUT_MS,
    perform: async (chatId, variant, signal) => {
      if (together) {
        try {
          const media = pictures.map((picture, index) =>
            albumPhoto(picture, index === 0 ? variant : { ...variant, repeated: false }, album)
          );
          const options = replyOptions(album, variant);
          const [first] = await api.sendMediaGroup(chatId, media, options, signal);
          return first?.message_id ?? 0;
        } catch (error) {
          if (classifyFailure(error).kind !== "refused") throw error;
          together = false;
        }
      }
      for (const next of single.slice(sent)) {
        const id = await next.perform(chatId, variant, signal);
        if (sent === 0) firstId = id;
        sent += 1;
      }
      return firstId;
    },
  };
}

function albumPhoto(
  { bytes, fileName, caption }: AlbumPicture,
  { repeated, plain }: Variant,
  { repeatNote }: Destination,
): AlbumPhoto {
  const shown = repeated ? markedRepeat(caption ?? NOTHING, CAPTION_LIMIT, repeatNote) : caption;
  return {
    type: "photo",
    media: new InputFile(bytes, fileName),
    ...(shown === undefined ? {} : { caption: shown.text }),
    ...(shown === undefined || plain ? {} : { caption_entities: [...shown.entities] }),
  };
}

/** Takes the bytes apart from the rest. */
export function packedAlbum(
  { pictures, ...place }: OutgoingAlbum,
): { readonly album: StoredAlbum; readonly bytes: Uint8Array } {
  const bytes = new Uint8Array(pictures.reduce((sum, picture) => sum + picture.bytes.length, 0));
  let at = 0;
  const stored = pictures.map(({ bytes: own, ...picture }) => {
    bytes.set(own, at);
    at += own.length;
    return { ...picture, size: own.length };
  });
  return { album: { ...place, pictures: stored }, bytes };
}

export function unpackedAlbum(
  { pictures, ...place }: StoredAlbum,
  bytes: Uint8Array = new Uint8Array(),
): OutgoingAlbum {
  let at = 0;
  const unpacked = pictures.map(({ size, ...picture }) => {
    const own = bytes.subarray(at, at + size);
    at += size;
    return { ...picture, bytes: own };
  });
  return { ...place, pictures: unpacked };
}
