/**
 * Puts together what belongs together though it arrives in pieces: the messages of an album, the
 * parts into which a client cuts a long text, several forwarded messages, words right behind a file.
 *
 * What stands for itself is never delayed, unless something of the same session is still on its way:
 * requests keep their order. Nothing is lost with the process, as the pieces count as unhandled
 * until they have become a request.
 */
import type { Clock } from "../../core/clock.ts";
import { sessionId } from "../../core/session/session.ts";
import type { Inbound } from "../inbound.ts";
import { type Person, sessionOf } from "../person.ts";
import type { Remainder } from "../update_queue.ts";

export type Piece = Inbound & { readonly kind: "text" } & Person;
/** In the order in which they arrived. */
export type Pieces = readonly [Piece, ...Piece[]];
type Fate = Awaited<Remainder["ended"]>;

export interface GatheringDependencies {
  readonly clock: Clock;
  /** When nothing has come for so long, in milliseconds, everything has. */
  readonly quietMs: number;
  /** Leaves for the next start whatever is not finished. */
  readonly signal: AbortSignal;
  /** The first of several pieces has arrived. */
  readonly opened: (piece: Piece) => void;
  /** Makes a request of the pieces; may take as long as their files do. */
  readonly finish: (pieces: Pieces) => Promise<Fate>;
}

interface Member {
  readonly piece: Piece;
  readonly fate: PromiseWithResolvers<Fate>;
}

interface Bundle {
  readonly members: [Member, ...Member[]];
  /** When its last piece arrived, in milliseconds of the monotonic clock. */
  lastAt: number;
}

/** Clients cut texts at 4,096 characters, and may look for a good place before that. */
const LONG_TEXT = 3_500;

export class MessageBatcher {
  readonly #deps: GatheringDependencies;
  readonly #open = new Map<string, Bundle>();
  /** For each session: what is being finished, the last of it. */
  readonly #lines = new Map<string, Promise<void>>();

  constructor(deps: GatheringDependencies) {
    this.#deps = deps;
  }

  /** Whether the message is a piece of what its sender is sending, even if it names nobody. */
  awaits(piece: Piece): boolean {
    const last = this.#open.get(idOf(piece))?.members.at(-1)?.piece;
    if (last === undefined) return false;
    return piece.albumId === undefined ? isLong(last) : piece.albumId === last.albumId;
  }

  /** @returns undefined when the message stands for itself and nothing is in front of it */
  add(piece: Piece): Remainder | undefined {
    const id = idOf(piece);
    const member = { piece, fate: Promise.withResolvers<Fate>() };
    const bundle = this.#open.get(id);
    if (bundle !== undefined) {
      bundle.members.push(member);
      bundle.lastAt = this.#deps.clock.monotonic();
    } else if (isPart(piece)) {
      this.#deps.opened(piece);
      void this.#gather(id, member); // never rejects
    } else if (this.#lines.has(id)) {
      this.#deps.opened(piece);
      this.#lineUp(id, [member]);
    } else return undefined;
    return { ended: member.fate.promise };
  }

  async #gather(id: string, first: Member): Promise<void> {
    const { clock, quietMs, signal } = this.#deps;
    const bundle: Bundle = { members: [first], lastAt: clock.monotonic() };
    this.#open.set(id, bundle);
    for (;;) {
      const leftMs = bundle.lastAt + quietMs - clock.monotonic();
      if (leftMs <= 0 || signal.aborted) break;
      await clock.sleep(leftMs, signal).catch(() => {
        // Aborted: the loop sees it and ends.
      });
    }
    this.#open.delete(id);
    this.#lineUp(id, bundle.members);
  }

  #lineUp(id: string, members: Bundle["members"]): void {
    const before = this.#lines.get(id) ?? Promise.resolve();
    const ended = before.then(() => this.#finish(members)).finally(() => {
      if (this.#lines.get(id) === ended) this.#lines.delete(id);
    });
    this.#lines.set(id, ended);
  }

  /** Never rejects: the pieces are told. */
  async #finish(members: Bundle["members"]): Promise<void> {
    const { signal, finish } = this.#deps;
    const [first, ...others] = members;
    // The last one first: if the process ends within this, the first is still there to be known by.
    const told = members.toReversed();
    try {
      const fate = signal.aborted
        ? "left"
        : await finish([first.piece, ...others.map(({ piece }) => piece)]);
      for (const member of told) member.fate.resolve(fate);
    } catch (error) {
      for (const member of told) member.fate.reject(error);
    }
  }
}

/** Whether more may follow, or was sent before without words of its own. */
function isPart(piece: Piece): boolean {
  return piece.file !== undefined || piece.forwarded === true || isLong(piece);
}

function isLong({ text, file }: Piece): boolean {
  return file === undefined && text.length >= LONG_TEXT;
}

function idOf(piece: Piece): string {
  return sessionId(sessionOf(piece));
}
