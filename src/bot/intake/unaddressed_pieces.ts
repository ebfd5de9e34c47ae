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
  /** The newest album of each session of which no message has named the bot. */
  readonly #albums = new Map<string, readonly Piece[]>();

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
    if (gate.admits(piece)) this.#keep(piece);
    return inbound;
  }

  /** Takes out what came before of the same album: a client may put the caption below any of it. */
  takeEarlier(piece: Piece): readonly Piece[] {
    const id = sessionId(sessionOf(piece));
    const album = this.#albums.get(id) ?? [];
    if (piece.albumId === undefined || album[0]?.albumId !== piece.albumId) return [];
    this.#albums.delete(id);
    return album;
  }

  #keep(piece: Piece): void {
    if (piece.albumId === undefined) return;
    const id = sessionId(sessionOf(piece));
    const others = (this.#albums.get(id) ?? []).filter(({ albumId, messageId }) =>
      albumId === piece.albumId && messageId !== piece.messageId
    );
    this.#albums.set(id, [...others, piece]);
  }
}
