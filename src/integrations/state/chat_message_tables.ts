/** Keeps what later processes have to know of single messages: offers on edits, and who wrote what. */
import { z } from "../../core/schema.ts";
import type { Attachment } from "../../core/chat/attachment.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { StateDatabase } from "./database.ts";
import { attachment } from "./run_rows.ts";

/** What the button under an edit does, and with which words. */
interface KeptOffer {
  readonly use: "steer" | "resubmit";
  readonly userId: number;
  readonly runId: string;
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

const offer = z.object({
  use: z.enum(["steer", "resubmit"]),
  userId: z.number(),
  runId: z.string(),
  text: z.string(),
  attachments: z.array(attachment),
});

/** A button that was left alone for so long is forgotten, with the words behind it. */
const OFFER_LIFETIME_MS = 7 * 24 * 3_600_000;
const MOST_OFFERS = 200;

/** The offers to use an edit, in the table `edit_offers`, by chat and edited message. */
export class EditOfferTable {
  readonly #database: StateDatabase;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(database: StateDatabase, clock: Clock, log: Log) {
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
  }

  keep(chatId: number, messageId: number, kept: KeptOffer): void {
    this.#quietly(() =>
      this.#database.run(
        `INSERT OR REPLACE INTO edit_offers (chat_id, message_id, offer, created_at)
         VALUES (?, ?, ?, ?)`,
        chatId,
        messageId,
        JSON.stringify(kept),
        this.#clock.now().toISOString(),
      )
    );
  }

  find(chatId: number, messageId: number): KeptOffer | undefined {
    return this.#quietly(() => {
      const row = this.#database.get(
        "SELECT offer FROM edit_offers WHERE chat_id = ? AND message_id = ?",
        chatId,
        messageId,
      );
      return row === undefined ? undefined : offer.parse(JSON.parse(String(row.offer)));
    });
  }

  forget(chatId: number, messageId: number): void {
    this.#quietly(() =>
      this.#database.run(
        "DELETE FROM edit_offers WHERE chat_id = ? AND message_id = ?",
        chatId,
        messageId,
      )
    );
  }

  prune(): void {
    const oldest = new Date(this.#clock.now().getTime() - OFFER_LIFETIME_MS).toISOString();
    this.#database.run(
      `DELETE FROM edit_offers WHERE created_at <= ? OR rowid NOT IN
         (SELECT rowid FROM edit_offers ORDER BY created_at DESC, rowid DESC LIMIT ?)`,
      oldest,
      MOST_OFFERS,
    );
  }

  /** Only logs failures: an offer that is not kept works until the program ends. */
  #quietly<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#log.warn("edit-offer.not-kept", { error: describeError(error) });
      return undefined;
    }
  }
}

/** Enough for what people still reply to. */
const MOST_MESSAGES = 1_000;

/** The messages that the program wrote by itself, in the table `program_messages`; no text. */
export class ProgramMessageTable {
  readonly #database: StateDatabase;
  readonly #log: Log;

  constructor(database: StateDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  remember(chatId: number, messageId: number): void {
    this.#quietly(() =>
      this.#database.run(
        "INSERT OR IGNORE INTO program_messages (chat_id, message_id) VALUES (?, ?)",
        chatId,
        messageId,
      )
    );
  }

  has(chatId: number, messageId: number): boolean {
    return this.#quietly(() =>
      this.#database.get(
        "SELECT 1 FROM program_messages WHERE chat_id = ? AND message_id = ?",
        chatId,
        messageId,
      )
    ) !== undefined;
  }

  prune(): void {
    this.#database.run(
      `DELETE FROM program_messages WHERE rowid NOT IN
         (SELECT rowid FROM program_messages ORDER BY rowid DESC LIMIT ?)`,
      MOST_MESSAGES,
    );
  }

  /** Only logs failures: what is not known is taken for an answer of Codex. */
  #quietly<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#log.warn("program-message.not-kept", { error: describeError(error) });
      return undefined;
    }
  }
}
