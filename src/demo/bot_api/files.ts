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

/** @throws {ApiError} when the upload is empty or larger than the cloud server takes */
export function requireUploadable(file: UploadedFile): void {
  if (file.bytes.length === 0) throw badRequest("file must be non-empty");
  if (file.bytes.length > UPLOAD_LIMIT) throw new ApiError(413, "Request Entity Too Large");
}
