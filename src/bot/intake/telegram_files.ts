/** Fetches the files that people send. */
import type { Api } from "grammy";
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { UserFacingError } from "../../core/errors.ts";
import { classifyFailure } from "../api_failure.ts";
import { callTelegram } from "../api.ts";
import { judgeAnswer } from "../api_answer.ts";
import type { IncomingFile } from "../normalise/incoming_file.ts";

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

/** `too-big` = beyond what the Bot API hands out; `local` = it keeps files on a disk of its own. */
export type DownloadFailure = "too-big" | "unreachable" | "refused" | "local";

/** The file could not be fetched. Its message holds no address, and so no bot token. */
export class DownloadError extends UserFacingError {
  readonly kind: DownloadFailure;
  /** How long Telegram asked to wait, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(kind: DownloadFailure, message: string, retryAfterMs = 0) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The most bytes that the Bot API hands out. */
export const DOWNLOAD_LIMIT = 20 * 1024 * 1024;
/** Pauses before the attempts after the first one, as multiples of the first pause. */
const PAUSES = [1, 2, 4, 8, 15];
/** A longer pause that Telegram asks for is no reason to keep a request waiting. */
const LONGEST_PAUSE_MS = 60_000;
/** Characters of an error that are read. */
const ERROR_LIMIT = 10_000;
/** Longest wait for an answer, or for the next part of it. */
const SILENCE_MS = 20_000;

export class TelegramFiles {
  readonly #deps: TelegramFilesDependencies;

  constructor(deps: TelegramFilesDependencies) {
    this.#deps = deps;
  }

  /**
   * Fetches the bytes of the file. What may pass is tried again, for half a minute or so.
   * @throws {DownloadError}
   * @throws the signal's reason when it aborts
   */
  async fetch(file: IncomingFile, signal: AbortSignal): Promise<Uint8Array> {
    if ((file.size ?? 0) > DOWNLOAD_LIMIT) throw tooBig();
    for (const factor of PAUSES) {
      let askedMs = 0;
      try {
        return await this.#attempt(file, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof DownloadError) || error.kind !== "unreachable") throw error;
        if (error.retryAfterMs > LONGEST_PAUSE_MS) throw error;
        askedMs = error.retryAfterMs;
      }
      await this.#deps.clock.sleep(Math.max(askedMs, factor * this.#deps.retryMs), signal);
    }
    return await this.#attempt(file, signal);
  }

  async #attempt({ fileId }: IncomingFile, signal: AbortSignal): Promise<Uint8Array> {
    const { path, size } = await this.#find(fileId, signal);
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
      const bytes = await this.#read(response, call);
      // A gateway's page under the status of success, or a file that was cut short.
      if (size !== undefined && bytes.length !== size) {
        throw new DownloadError("unreachable", "Cannot fetch the file: something else came");
      }
      return bytes;
    } catch (error) {
      if (error instanceof DownloadError) throw error;
      // The error of fetch holds the address, and with it the token.
      throw new DownloadError("unreachable", "Cannot fetch the file: the connection was lost");
    } finally {
      signal.removeEventListener("abort", abort);
      abort();
    }
  }

  async #find(
    fileId: string,
    signal: AbortSignal,
  ): Promise<{ readonly path: string; readonly size: number | undefined }> {
    const { api, clock } = this.#deps;
    try {
      const { file_path: path, file_size: size } = await callTelegram(
        clock,
        SILENCE_MS,
        signal,
        (call) => api.getFile(fileId, call),
      );
      if (path === undefined || !isWithin(path)) {
        throw new DownloadError(
          path !== undefined && ON_DISK.test(path) ? "local" : "refused",
          "Cannot fetch the file: the server does not hand it out",
        );
      }
      // Its ending is the person's own, in any script.
      return { path: path.split("/").map(encodeURIComponent).join("/"), size };
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

/** What a Bot API server that runs with --local names in place of an address. */
const ON_DISK = /^(?:\/|[a-z]:\\)/i;

/** Whether the path leads to nothing but a file of the bot. */
function isWithin(path: string): boolean {
  return path.isWellFormed() && !path.includes("\\") &&
    path.split("/").every((part) => !/^\.{0,2}$/.test(part));
}

function askingFailed(error: unknown): DownloadError {
  const failure = classifyFailure(error);
  const { kind, description } = failure;
  const message = `Cannot fetch the file: ${description}`;
  if (/file is too big/i.test(description)) return tooBig();
  if (kind === "flood") return new DownloadError("unreachable", message, failure.retryAfterMs);
  const passes = kind === "before-effect" || kind === "uncertain";
  return new DownloadError(passes ? "unreachable" : "refused", message);
}

/** Only the Bot API itself refuses a file for good. */
async function refusedDownload(response: Response): Promise<DownloadError> {
  const text = await beginningOf(response);
  const passes = response.status === 429 || response.status >= 500 || !isAnswer(response, text);
  return new DownloadError(
    passes ? "unreachable" : "refused",
    `Cannot fetch the file: the server answered ${response.status}`,
  );
}

function isAnswer(response: Response, text: string): boolean {
  try {
    judgeAnswer("", response, text);
    return true;
  } catch {
    return false;
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  let text = "";
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.length > ERROR_LIMIT) break;
  }
  return text;
}

function tooBig(): DownloadError {
  return new DownloadError("too-big", "Cannot fetch the file: it is larger than 20 MB");
}
