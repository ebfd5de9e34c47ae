/**
 * Brings edits of messages to their requests: one that waits gets the new words, one that runs may
 * be told of them, one that has ended may be run again. An edit that changes no word says nothing.
 */
import type { Attachment } from "../../core/chat/attachment.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Engine, SteerRefusal } from "../../core/run/engine.ts";
import type { LastRequest, Run } from "../../core/run/run.ts";
import type { Texts } from "../../texts/texts.ts";
import { failureText } from "../../texts/trouble_texts.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { isVisible } from "../render/clean_text.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Replies } from "../replies.ts";
import type { Requests } from "../requests.ts";
import { type Person, sessionOf } from "../sender.ts";
import type { Piece, Pieces } from "./message_batcher.ts";
import { isTooLong, requestText } from "./request_text.ts";
import { type SentRequest, type SentRequests, withEdited } from "./sent_requests.ts";

/** Files of a request, by the ids under which Telegram has them. */
export type Fetched = ReadonlyMap<string, Attachment>;
/** Says why the pieces became no request, in the person's language. */
export type Refusal = (texts: Texts) => string;

export interface EditsDependencies {
  readonly engine: Pick<Engine, "queue" | "rewordRun" | "steerRefusal">;
  readonly requests: Pick<Requests, "submit" | "steer">;
  readonly replies: Pick<Replies, "say" | "send" | "replace" | "textsFor">;
  readonly outbox: Pick<Outbox, "answerCallback" | "send">;
  readonly offers: EditOffers;
  readonly log: Log;
  readonly sent: Pick<SentRequests, "find" | "remember">;
  /** @param replaced files that these pieces no longer have */
  readonly resubmit: (pieces: Pieces, fetched: Fetched, replaced: readonly Attachment[]) => void;
  readonly attach: (pieces: Pieces, known: Fetched) => Promise<Fetched | Refusal>;
}

export interface EditPress extends Person {
  readonly queryId: string;
  readonly data: string;
  readonly texts: Texts;
}

/** What pressing a button does with an edit. */
export interface EditOffer {
  readonly use: "steer" | "resubmit";
  readonly userId: number;
  /** The run that has the earlier words. */
  readonly runId: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** Keeps offers across restarts, by chat and edited message. No method throws. */
export interface EditOffers {
  keep(chatId: number, messageId: number, offer: EditOffer): void;
  find(chatId: number, messageId: number): EditOffer | undefined;
  forget(chatId: number, messageId: number): void;
}

/** `e:<message>`: use the edit of that message of the chat. */
const PRESSED = /^e:(\d+)$/;
const CHANGED = "The person edited the request. It now reads:";

export class Edits {
  readonly #deps: EditsDependencies;

  constructor(deps: EditsDependencies) {
    this.#deps = deps;
  }

  /** Tells whether the edited message belongs to a request that is known. */
  concerns(edited: Piece): boolean {
    return this.#sentRequest(edited) !== undefined || this.#storedRun(edited) !== undefined;
  }

  /** Says that a message that has become a command is not run. */
  refuseCommand(edited: Person): void {
    const isRequest = this.#storedRun(edited) !== undefined;
    this.#once(edited, ({ command, unchanged }) => isRequest ? `${command} ${unchanged}` : command);
  }

  /** Says that an edit has no effect: its request is forgotten, or the message was none. */
  refuseUnknown(edited: Person): void {
    this.#once(edited, ({ unknown }) => unknown);
  }

  /** Says why an edit is not used; its request stays as it is. */
  refuse(edited: Piece, refusal: Refusal): void {
    this.#deps.replies.say(
      edited,
      (texts) => `⚠️ ${refusal(texts)} ${texts.files.edited.unchanged}`,
      "edited",
    );
  }

  async apply(sentNow: Piece): Promise<void> {
    const sent = this.#sentRequest(sentNow);
    const before = sent ?? this.#storedRequest(sentNow);
    if (before === undefined) return;
    const edited = withoutKnown(sentNow, before, sent !== undefined);
    const pieces = withEdited(before.pieces, edited);
    if (!isChanged(before.pieces, pieces)) return;
    const words = requestText(pieces).trim();
    if (!isVisible(words) && before.runId !== undefined) {
      return this.#quietly(edited, ({ empty }) => empty);
    }
    if (isTooLong(pieces)) return this.refuse(edited, ({ files }) => files.tooMuchText);
    const fetched = await this.#deps.attach(pieces, before.fetched);
    if (typeof fetched === "function") return this.refuse(edited, fetched);
    if (before.runId === undefined) {
      const replaced = [...before.fetched].filter(([id]) => !fetched.has(id));
      return this.#deps.resubmit(pieces, fetched, replaced.map(([, file]) => file));
    }
    const request = requestOf(words, [...before.earlier, ...fetched.values()]);
    const { engine, sent: known } = this.#deps;
    const isReplaced = engine.rewordRun(sessionOf(edited), before.runId, request);
    known.remember({ ...before, pieces, fetched });
    if (isReplaced) return this.#quietly(edited, ({ replaced }) => replaced);
    this.#offer(edited, before.runId, words, [...fetched.values()]);
  }

  /** Handles a press on an offer. @returns false when it is another button */
  press(press: EditPress): boolean {
    const digits = PRESSED.exec(press.data)?.[1];
    if (digits === undefined) return false;
    const messageId = Number(digits);
    const offer = this.#deps.offers.find(press.chatId, messageId);
    const { refusals, files: { edited } } = press.texts;
    if (offer === undefined) return this.#answer(press, edited.forgotten);
    if (offer.userId !== press.userId) return this.#answer(press, refusals.notYours);
    try {
      const done = this.#use(press, messageId, offer);
      this.#deps.offers.forget(press.chatId, messageId);
      this.#deps.replies.replace(press, plainText(`✓ ${edited[done]}`));
      return this.#answer(press, undefined);
    } catch (error) {
      this.#deps.log.error("telegram.button.failed", { error: describeError(error) });
      return this.#answer(press, failureText(error, press.texts));
    }
  }

  /** @throws {StorageError} when the disk does not take it; nothing has happened then */
  #use(press: EditPress, messageId: number, offer: EditOffer): "replaced" | "again" | "sent" {
    const { engine, requests, sent } = this.#deps;
    const { text, attachments, runId } = offer;
    // A request of its own: the update of the message has made one already.
    const sender = { ...press, messageId };
    // The program may have been started anew: the run waits, or is on hold, since then.
    if (engine.rewordRun(sessionOf(press), runId, requestOf(text, attachments))) return "replaced";
    if (offer.use === "resubmit") {
      const run = requests.submit(sender, text, attachments);
      const known = sent.find(press.chatId, messageId);
      if (known !== undefined) sent.remember({ ...known, runId: run.id, earlier: [] });
      return "again";
    }
    requests.steer(sender, `${CHANGED}\n\n${text}`, attachments);
    return "sent";
  }

  #answer({ queryId }: EditPress, text: string | undefined): true {
    void this.#deps.outbox.answerCallback(queryId, text);
    return true;
  }

  #sentRequest({ chatId, messageId }: Piece): SentRequest | undefined {
    return this.#deps.sent.find(chatId, messageId);
  }

  /** Finds a run, also of an earlier process, by the first of its messages. */
  #storedRun(edited: Person): Run | undefined {
    const { active, waiting, awaitingConfirmation } = this.#deps.engine.queue(sessionOf(edited));
    const runs = [
      ...waiting,
      ...awaitingConfirmation,
      ...(active === undefined ? [] : [active.run]),
    ];
    return runs.find(({ origin }) =>
      origin.messageId === edited.messageId && origin.chatId === String(edited.chatId)
    );
  }

  #storedRequest(edited: Piece): SentRequest | undefined {
    const run = this.#storedRun(edited);
    if (run === undefined) return undefined;
    // A long text, or an album, had other messages that are not known any more.
    if (edited.typedLength !== undefined || edited.albumId !== undefined) {
      if (!run.prompt.includes(edited.text.trim())) {
        this.#quietly(edited, ({ partsForgotten }) => partsForgotten);
      }
      return undefined;
    }
    const { quoted: _quoted, ownAnswer: _answer, ...plain } = withoutFiles(edited);
    return {
      runId: run.id,
      pieces: [{ ...plain, text: run.prompt }],
      earlier: run.attachments ?? [],
      fetched: new Map(),
    };
  }

  #offer(edited: Piece, runId: string, text: string, attachments: readonly Attachment[]): void {
    const { engine, replies, offers } = this.#deps;
    const { chatId, messageId, userId } = edited;
    const isRunning = engine.queue(sessionOf(edited)).active?.run.id === runId;
    const refusal = isRunning ? engine.steerRefusal(sessionOf(edited)) : undefined;
    // Before its first turn, and between two, it can only be offered for the next one.
    if (refusal !== undefined && refusal !== "ended") {
      return this.#quietly(edited, (texts) => refusalText(refusal, texts));
    }
    const use = isRunning ? "steer" as const : "resubmit" as const;
    const open = offers.find(chatId, messageId);
    offers.keep(chatId, messageId, { use, userId, runId, text, attachments });
    // One offer for a message, however often it is edited.
    if (open?.use === use) return;
    const { running, send, ended, again } = replies.textsFor(edited).files.edited;
    const label = isRunning ? send : again;
    const buttons = [[{ label, data: `e:${messageId}` }]];
    const said = plainText(isRunning ? running : ended);
    replies.send(edited, { ...said, silent: true, buttons }, "edited");
  }

  /** Says it once, however often the message is edited. */
  #once(edited: Person, sentence: (texts: Texts["files"]["edited"]) => string): void {
    const { outbox, replies } = this.#deps;
    const { chatId, messageId: replyTo, topicId } = edited;
    // void: deliveries never reject.
    void outbox.send({
      chatId,
      replyTo,
      key: `edited:${chatId}:${replyTo}`,
      silent: true,
      content: plainText(sentence(replies.textsFor(edited).files.edited)),
      ...(topicId === undefined ? {} : { topicId }),
    }, "reply");
  }

  #quietly(edited: Piece, sentence: (texts: Texts["files"]["edited"]) => string): void {
    const { replies } = this.#deps;
    const text = sentence(replies.textsFor(edited).files.edited);
    replies.send(edited, { ...plainText(text), silent: true }, "edited");
  }
}

function requestOf(prompt: string, attachments: readonly Attachment[]): LastRequest {
  return attachments.length === 0 ? { prompt } : { prompt, attachments };
}

function withoutFiles({ file: _file, replied: _replied, ...rest }: Piece): Piece {
  return rest;
}

/** Takes out of an edit what its request left out, or has already. */
function withoutKnown(edited: Piece, { pieces }: SentRequest, hasFiles: boolean): Piece {
  const piece = hasFiles ? edited : withoutFiles(edited);
  const { ownAnswer, ...rest } = piece;
  if (ownAnswer === undefined) return piece;
  const was = pieces.find(({ messageId }) => messageId === edited.messageId);
  const isUsed = was?.ownAnswer !== undefined || was?.text.includes(ownAnswer) === true;
  return isUsed ? piece : rest;
}

function refusalText(
  refusal: Exclude<SteerRefusal, "ended">,
  texts: Texts["files"]["edited"],
): string {
  return refusal === "backend" ? texts.cannotSend : texts.inReview;
}

/** Telegram also reports edits that change neither words nor files. */
function isChanged(before: Pieces, after: Pieces): boolean {
  return essenceOf(before) !== essenceOf(after);
}

function essenceOf(pieces: Pieces): string {
  const files = pieces.flatMap(({ file, replied }) => [file?.fileId, replied?.file?.fileId]);
  return JSON.stringify([requestText(pieces).trim(), files]);
}
