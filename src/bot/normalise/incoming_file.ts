/** Finds the files that a message carries: pictures and documents, and recordings of speech. */
import { z } from "../../core/schema.ts";
import type { CarriedKind } from "../wire.ts";

/** A photo, document or recording as Telegram announces it, not fetched yet. */
export interface IncomingFile {
  /** The argument of `getFile`. */
  readonly fileId: string;
  /** `image` = in a format that models can be shown. */
  readonly kind: "image" | "file";
  /** The name on the person's device, or one made up; not yet safe as a file name. */
  readonly name: string;
  /** In bytes, where Telegram says so. */
  readonly size?: number;
}

/** The kinds of recordings, and the endings by which programs recognize them. */
const SPEECH_ENDINGS = { voice: "ogg", audio: "mp3", video_note: "mp4" } as const;

export interface IncomingSpeech extends IncomingFile {
  readonly content: keyof typeof SPEECH_ENDINGS;
}

/** What a message carries besides its words; at most one of them is set. */
export interface Carried {
  readonly file?: IncomingFile;
  /** A recording, which reaches Codex as its transcript. */
  readonly speech?: IncomingSpeech;
  /** Something that does not reach Codex, which the person is told. */
  readonly omitted?: CarriedKind;
}

const photo = z.looseObject({ file_id: z.string(), file_size: z.number().optional() });
const document = z.looseObject({
  file_id: z.string(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  file_size: z.number().optional(),
});
const live = z.looseObject({ photo: z.unknown() });

/** The image formats that Codex sends to a model. */
const IMAGE_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** A message, or a part of one with the same fields. */
type WithMedia = Readonly<Record<string, unknown>> & { readonly message_id?: number | undefined };

/** @returns undefined for a message without a readable photo or document */
export function incomingFile(message: WithMedia): IncomingFile | undefined {
  const picture = largestPhoto(message["photo"]) ??
    largestPhoto(live.safeParse(message["live_photo"]).data?.photo);
  const id = message.message_id ?? "reply";
  if (picture !== undefined) {
    return {
      fileId: picture.file_id,
      kind: "image",
      // Telegram turns every photo into a JPEG without a name.
      name: `photo-${id}.jpg`,
      ...sizeOf(picture.file_size),
    };
  }
  const file = document.safeParse(message["document"]);
  if (!file.success) return undefined;
  const { file_id: fileId, file_name: name, mime_type: type = "", file_size: size } = file.data;
  return {
    fileId,
    kind: IMAGE_TYPES.has(type) ? "image" : "file",
    name: name ?? `document-${id}`,
    ...sizeOf(size),
  };
}

function incomingSpeech(message: WithMedia): IncomingSpeech | undefined {
  for (const content of ["voice", "audio", "video_note"] as const) {
    const file = document.safeParse(message[content]);
    if (!file.success) continue;
    const { file_id: fileId, file_name: name, file_size: size } = file.data;
    const made = `${content}-${message.message_id ?? "reply"}.${SPEECH_ENDINGS[content]}`;
    return { content, fileId, kind: "file", name: name ?? made, ...sizeOf(size) };
  }
  return undefined;
}

const TAKEN_AS_FILE: ReadonlySet<string> = new Set(["photo", "document", "live_photo"]);

/**
 * @param content what the message carries, by `contentKindOf`
 * @param inWords what it carries has been put into words
 */
export function carriedBy(
  message: WithMedia,
  content: CarriedKind | "text" | "service",
  inWords: boolean,
): Carried {
  if (content === "text" || content === "service" || inWords) return {};
  const file = TAKEN_AS_FILE.has(content) ? incomingFile(message) : undefined;
  if (file !== undefined) return { file };
  const speech = content in SPEECH_ENDINGS ? incomingSpeech(message) : undefined;
  return speech === undefined ? { omitted: content } : { speech };
}

export function isSpeech(content: CarriedKind): boolean {
  return content in SPEECH_ENDINGS;
}

/** The same where nothing can write recordings down. */
export function withoutSpeech({ speech, ...rest }: Carried): Carried {
  return speech === undefined ? rest : { ...rest, omitted: speech.content };
}

/** Telegram lists the sizes of a photo in ascending order. */
function largestPhoto(sizes: unknown): z.infer<typeof photo> | undefined {
  const read = z.array(photo).safeParse(sizes);
  return read.success ? read.data.at(-1) : undefined;
}

function sizeOf(size: number | undefined): { readonly size?: number } {
  return size === undefined ? {} : { size };
}
