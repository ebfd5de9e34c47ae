/** A photo or document as Telegram announces it; its bytes are still to be fetched. */
import { z } from "zod";
import type { WireMessage } from "../wire.ts";

export interface IncomingFile {
  /** What getFile is asked with. */
  readonly fileId: string;
  /** `image` = of a format that models are shown. */
  readonly kind: "image" | "file";
  /** As the person's device called it, or made up where it did not; not yet safe as a name. */
  readonly name: string;
  /** In bytes; absent where Telegram does not say. */
  readonly size?: number;
}

const photo = z.looseObject({ file_id: z.string(), file_size: z.number().optional() });
const document = z.looseObject({
  file_id: z.string(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  file_size: z.number().optional(),
});

/** What Codex encodes for a model. */
const IMAGE_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** @returns undefined where the message carries neither a photo nor a document that can be read */
export function incomingFile(message: WireMessage): IncomingFile | undefined {
  const picture = largestPhoto(message.photo);
  if (picture !== undefined) {
    return {
      fileId: picture.file_id,
      kind: "image",
      // Telegram makes a JPEG of every photo and forgets what it was called.
      name: `photo-${message.message_id}.jpg`,
      ...sizeOf(picture.file_size),
    };
  }
  const file = document.safeParse(message.document);
  if (!file.success) return undefined;
  const { file_id: fileId, file_name: name, mime_type: type = "", file_size: size } = file.data;
  return {
    fileId,
    kind: IMAGE_TYPES.has(type) ? "image" : "file",
    name: name ?? `document-${message.message_id}`,
    ...sizeOf(size),
  };
}

/** The sizes of a photo come in ascending order. */
function largestPhoto(sizes: unknown): z.infer<typeof photo> | undefined {
  const read = z.array(photo).safeParse(sizes);
  return read.success ? read.data.at(-1) : undefined;
}

function sizeOf(size: number | undefined): { readonly size?: number } {
  return size === undefined ? {} : { size };
}
