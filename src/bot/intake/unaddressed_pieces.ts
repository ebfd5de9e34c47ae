/**
 * Finds what belongs to a request in a group though it does not name the bot: the other messages of an
 * album or of a long text, what is forwarded together with a comment, and an edit of any of them.
 */
import { sessionId } from "../../core/session/session.ts";
import type { Gate } from "../gate.ts";
import type { Inbound } from "../inbound.ts";
import type { Requests } from "../requests.ts";
import { sessionOf } from "../sender.ts";
import type { Piece } from "./message_batcher.ts";
import type { RequestAssembler } from "./request_assembler.ts";

interface UnaddressedPiecesDependencies {
  readonly gate: Pick<Gate, "admits">;
  readonly assembler: Pick<RequestAssembler, "awaits" | "knows">;
  readonly requests: Pick<Requests, "sentTogether">;
}

export class UnaddressedPieces {
  readonly #deps: UnaddressedPiecesDependencies;
  /** Of each session the newest album, or long text, of which no message has named the bot. */
  readonly #kept = new Map<string, readonly Piece[]>();

  constructor(deps: UnaddressedPiecesDependencies) {
    this.#deps = deps;
  }

  /** Makes what belongs to a request a message for the bot; keeps what may turn out to belong to one. */
  accept(inbound: Inbound): Inbound {
    const { assembler, requests, gate } = this.#deps;
    if (inbound.kind === "edited" && inbound.unaddressed === true) {
      const { unaddressed: _without, ...edited } = inbound;
      // Without the mention it is still the message of its request.
      return assembler.knows(edited) ? edited : inbound;
    }
    if (inbound.kind !== "text" || inbound.unaddressed !== true) return inbound;
    const { unaddressed: _unaddressed, userId, ...message } = inbound;
    if (userId === undefined) return inbound;
    const piece = { ...message, userId };
    if (assembler.awaits(piece)) return piece;
    if (piece.forwarded === true && requests.sentTogether(piece)) return piece;
    // Where every text is work it is taken as it is.
    if (gate.admits(piece) && !gate.admits(inbound)) this.#keep(piece);
    return inbound;
  }

  /** Takes out what came before of the same album or text: any of its messages may name the bot. */
  takeEarlier(piece: Piece): readonly Piece[] {
    const id = sessionId(sessionOf(piece));
    const kept = this.#kept.get(id) ?? [];
    if (!continues(piece, kept)) return [];
    this.#kept.delete(id);
    return kept;
  }

  #keep(piece: Piece): void {
    if (piece.albumId === undefined && piece.typedLength === undefined) return;
    const id = sessionId(sessionOf(piece));
    const kept = this.#kept.get(id) ?? [];
    const others = continues(piece, kept) ? kept : [];
    this.#kept.set(id, [...others.filter(({ messageId }) => messageId !== piece.messageId), piece]);
  }
}

/** The most between two parts into which a client cuts a text. */
const CUT_WITHIN_SECONDS = 2;

function continues(piece: Piece, kept: readonly Piece[]): boolean {
  const last = kept.at(-1);
  if (last === undefined || last.albumId !== piece.albumId) return false;
  return piece.albumId !== undefined ||
    (piece.sentAt ?? NaN) - (last.sentAt ?? NaN) <= CUT_WITHIN_SECONDS;
}
