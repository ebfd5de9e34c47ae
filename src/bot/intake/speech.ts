/** Turns recordings into words: fetches them, has them written down, and shows what was understood. */
import type { AttachmentFiles } from "../../core/chat/attachment.ts";
import type { Transcriber } from "../../core/chat/transcriber.ts";
import { describeError, UserFacingError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { errorText } from "../../texts/trouble_texts.ts";
import type { IncomingSpeech } from "../normalise/incoming_file.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Replies } from "../replies.ts";
import { sessionOf } from "../sender.ts";
import type { Refusal } from "./edits.ts";
import type { Piece, Pieces } from "./message_batcher.ts";
import { DownloadError, type TelegramFiles } from "./telegram_files.ts";

interface SpeechDependencies {
  readonly transcriber: Transcriber | undefined;
  readonly files: Pick<TelegramFiles, "fetch">;
  readonly attachments: AttachmentFiles;
  readonly replies: Pick<Replies, "send" | "textsFor">;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Transcripts that are remembered for edits and replies. */
const MOST_REMEMBERED = 100;

export class Speech {
  readonly #deps: SpeechDependencies;
  /** By the id under which Telegram has the recording. */
  readonly #transcripts = new Map<string, string>();

  constructor(deps: SpeechDependencies) {
    this.#deps = deps;
  }

  /** @returns the pieces with words in place of recordings, or why there are none */
  async heard([first, ...others]: Pieces): Promise<Pieces | Refusal> {
    const heard = await this.#heardPiece(first);
    if (typeof heard === "function") return heard;
    const rest: Piece[] = [];
    for (const piece of others) {
      const next = await this.#heardPiece(piece);
      if (typeof next === "function") return next;
      rest.push(next);
    }
    return [heard, ...rest];
  }

  async #heardPiece(piece: Piece): Promise<Piece | Refusal> {
    const { speech, replied, ...rest } = piece;
    if (speech === undefined && replied?.speech === undefined) return piece;
    const own = speech === undefined ? "" : await this.#transcript(piece, speech);
    if (typeof own === "function") return own;
    const other = replied?.speech === undefined
      ? ""
      : await this.#transcript(piece, replied.speech);
    if (typeof other === "function") return other;
    const isForwarded = piece.forwarded === true;
    const quoted = joined(piece.quoted, other, isForwarded ? own : "");
    return {
      ...rest,
      text: isForwarded ? piece.text : joined(piece.text, own),
      ...(quoted === "" ? {} : { quoted }),
    };
  }

  async #transcript(piece: Piece, speech: IncomingSpeech): Promise<string | Refusal> {
    const { transcriber, files, attachments, log, signal } = this.#deps;
    const known = this.#transcripts.get(speech.fileId);
    if (known !== undefined || transcriber === undefined) return known ?? "";
    try {
      const bytes = await files.fetch(speech, signal);
      const name = `${piece.messageId}-${speech.name}`;
      const path = await attachments.keep(sessionOf(piece), name, bytes);
      const words = await transcriber.transcribe({ path, name: speech.name, bytes }, signal);
      if (words.trim() === "") return (texts) => texts.files.voice.nothingHeard;
      this.#remember(speech.fileId, words);
      this.#show(piece, words);
      return words;
    } catch (error) {
      if (!(error instanceof UserFacingError)) throw error;
      const reason = describeError(error);
      log.warn("telegram.voice.not-heard", { chat_id: piece.chatId, reason });
      if (error instanceof DownloadError) {
        const { kind } = error;
        return (texts) => texts.files.notFetched[kind](speech.name);
      }
      return (texts) => texts.files.voice.failed(errorText(error, texts));
    }
  }

  #remember(fileId: string, words: string): void {
    this.#transcripts.set(fileId, words);
    const [oldest] = this.#transcripts.keys();
    if (this.#transcripts.size > MOST_REMEMBERED && oldest !== undefined) {
      this.#transcripts.delete(oldest);
    }
  }

  #show(piece: Piece, words: string): void {
    const { replies } = this.#deps;
    const { heard } = replies.textsFor(piece).files.voice;
    const shown = new TextBuilder().text("🎙 ").line(heard).quote(words).build();
    replies.send(piece, { ...shown, silent: true }, "heard");
  }
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part.trim() !== "").join("\n\n");
}
