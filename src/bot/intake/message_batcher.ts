/**
 * Collects the messages that make one request: those of an album, the parts into which a client
 * cuts a long text, several forwarded messages, words right after a file.
 *
 * A message that is a request of its own is not delayed, unless an earlier one of the session is
 * still being collected or fetched: requests keep their order. A crash loses nothing, as the
 * messages count as unhandled until they have become a request.
 */
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { KeyedQueue } from "../../core/keyed_queue.ts";
import { sessionId } from "../../core/session/session.ts";
import type { TextMessage } from "../inbound.ts";
import { type Person, sessionOf } from "../sender.ts";
import type { Remainder } from "../update_queue.ts";

export type Piece = TextMessage & Person & {
  /** Goes to the running request, as /steer has it. */
  readonly steers?: true;
  /** What it replies to is what the program said by itself, such as the answer to a command. */
  readonly isProgramSaid?: true;
  /** Runs the command that begins the text, with all the words behind it. */
  readonly runCommand?: (args: string) => Promise<void>;
};
/** In order of arrival. */
export type Pieces = readonly [Piece, ...Piece[]];
type Outcome = Awaited<Remainder["ended"]>;

interface MessageBatcherDependencies {
  readonly clock: Clock;
  /** How long to wait for the next piece, in milliseconds. */
  readonly quietMs: number;
  /** Aborts the collecting; unfinished messages are left for the next start. */
  readonly signal: AbortSignal;
  /** Called for the first piece of a request that has to wait. */
  readonly opened: (piece: Piece) => void;
  /** Called for what becomes a part of a request that another message has begun. */
  readonly joined: (piece: Piece) => void;
  /** Makes a request of the pieces, which may take as long as fetching their files. */
  readonly finish: (pieces: Pieces) => Promise<Outcome>;
}

interface Member {
  readonly piece: Piece;
  readonly outcome: PromiseWithResolvers<Outcome>;
}

interface Batch {
  readonly members: [Member, ...Member[]];
  /** When the last piece arrived, in milliseconds of the monotonic clock. */
  lastAt: number;
}

export class MessageBatcher {
  readonly #deps: MessageBatcherDependencies;
  /** The batch that each session is collecting. */
  readonly #open = new Map<string, Batch>();
  /** The requests that each session is finishing, one after another. */
  readonly #finishing = new KeyedQueue<string, () => Promise<void>>((work) => work());

  constructor(deps: MessageBatcherDependencies) {
    this.#deps = deps;
  }

  /** Tells whether the message continues what its sender is sending. */
  awaits(piece: Piece): boolean {
    const last = this.#open.get(idOf(piece))?.members.at(-1)?.piece;
    if (last === undefined) return false;
    return piece.albumId === undefined ? isLong(last) : piece.albumId === last.albumId;
  }

  /** Tells whether what the person sends now becomes a part of what they have begun to send. */
  collects(person: Person): boolean {
    return this.#open.has(idOf(person));
  }

  /** @returns undefined when the message is a whole request and none of the session is before it */
  add(piece: Piece): Remainder | undefined {
    const id = idOf(piece);
    const member = { piece, outcome: Promise.withResolvers<Outcome>() };
    const batch = this.#open.get(id);
    if (batch !== undefined && piece.runCommand === undefined) {
      batch.members.push(member);
      batch.lastAt = this.#deps.clock.monotonic();
      this.#deps.joined(piece);
    } else if (isPart(piece)) {
      this.#deps.opened(piece);
      void this.#collect(id, member); // never rejects
    } else if (this.#finishing.running(id) !== undefined || needsPreparation(piece)) {
      this.#deps.opened(piece);
      this.#finishing.add(id, () => this.#finish([member]));
    } else return undefined;
    return { ended: member.outcome.promise };
  }

  /** Puts the edited message in its place. @returns false when it is not being collected */
  replace(edited: Piece): boolean {
    const members = this.#open.get(idOf(edited))?.members;
    const index = members?.findIndex(({ piece }) => piece.messageId === edited.messageId) ?? -1;
    const member = members?.[index];
    if (members === undefined || member === undefined) return false;
    const { updateId } = member.piece;
    members[index] = { ...member, piece: { ...edited, updateId } };
    return true;
  }

  /** Does the work once everything that the session sent before has become a request. */
  after(piece: Piece, work: () => Promise<Outcome>): Remainder {
    const outcome = Promise.withResolvers<Outcome>();
    this.#finishing.add(idOf(piece), () => work().then(outcome.resolve, outcome.reject));
    return { ended: outcome.promise };
  }

  async #collect(id: string, first: Member): Promise<void> {
    const { clock, quietMs, signal } = this.#deps;
    const batch: Batch = { members: [first], lastAt: clock.monotonic() };
    this.#open.set(id, batch);
    for (;;) {
      const leftMs = batch.lastAt + quietMs - clock.monotonic();
      if (leftMs <= 0 || signal.aborted) break;
      await pause(clock, leftMs, signal);
    }
    // A command does not continue what was sent before it.
    if (this.#open.get(id) === batch) this.#open.delete(id);
    this.#finishing.add(id, () => this.#finish(batch.members));
  }

  /** Never rejects: the outcome of the pieces carries the error. */
  async #finish(members: Batch["members"]): Promise<void> {
    const { signal, finish } = this.#deps;
    const [first, ...others] = members;
    // The first one last: while it is unhandled, a restart recognises the request by its id.
    const told = members.toReversed();
    try {
      const outcome = signal.aborted
        ? "left"
        : await finish([first.piece, ...others.map(({ piece }) => piece)]);
      for (const member of told) member.outcome.resolve(outcome);
    } catch (error) {
      for (const member of told) member.outcome.reject(error);
    }
  }
}

/** Tells whether other messages may belong to it. */
function isPart(piece: Piece): boolean {
  return piece.file !== undefined || piece.albumId !== undefined || piece.forwarded === true ||
    isLong(piece);
}

/** Tells whether something has to be fetched or looked up before it can become a request. */
function needsPreparation({ speech, replied, ownAnswer }: Piece): boolean {
  return speech !== undefined || replied !== undefined || ownAnswer !== undefined;
}

function isLong({ typedLength, file }: Piece): boolean {
  return file === undefined && typedLength !== undefined;
}

function idOf(person: Person): string {
  return sessionId(sessionOf(person));
}
