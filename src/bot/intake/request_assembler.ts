/** Makes requests of what people write and send: pieces -> files on this machine -> request. */
import {
  type Attachment,
  type AttachmentFiles,
  promptWithAttachments,
  type WaitingAttachments,
} from "../../core/chat/attachment.ts";
import type { Clock } from "../../core/clock.ts";
import type { Engine } from "../../core/run/engine.ts";
import { describeError, StorageError, UserFacingError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { errorText } from "../../texts/trouble_texts.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { sessionOf } from "../person.ts";
import type { Preferences } from "../preferences.ts";
import type { StatusMessages } from "../presenter/status_messages.ts";
import { isVisible } from "../render/clean_text.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Replies } from "../replies.ts";
import type { Requests } from "../requests.ts";
import { type Texts, textsFor } from "../../texts/texts.ts";
import type { Remainder } from "../update_queue.ts";
import { MessageBatcher, type Piece, type Pieces } from "./message_batcher.ts";
import { DownloadError, type TelegramFiles } from "./telegram_files.ts";
import { isTooLong, wordsOf } from "./words.ts";

export interface IntakeDependencies {
  readonly engine: Pick<Engine, "queue">;
  readonly requests: Pick<Requests, "submit" | "steer" | "follows">;
  readonly statusMessages: Pick<StatusMessages, "runOf">;
  readonly files: Pick<TelegramFiles, "fetch">;
  readonly attachments: AttachmentFiles;
  readonly waiting: WaitingAttachments;
  /** How long to wait for further parts of what a person sends, in milliseconds. */
  readonly collectMs: number;
  readonly outbox: Pick<Outbox, "react">;
  readonly replies: Pick<Replies, "send">;
  readonly preferences: Pick<Preferences, "languageOf">;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends downloads and waits; what is not done by then is for the next start. */
  readonly signal: AbortSignal;
}

/** Why nothing was made of the pieces, in the language of the person. */
type Refusal = (texts: Texts) => string;

/** Until a disk that takes no request is asked again. */
const DISK_PAUSE_MS = 5_000;

export class RequestAssembler {
  readonly #deps: IntakeDependencies;
  readonly #gathering: MessageBatcher;

  constructor(deps: IntakeDependencies) {
    this.#deps = deps;
    this.#gathering = new MessageBatcher({
      clock: deps.clock,
      quietMs: deps.collectMs,
      signal: deps.signal,
      opened: (piece) => this.#react(piece, "👀"),
      finish: (pieces) => this.#finish(pieces),
    });
  }

  /** Whether the message is a piece of what its sender is sending, even if it names nobody. */
  awaits(piece: Piece): boolean {
    return this.#gathering.awaits(piece);
  }

  /**
   * @returns what is still to be done where it is more than one message or has files
   * @throws {StorageError} when the disk does not take the request; nothing has happened then
   */
  take(piece: Piece): Remainder | undefined {
    const remainder = this.#gathering.add(piece);
    if (remainder === undefined) this.#request([piece], []);
    return remainder;
  }

  async #finish(pieces: Pieces): Promise<"done" | "left"> {
    const { signal } = this.#deps;
    try {
      const attachments = await this.#attachments(pieces);
      if (!Array.isArray(attachments)) {
        this.#refuse(pieces, attachments);
        return "done";
      }
      return await this.#requestOnceStored(pieces, attachments);
    } catch (error) {
      if (signal.aborted) return "left";
      throw error;
    }
  }

  async #attachments(pieces: Pieces): Promise<Attachment[] | Refusal> {
    if (isTooLong(pieces)) return ({ files }) => files.tooMuchText;
    const attachments: Attachment[] = [];
    for (const piece of pieces) {
      if (piece.file === undefined) continue;
      const { name, kind } = piece.file;
      try {
        const bytes = await this.#deps.files.fetch(piece.file, this.#deps.signal);
        const unique = `${piece.messageId}-${name}`;
        const path = await this.#deps.attachments.keep(sessionOf(piece), unique, bytes);
        attachments.push({ kind, name, path });
      } catch (error) {
        if (!(error instanceof UserFacingError)) throw error;
        const reason = describeError(error);
        this.#deps.log.warn("telegram.file.not-taken", { chat_id: piece.chatId, reason });
        return refusalOf(name, error, reason);
      }
    }
    return attachments;
  }

  /** A full disk delays it; the pieces are stored already and lose nothing by waiting. */
  async #requestOnceStored(
    pieces: Pieces,
    attachments: readonly Attachment[],
  ): Promise<"done" | "left"> {
    const { clock, signal } = this.#deps;
    for (let told = false;; told = true) {
      try {
        this.#request(pieces, attachments);
        return "done";
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        const reason = (texts: Texts): string => errorText(error, texts);
        if (!told) {
          this.#say(pieces[0], (texts) => `⚠️ ${texts.notices.cannotStore(reason(texts))}`);
        }
        await clock.sleep(DISK_PAUSE_MS, signal);
      }
    }
  }

  /** @throws {StorageError} when the disk does not take it; nothing has happened then */
  #request(pieces: Pieces, own: readonly Attachment[]): void {
    const { requests, waiting } = this.#deps;
    const [first] = pieces;
    const session = sessionOf(first);
    const shown = this.#runShownIn(first);
    // What the bot says of a run is no material for Codex.
    const written = wordsOf(pieces, shown === undefined).trim();
    const words = isVisible(written) ? written : "";
    const { run: atWork, elsewhere } = this.#atWork(first);
    const attachments = [...waiting.of(session), ...own];
    const isForRunning = atWork !== undefined &&
      (shown === atWork || (pieces.every(isForwarded) && requests.follows(first, atWork))) &&
      // Files are brought to another machine at the beginning of a request only.
      !(elsewhere && attachments.length > 0);
    if (words === "" && !isForRunning) return this.#keep(first, own);
    if (isForRunning) requests.steer(first, promptWithAttachments(words, attachments));
    else requests.submit(first, words, attachments);
    if (attachments.length > own.length) waiting.clear(session);
  }

  /** Nobody has said what is to be done with them. */
  #keep(first: Piece, attachments: readonly Attachment[]): void {
    if (attachments.length === 0) {
      return this.#say(first, ({ refusals }) => refusals.emptyText);
    }
    this.#deps.waiting.add(sessionOf(first), attachments);
    const names = attachments.map(({ name }) => name);
    this.#say(first, ({ files }) => `📎 ${files.kept(names.join(", "))}`, "kept");
  }

  #refuse([first]: Pieces, refusal: Refusal): void {
    this.#react(first, undefined);
    this.#say(first, (texts) => `⚠️ ${refusal(texts)} ${texts.files.nothingStarted}`, "refused");
  }

  /** The run whose status message is replied to. */
  #runShownIn({ chatId, repliesTo }: Piece): string | undefined {
    if (repliesTo === undefined) return undefined;
    return this.#deps.statusMessages.runOf(chatId, repliesTo);
  }

  #atWork(piece: Piece): { readonly run: string | undefined; readonly elsewhere: boolean } {
    const { active } = this.#deps.engine.queue(sessionOf(piece));
    return { run: active?.run.id, elsewhere: active?.machine !== undefined };
  }

  /** @param name a reply with one is sent once, however often the pieces are routed */
  #say(to: Piece, text: (texts: Texts) => string, name?: string): void {
    const { replies, preferences } = this.#deps;
    replies.send(to, plainText(text(textsFor(preferences.languageOf(to)))), name);
  }

  #react({ chatId, messageId }: Piece, emoji: "👀" | undefined): void {
    this.#deps.outbox.react(chatId, messageId, emoji);
  }
}

function isForwarded({ forwarded }: Piece): boolean {
  return forwarded === true;
}

function refusalOf(name: string, error: UserFacingError, reason: string): Refusal {
  if (!(error instanceof DownloadError)) return ({ files }) => files.notKept(name, reason);
  return ({ files }) => files.notFetched[error.kind](name);
}
