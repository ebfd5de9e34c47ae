/** Fetches the files that people send. */
import type { Api } from "grammy";
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { UserFacingError } from "../../core/errors.ts";
import { classifyFailure } from "../api_failure.ts";
import { callTelegram } from "../api.ts";
import type { IncomingFile } from "../inbound.ts";

export interface TelegramFilesDependencies {
  readonly api: Pick<Api, "getFile">;
  /** Without a trailing slash. */
  readonly apiRoot: string;
  readonly botToken: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Until a file that did not come is fetched again, in milliseconds. */
  readonly retryMs: number;
}

export type Fetch = (address: string, signal: AbortSignal) => Promise<Response>;

/** `too-big` = beyond what the Bot API hands out. */
export type DownloadFailure = "too-big" | "unreachable" | "refused";

/** The file could not be fetched. Its message holds no address, and so no bot token. */
export class DownloadError extends UserFacingError {
  readonly kind: DownloadFailure;

  constructor(kind: DownloadFailure, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The most bytes that the Bot API hands out. */
export const DOWNLOAD_LIMIT = 20 * 1024 * 1024;
/** Pauses before the second and the third attempt, as multiples of the first. */
const PAUSES = [1, 4];
/** Longest wait for an answer, or for the next part of it. */
const SILENCE_MS = 20_000;

export class TelegramFiles {
  readonly #deps: TelegramFilesDependencies;

  constructor(deps: TelegramFilesDependencies) {
    this.#deps = deps;
  }

  /**
   * Fetches the bytes of the file, in three attempts.
   * @throws {DownloadError}
   * @throws the signal's reason when it aborts
   */
  async fetch(file: IncomingFile, signal: AbortSignal): Promise<Uint8Array> {
    if ((file.size ?? 0) > DOWNLOAD_LIMIT) throw tooBig();
    for (const factor of PAUSES) {
      try {
        return await this.#attempt(file, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof DownloadError) || error.kind !== "unreachable") throw error;
      }
      await this.#deps.clock.sleep(factor * this.#deps.retryMs, signal);
    }
    return await this.#attempt(file, signal);
  }

  async #attempt({ fileId }: IncomingFile, signal: AbortSignal): Promise<Uint8Array> {
    const path = await this.#path(fileId, signal);
    const { apiRoot, botToken, fetch } = this.#deps;
    const call = new AbortController();
    const abort = (): void => call.abort();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const response = await this.#within(
        call,
        () => fetch(`${apiRoot}/file/bot${botToken}/${path}`, call.signal),
      );
      if (!response.ok) throw await refusedDownload(response);
      return await this.#read(response, call);
    } catch (error) {
      if (error instanceof DownloadError) throw error;
      // The error of fetch holds the address, and with it the token.
      throw new DownloadError("unreachable", "Cannot fetch the file: the connection was lost");
    } finally {
      signal.removeEventListener("abort", abort);
      abort();
    }
  }

  async #path(fileId: string, signal: AbortSignal): Promise<string> {
    const { api, clock } = this.#deps;
    try {
      const { file_path: path } = await callTelegram(
        clock,
        SILENCE_MS,
        signal,
        (call) => api.getFile(fileId, call),
      );
      // A local Bot API server may name a path on its own disk.
      if (path === undefined || !/^[\w.-]+(?:\/[\w.-]+)*$/.test(path) || path.includes("..")) {
        throw new DownloadError(
          "refused",
          "Cannot fetch the file: the server does not hand it out",
        );
      }
      return path;
    } catch (error) {
      throw error instanceof DownloadError ? error : askingFailed(error);
    }
  }

  async #read(response: Response, call: AbortController): Promise<Uint8Array> {
    const reader = response.body?.getReader();
    const parts: Uint8Array[] = [];
    let size = 0;
    while (reader !== undefined) {
      const { value } = await this.#within(call, () => reader.read());
      if (value === undefined) break;
      size += value.length;
      if (size > DOWNLOAD_LIMIT) throw tooBig();
      parts.push(value);
    }
    return new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer());
  }

  /** Aborts the call when nothing arrives for too long. */
  async #within<Result>(
    call: AbortController,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const arrived = new AbortController();
    const silence = pause(this.#deps.clock, SILENCE_MS, arrived.signal).then((isOver) => {
      if (isOver) call.abort();
    });
    try {
      return await work();
    } finally {
      arrived.abort();
      await silence;
    }
  }
}

function askingFailed(error: unknown): DownloadError {
  const { kind, description } = classifyFailure(error);
  if (/file is too big/i.test(description)) return tooBig();
  const passes = kind === "flood" || kind === "before-effect" || kind === "uncertain";
  return new DownloadError(
    passes ? "unreachable" : "refused",
    `Cannot fetch the file: ${description}`,
  );
}

async function refusedDownload(response: Response): Promise<DownloadError> {
  await response.body?.cancel();
  const passes = response.status === 429 || response.status >= 500;
  return new DownloadError(
    passes ? "unreachable" : "refused",
    `Cannot fetch the file: the server answered ${response.status}`,
  );
}

function tooBig(): DownloadError {
  return new DownloadError("too-big", "Cannot fetch the file: it is larger than 20 MB");
}
