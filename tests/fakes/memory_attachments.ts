/** Stores files of requests in memory. */
import type {
  Attachment,
  AttachmentFiles,
  WaitingAttachments,
} from "../../src/core/chat/attachment.ts";
import type { IncomingFile } from "../../src/bot/normalise/incoming_file.ts";
import { UserFacingError } from "../../src/core/errors.ts";
import { sessionId, type SessionKey } from "../../src/core/session/session.ts";

/** Stores what it is given, or fails with the error that it is told. */
export class MemoryAttachments implements AttachmentFiles {
  readonly kept = new Map<string, Uint8Array>();
  failure: Error | undefined;

  keep(session: SessionKey, name: string, bytes: Uint8Array): Promise<string> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const path = `/inbox/${sessionId(session)}/${name}`;
    this.kept.set(path, bytes);
    return Promise.resolve(path);
  }

  read(path: string): Promise<Uint8Array> {
    const bytes = this.kept.get(path);
    return bytes === undefined
      ? Promise.reject(new UserFacingError(`Cannot read ${path}: it is gone`))
      : Promise.resolve(bytes);
  }
}

export class MemoryWaiting implements WaitingAttachments {
  readonly files = new Map<string, Attachment[]>();

  add(session: SessionKey, attachments: readonly Attachment[]): void {
    const id = sessionId(session);
    this.files.set(id, [...this.files.get(id) ?? [], ...attachments]);
  }

  of(session: SessionKey): readonly Attachment[] {
    return this.files.get(sessionId(session)) ?? [];
  }

  clear(session: SessionKey): void {
    this.files.delete(sessionId(session));
  }
}

/** Returns the id of each file as its bytes, as soon as the gate is open. */
export class MemoryTelegramFiles {
  readonly fetched: string[] = [];
  /** What fetching waits for. */
  gate: Promise<void> = Promise.resolve();
  failure: Error | undefined;

  async fetch({ fileId }: IncomingFile): Promise<Uint8Array> {
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    this.fetched.push(fileId);
    return new TextEncoder().encode(fileId);
  }
}
