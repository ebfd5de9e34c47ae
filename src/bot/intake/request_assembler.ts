/** Makes requests of what people send: collects the pieces, fetches files, then submits. */
import type {
  Attachment,
  AttachmentFiles,
  WaitingAttachments,
} from "../../core/chat/attachment.ts";
import type { Clock } from "../../core/clock.ts";
import type { Transcriber } from "../../core/chat/transcriber.ts";
import type { Engine } from "../../core/run/engine.ts";
import { describeError, StorageError, UserFacingError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { errorText } from "../../texts/trouble_texts.ts";
import { type Person, sessionOf } from "../sender.ts";
import type { StatusMessages } from "../presenter/status_message.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { isVisible } from "../render/clean_text.ts";
import type { Replies } from "../replies.ts";
import type { Requests } from "../requests.ts";
import type { Texts } from "../../texts/texts.ts";
import { type EditOffers, type EditPress, Edits, type Fetched, type Refusal } from "./edits.ts";
import { Speech } from "./speech.ts";
import { SentRequests } from "./sent_requests.ts";
import type { Remainder } from "../update_queue.ts";
import { type IncomingFile, isSpeech, withoutSpeech } from "../normalise/incoming_file.ts";
import { MessageBatcher, type Piece, type Pieces } from "./message_batcher.ts";
import { isTooLong, requestText, withoutKnownAnswer } from "./request_text.ts";
import type { QuestionAnswers } from "./question_answers.ts";
import { DownloadError, type TelegramFiles } from "./telegram_files.ts";

export interface RequestAssemblerDependencies {
  readonly engine: Pick<Engine, "queue" | "status" | "rewordRun" | "steerRefusal">;
  readonly requests: Pick<Requests, "submit" | "steer" | "join" | "runSentWith">;
  readonly statusMessages: Pick<StatusMessages, "runOf">;
  readonly outbox: Pick<Outbox, "answerCallback" | "send">;
  readonly offers: EditOffers;
  readonly answers: Pick<QuestionAnswers, "take">;
  readonly files: Pick<TelegramFiles, "fetch">;
  readonly attachments: AttachmentFiles;
  /** Writes voice messages down; undefined = nothing does. */
  readonly transcriber: Transcriber | undefined;
  readonly waiting: WaitingAttachments;
  /** How long to wait for further parts of what a person sends, in milliseconds. */
  readonly collectMs: number;
  readonly replies: Pick<
    Replies,
    | "say"
    | "send"
    | "replace"
    | "react"
    | "acknowledge"
    | "takeBackAhead"
    | "wrote"
    | "textsFor"
  >;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts downloads and pauses; unfinished requests are left for the next start. */
  readonly signal: AbortSignal;
}

/** Pause before a request that the disk refused is stored again. */
const DISK_PAUSE_MS = 5_000;

export class RequestAssembler {
  readonly #deps: RequestAssemblerDependencies;
  readonly #batcher: MessageBatcher;
  readonly #sent = new SentRequests();
  readonly #edits: Edits;
  readonly #speech: Speech;

  constructor(deps: RequestAssemblerDependencies) {
    this.#deps = deps;
    this.#speech = new Speech(deps);
    this.#edits = new Edits({
      ...deps,
      sent: this.#sent,
      resubmit: (pieces, fetched, replaced) => {
        this.#stopWaiting(pieces[0], replaced);
        this.#request(pieces, fetched);
      },
      attach: (pieces, known) => this.#attachments(pieces, known),
    });
    this.#batcher = new MessageBatcher({
      clock: deps.clock,
      quietMs: deps.collectMs,
      signal: deps.signal,
      opened: (piece) => {
        if (piece.runCommand === undefined) this.#deps.replies.acknowledge(piece);
      },
      joined: (piece) => this.#deps.replies.takeBackAhead(piece),
      finish: (pieces) => this.#finish(pieces),
    });
  }

  /** Tells whether the message continues what its sender is sending. */
  awaits(piece: Piece): boolean {
    return this.#batcher.awaits(piece);
  }

  /** Tells whether a request of the person is being collected. */
  collects(person: Person): boolean {
    return this.#batcher.collects(person);
  }

  /** Tells whether the message is, or is a part of, a request of this process. */
  knows({ chatId, messageId }: Pick<Piece, "chatId" | "messageId">): boolean {
    return this.#sent.find(chatId, messageId) !== undefined;
  }

  /** Says that a message that has become a command is not run. */
  refuseCommand(edited: Person): void {
    this.#edits.refuseCommand(edited);
  }

  /** Brings what was changed in a message to its request, wherever that is by now. */
  edit(sent: Piece): Remainder | undefined {
    const edited = this.#withReplyNamed(this.#listening(sent));
    if (this.#batcher.replace(edited)) return undefined;
    return this.#batcher.after(edited, async () => {
      try {
        if (!this.#edits.concerns(edited)) {
          this.#edits.refuseUnknown(edited);
          return "done";
        }
        const heard = await this.#speech.heard([edited]);
        if (typeof heard === "function") this.#edits.refuse(edited, heard);
        else await this.#edits.apply(heard[0]);
        return "done";
      } catch (error) {
        if (this.#deps.signal.aborted) return "left";
        throw error;
      }
    });
  }

  /** Handles a press on an offer to use an edit. @returns false when it is another button */
  press(press: EditPress): boolean {
    return this.#edits.press(press);
  }

  /**
   * Submits the message, or collects it where it has files or other messages belong to it.
   * @returns the rest of the work, where there is any
   * @throws {StorageError} when the disk does not take the request; nothing has happened then
   */
  take(sent: Piece): Remainder | undefined {
    const piece = this.#withReplyNamed(this.#listening(sent));
    this.#tellOmitted(piece);
    if (isEmpty(piece)) return undefined;
    const remainder = this.#batcher.add(piece);
    if (remainder === undefined) this.#request([piece], new Map());
    return remainder;
  }

  /** Leaves recordings out where nothing writes them down. */
  #listening(piece: Piece): Piece {
    return this.#deps.transcriber === undefined ? writtenOnly(piece) : piece;
  }

  /** Tells the answer to a command, and whatever the program says, from an answer of Codex. */
  #withReplyNamed(piece: Piece): Piece {
    const { ownAnswer, quotedFrom, repliesTo, chatId } = piece;
    const isOfBot = ownAnswer !== undefined || quotedFrom === "bot";
    if (!isOfBot || repliesTo === undefined) return piece;
    return this.#deps.replies.wrote(chatId, repliesTo) ? { ...piece, isProgramSaid: true } : piece;
  }

  /** Says what of a message does not reach Codex. */
  #tellOmitted(piece: Piece): void {
    const { omitted, replied } = piece;
    if (omitted !== undefined && isEmpty(piece)) {
      return this.#deps.replies.say(
        piece,
        ({ files }) =>
          isSpeech(omitted) ? files.voice.notSetUp : files.notTaken(files.content[omitted]),
      );
    }
    const kinds = new Set([omitted, replied?.omitted].filter((kind) => kind !== undefined));
    if (kinds.size === 0) return;
    this.#deps.replies.say(
      piece,
      ({ files }) => files.leftOut([...kinds].map((kind) => files.content[kind]).join(", ")),
      "left-out",
    );
  }

  async #finish(pieces: Pieces): Promise<"done" | "left"> {
    const { signal } = this.#deps;
    try {
      const heard = await this.#speech.heard(pieces);
      if (typeof heard === "function") {
        this.#refuse(pieces, heard);
        return "done";
      }
      const attachments = await this.#attachments(heard);
      if (typeof attachments === "function") {
        this.#refuse(pieces, attachments);
        return "done";
      }
      const { runCommand } = heard[0];
      if (runCommand !== undefined) return await this.#run(runCommand, heard, attachments);
      return await this.#requestOnceStored(await this.#withoutKnownAnswers(heard), attachments);
    } catch (error) {
      if (signal.aborted) return "left";
      throw error;
    }
  }

  /** Keeps files for the next request: a command takes none. */
  async #run(
    runCommand: (args: string) => Promise<void>,
    pieces: Pieces,
    fetched: Fetched,
  ): Promise<"done"> {
    await runCommand(requestText(pieces).trim());
    if (fetched.size > 0) this.#keep(pieces[0], [...fetched.values()]);
    return "done";
  }

  /** @param known files that need not be fetched again, by their ids */
  async #attachments(pieces: Pieces, known: Fetched = new Map()): Promise<Fetched | Refusal> {
    if (isTooLong(pieces)) return ({ files }) => files.tooMuchText;
    const attachments = new Map<string, Attachment>();
    for (const piece of pieces) {
      for (const file of [piece.file, piece.replied?.file]) {
        if (file === undefined) continue;
        const kept = known.get(file.fileId) ?? this.#keptBefore(piece, file) ??
          await this.#attachment(piece, file);
        if (typeof kept === "function") return kept;
        attachments.set(file.fileId, kept);
      }
    }
    return attachments;
  }

  /** Finds the file of the message that is replied to: it may wait for these very words. */
  #keptBefore({ chatId, repliesTo, replied }: Piece, file: IncomingFile): Attachment | undefined {
    if (repliesTo === undefined || file !== replied?.file) return undefined;
    const sent = this.#sent.find(chatId, repliesTo);
    const fileId = sent?.pieces.find(({ messageId }) => messageId === repliesTo)?.file?.fileId;
    return fileId === undefined ? undefined : sent?.fetched.get(fileId);
  }

  async #attachment(piece: Piece, file: IncomingFile): Promise<Attachment | Refusal> {
    const { name, kind } = file;
    try {
      const bytes = await this.#deps.files.fetch(file, this.#deps.signal);
      const unique = `${piece.messageId}-${name}`;
      const path = await this.#deps.attachments.keep(sessionOf(piece), unique, bytes);
      return { kind, name, path };
    } catch (error) {
      if (!(error instanceof UserFacingError)) throw error;
      const reason = describeError(error);
      this.#deps.log.warn("telegram.file.not-taken", { chat_id: piece.chatId, reason });
      return refusalOf(name, error);
    }
  }

  /** Takes out the bot's own answers that the conversation has anyhow. */
  async #withoutKnownAnswers(pieces: Pieces): Promise<Pieces> {
    const [first, ...others] = pieces;
    if (pieces.every(({ ownAnswer }) => ownAnswer === undefined)) return pieces;
    // The status message says nothing that Codex does not know.
    if (this.#runShownIn(first) !== undefined) return pieces;
    const { session, setAside } = await this.#deps.engine.status(sessionOf(first));
    if (setAside !== undefined) {
      this.#deps.replies.say(first, ({ notices }) => `⚠️ ${notices.sessionSetAside(setAside)}`);
    }
    const known = session.history.filter(({ role }) => role === "assistant")
      .map(({ content }) => content);
    return [
      withoutKnownAnswer(first, known),
      ...others.map((each) => withoutKnownAnswer(each, known)),
    ];
  }

  /** Waits for a full disk; the pieces are stored as updates, so that nothing is lost meanwhile. */
  async #requestOnceStored(
    pieces: Pieces,
    attachments: Fetched,
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
          this.#deps.replies.say(
            pieces[0],
            (texts) => `⚠️ ${texts.notices.cannotStore(reason(texts))}`,
          );
        }
        await clock.sleep(DISK_PAUSE_MS, signal);
      }
    }
  }

  /** @throws {StorageError} when the disk does not take it; nothing has happened then */
  #request(pieces: Pieces, fetched: Fetched): void {
    const own = [...fetched.values()];
    const { requests, waiting } = this.#deps;
    const [first] = pieces;
    const session = sessionOf(first);
    const shown = this.#runShownIn(first);
    // A quoted status message is nothing that Codex has to read.
    const words = visible(requestText(pieces, shown === undefined));
    const steers = pieces.some((piece) => piece.steers === true);
    if (!steers && this.#answer(pieces, fetched)) return;
    const earlier = waiting.of(session).filter(({ path }) =>
      !own.some((file) => file.path === path)
    );
    const attachments = [...earlier, ...own];
    const atWork = this.#deps.engine.queue(session).active?.run.id;
    const sentWith = pieces.every(isForwarded) ? requests.runSentWith(first) : undefined;
    if (!steers && sentWith !== undefined && this.#join(sentWith, pieces, fetched)) return;
    const isForRunning = steers ||
      (atWork !== undefined && (shown === atWork || sentWith === atWork));
    if (words === "" && !isForRunning) {
      this.#sent.remember({ pieces, earlier: [], fetched });
      return this.#keep(first, own);
    }
    const runId = isForRunning
      ? requests.steer(first, words, attachments)
      : requests.submit(first, words, attachments).id;
    this.#sent.remember({ runId, pieces, earlier, fetched });
    if (waiting.of(session).length > 0) waiting.clear(session);
  }

  /** Makes the pieces a part of a request that has not begun. @returns false when it has */
  #join(runId: string, added: Pieces, fetched: Fetched): boolean {
    const request = this.#sent.ofRun(runId);
    if (request === undefined) return false;
    // Its routing is repeated.
    if (request.pieces.some(({ messageId }) => messageId === added[0].messageId)) return true;
    const pieces: Pieces = [...request.pieces, ...added];
    if (isTooLong(pieces)) return false;
    const whole = { ...request, pieces, fetched: new Map([...request.fetched, ...fetched]) };
    const prompt = visible(requestText(pieces));
    const attachments = [...whole.earlier, ...whole.fetched.values()];
    const files = attachments.length === 0 ? {} : { attachments };
    const [first] = added;
    if (!this.#deps.requests.join(first, runId, { prompt, ...files })) return false;
    this.#sent.remember(whole);
    // The first message of the request stands for all.
    this.#deps.replies.react(first, undefined);
    this.#deps.log.info("telegram.joined", { chat_id: first.chatId, run: runId });
    return true;
  }

  /** Keeps what an answer to a question cannot take along for the next request, and says so. */
  #answer(pieces: Pieces, fetched: Fetched): boolean {
    const [first] = pieces;
    const words = visible(requestText(pieces, false));
    // What a plan shall be changed to needs no reply, as in the router.
    const isTyped = first.typedLength !== undefined && !pieces.some(isForwarded);
    if (words === "" || (first.repliesTo === undefined && !isTyped)) return false;
    const unused = this.#deps.answers.take(first, words, [...fetched.values()]);
    if (unused !== undefined && unused.length > 0) this.#keep(first, unused);
    return unused !== undefined;
  }

  /** Forgets files that waited for a request, and that an edit has replaced. */
  #stopWaiting(piece: Piece, replaced: readonly Attachment[]): void {
    const { waiting } = this.#deps;
    const session = sessionOf(piece);
    const all = waiting.of(session);
    const left = all.filter(({ path }) => !replaced.some((file) => file.path === path));
    if (left.length === all.length) return;
    waiting.clear(session);
    waiting.add(session, left);
  }

  /** Keeps files that came without words for the next request. */
  #keep(first: Piece, attachments: readonly Attachment[]): void {
    if (attachments.length === 0) {
      return this.#deps.replies.say(first, ({ refusals }) => refusals.emptyText);
    }
    this.#deps.waiting.add(sessionOf(first), attachments);
    const names = attachments.map(({ name }) => name);
    this.#deps.replies.say(first, ({ files }) => `📎 ${files.kept(names.join(", "))}`, "kept");
  }

  #refuse([first]: Pieces, refusal: Refusal): void {
    this.#deps.replies.react(first, undefined);
    this.#deps.replies.say(
      first,
      (texts) => `⚠️ ${refusal(texts)} ${texts.files.nothingStarted}`,
      "refused",
    );
  }

  /** Finds the run whose status message is replied to. */
  #runShownIn({ chatId, repliesTo }: Piece): string | undefined {
    if (repliesTo === undefined) return undefined;
    return this.#deps.statusMessages.runOf(chatId, repliesTo);
  }
}

/** @returns an empty text for one of which nothing can be seen */
function visible(text: string): string {
  return isVisible(text) ? text.trim() : "";
}

/** Nothing of the message itself reaches Codex. */
function isEmpty({ text, quoted = "", omitted, forwarded }: Piece): boolean {
  return omitted !== undefined && text.trim() === "" &&
    (forwarded !== true || quoted.trim() === "");
}

function writtenOnly({ speech, replied, ...rest }: Piece): Piece {
  return {
    ...rest,
    ...withoutSpeech(speech === undefined ? {} : { speech }),
    ...(replied === undefined ? {} : { replied: withoutSpeech(replied) }),
  };
}

function isForwarded({ forwarded }: Piece): boolean {
  return forwarded === true;
}

function refusalOf(name: string, error: UserFacingError): Refusal {
  if (!(error instanceof DownloadError)) {
    return (texts) => texts.files.notKept(name, errorText(error, texts));
  }
  return ({ files }) => files.notFetched[error.kind](name);
}
