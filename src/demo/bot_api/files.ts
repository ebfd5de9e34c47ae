/** Stores the files that either side sent. */
import { ApiError, badRequest } from "./api_error.ts";
import type { UploadedFile } from "./parameters.ts";

export interface StoredFile {
  readonly id: string;
  readonly uniqueId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
  /** The size that Telegram reports; a test may claim more than there are bytes. */
  readonly size: number;
  /** The path behind `/file/bot<token>/`. */
  readonly path: string;
}

/** The cloud server's limits, in bytes. */
export const UPLOAD_LIMIT = 50 * 1024 * 1024;
export const DOWNLOAD_LIMIT = 20 * 1024 * 1024;

export class FileStore {
  readonly #byId = new Map<string, StoredFile>();
  readonly #byPath = new Map<string, StoredFile>();
  #count = 0;

  /** @param folder first part of the path, `documents` or `photos` */
  add(file: UploadedFile, folder: string, claimedSize?: number): StoredFile {
    this.#count += 1;
    const extension = /\.[A-Za-z0-9]{1,8}$/.exec(file.name)?.[0] ?? "";
    const stored: StoredFile = {
      id: `BQACAgIAAxkBAAI${String(this.#count).padStart(6, "0")}`,
      uniqueId: `AgAD${String(this.#count).padStart(8, "0")}`,
      name: file.name,
      mimeType: file.mimeType,
      bytes: file.bytes,
      size: claimedSize ?? file.bytes.length,
      path: `${folder}/file_${this.#count}${extension}`,
    };
    this.#byId.set(stored.id, stored);
    this.#byPath.set(stored.path, stored);
    return stored;
  }

  byId(id: string): StoredFile | undefined {
    return this.#byId.get(id);
  }

  byPath(path: string): StoredFile | undefined {
    return this.#byPath.get(path);
  }
}

/** The limits of a photo: bytes, the sum of its sides, and how much longer one side may be. */
const PHOTO_LIMIT = 10 * 1024 * 1024;
const PHOTO_SIDES = 10_000;
const PHOTO_RATIO = 20;

const PICTURE_BEGINNINGS = ["89504e47", "ffd8ff", "47494638", "52494646", "424d"];

/** @throws {ApiError} when Telegram would not take it as a photo */
export function requirePhoto({ bytes }: UploadedFile): void {
  if (bytes.length > PHOTO_LIMIT) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${PHOTO_LIMIT} bytes`,
    );
  }
  const beginning = bytes.slice(0, 4).toHex();
  if (!PICTURE_BEGINNINGS.some((known) => beginning.startsWith(known))) {
    throw badRequest("IMAGE_PROCESS_FAILED");
  }
  if (beginning !== "89504e47") return;
  if (bytes.length < 24) throw badRequest("IMAGE_PROCESS_FAILED");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [short, long] = width < height ? [width, height] : [height, width];
  if (short === 0 || short + long > PHOTO_SIDES || long / short > PHOTO_RATIO) {
    throw badRequest("PHOTO_INVALID_DIMENSIONS");
  }
}

/** @throws {ApiError} when the upload is empty or larger than the cloud server takes */
export function requireUploadable(file: UploadedFile): void {
  if (file.bytes.length === 0) throw badRequest("file must be non-empty");
  if (file.bytes.length > UPLOAD_LIMIT) throw new ApiError(413, "Request Entity Too Large");
}
