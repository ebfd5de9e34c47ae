/**
 * Brings edits of messages to their requests: one that waits gets the new words, one that runs may
 * be told of them, one that has ended may be run again. An edit that changes no word says nothing.
 */
import { type Attachment, promptWithAttachments } from "../../core/chat/attachment.ts";
import type { Engine, SteerRefusal } from "../../core/run/engine.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Replies } from "../replies.ts";
import type { Requests } from "../requests.ts";
import { type Person, sessionOf } from "../sender.ts";
import type { Piece, Pieces } from "./message_batcher.ts";
import { isTooLong, requestText } from "./request_text.ts";
import { type SentRequest, withEdited } from "./sent_requests.ts";

/** Files of a request, by the ids under which Telegram has them. */
export type Fetched = ReadonlyMap<string, Attachment>;
/** Says why the pieces became no request, in the person's language. */
export type Refusal = (texts: Texts) => string;

export interface EditsDependencies {
  readonly engine: Pick<Engine, "queue" | "rewordRun" | "steerRefusal">;
  readonly requests: Pick<Requests, "steer">;
  readonly replies: Pick<Replies, "say" | "send" | "textsFor">;
  readonly outbox: Pick<Outbox, "answerCallback" | "edit">;
  readonly remember: (request: SentRequest) => void;
  readonly resubmit: (pieces: Pieces, fetched: Fetched) => void;
  readonly attach: (pieces: Pieces, known: Fetched) => Promise<Fetched | Refusal>;
}

export interface EditPress extends Person {
  readonly queryId: string;
  readonly data: string;
  readonly texts: Texts;
}

/** What pressing a button does with an edit. */
interface Offer {
  readonly use: "steer" | "resubmit";
  readonly userId: number;
  readonly runId: string;
  pieces: Pieces;
  fetched: Fetched;
}

/** Offers that are remembered. */
const MOST_OFFERS = 200;
/** `e:<message>`: use the edit of that message of the chat. */
const PRESSED = /^e:(\d+)$/;
const CHANGED = "The person edited the request. It now reads:";

export class Edits {
  readonly #deps: EditsDependencies;
  /** By chat and edited message. */
  readonly #offers = new Map<string, Offer>();

  constructor(deps: EditsDependencies) {
    this.#deps = deps;
  }

  /** @param sent the request of the message, where this process made it */
  async apply(sentNow: Piece, sent: SentRequest | undefined): Promise<void> {
    const before = sent ?? this.#storedRequest(sentNow);
    if (before === undefined) return;
    const edited = withoutKnown(sentNow, before, sent !== undefined);
    const pieces = withEdited(before.pieces, edited);
    const words = requestText(pieces).trim();
    if (words === "" || !isChanged(before.pieces, pieces)) return;
    const fetched = await this.#deps.attach(pieces, before.fetched);
    if (typeof fetched === "function" || isTooLong(pieces)) {
      return this.#deps.replies.say(edited, (texts) => `⚠️ ${this.#why(fetched, texts)}`, "edited");
    }
    if (before.runId === undefined) return this.#deps.resubmit(pieces, fetched);
    const attachments = [...before.earlier, ...fetched.values()];
    const request = attachments.length === 0 ? { prompt: words } : { prompt: words, attachments };
    if (this.#deps.engine.rewordRun(sessionOf(edited), before.runId, request)) {
      this.#deps.remember({ ...before, pieces, fetched });
      return this.#quietly(edited, ({ replaced }) => replaced);
    }
    this.#offer(edited, before.runId, pieces, fetched);
  }

  /** Handles a press on an offer. @returns false when it is another button */
  press(press: EditPress): boolean {
    const messageId = PRESSED.exec(press.data)?.[1];
    if (messageId === undefined) return false;
    const key = `${press.chatId}:${messageId}`;
    const offer = this.#offers.get(key);
    const { refusals, files: { edited } } = press.texts;
    if (offer === undefined) return this.#answer(press, refusals.staleButton);
    if (offer.userId !== press.userId) return this.#answer(press, refusals.notYours);
    this.#offers.delete(key);
    const [first] = offer.pieces;
    // A request of its own: the update of the message has made one already.
    const sender = { ...first, updateId: press.updateId };
    this.#deps.remember({ ...offer, earlier: [] });
    if (offer.use === "resubmit") {
      this.#deps.resubmit([sender, ...offer.pieces.slice(1)], offer.fetched);
    } else {
      const text = `${CHANGED}\n\n${requestText(offer.pieces).trim()}`;
      this.#deps.requests.steer(sender, promptWithAttachments(text, [...offer.fetched.values()]));
    }
    // void: deliveries never reject, and the outbox logs its failures.
    void this.#deps.outbox.edit({
      chatId: press.chatId,
      messageId: press.messageId,
      content: plainText(`✓ ${offer.use === "steer" ? edited.sent : edited.again}`),
    }, "reply");
    return this.#answer(press, undefined);
  }

  #answer({ queryId }: EditPress, text: string | undefined): true {
    void this.#deps.outbox.answerCallback(queryId, text);
    return true;
  }

  #why(fetched: Fetched | Refusal, texts: Texts): string {
    return typeof fetched === "function" ? fetched(texts) : texts.files.tooMuchText;
  }

  /** Finds a request of an earlier process by its only message. */
  #storedRequest(edited: Piece): SentRequest | undefined {
    const { active, waiting, awaitingConfirmation } = this.#deps.engine.queue(sessionOf(edited));
    const runs = [
      ...waiting,
      ...awaitingConfirmation,
      ...(active === undefined ? [] : [active.run]),
    ];
    const run = runs.find(({ origin }) =>
      origin.messageId === edited.messageId && origin.chatId === String(edited.chatId)
    );
    // A long text, or an album, had other messages that are not known any more.
    if (run === undefined || edited.typedLength !== undefined || edited.albumId !== undefined) {
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

  #offer(edited: Piece, runId: string, pieces: Pieces, fetched: Fetched): void {
    const { engine, replies } = this.#deps;
    const isRunning = engine.queue(sessionOf(edited)).active?.run.id === runId;
    const refusal = isRunning ? engine.steerRefusal(sessionOf(edited)) : undefined;
    if (refusal !== undefined) return this.#quietly(edited, (texts) => refusalText(refusal, texts));
    const key = `${edited.chatId}:${edited.messageId}`;
    const use = isRunning ? "steer" as const : "resubmit" as const;
    const open = this.#offers.get(key);
    // One offer for a message, however often it is edited.
    if (open?.use === use) return void Object.assign(open, { pieces, fetched });
    this.#offers.set(key, { use, userId: edited.userId, runId, pieces, fetched });
    const [oldest] = this.#offers.keys();
    if (this.#offers.size > MOST_OFFERS && oldest !== undefined) this.#offers.delete(oldest);
    const { running, send, ended, again } = replies.textsFor(edited).files.edited;
    const label = isRunning ? send : again;
    const buttons = [[{ label, data: `e:${edited.messageId}` }]];
    const said = plainText(isRunning ? running : ended);
    replies.send(edited, { ...said, silent: true, buttons }, "edited");
  }

  #quietly(edited: Piece, sentence: (texts: Texts["files"]["edited"]) => string): void {
    const { replies } = this.#deps;
    const text = sentence(replies.textsFor(edited).files.edited);
    replies.send(edited, { ...plainText(text), silent: true }, "edited");
  }
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

function refusalText(refusal: SteerRefusal, texts: Texts["files"]["edited"]): string {
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
