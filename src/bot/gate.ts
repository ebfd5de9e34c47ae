/** Decides who may use the bot, and where; refuses whatever it does not know. */
import type { Clock } from "../core/clock.ts";
import type { Inbound } from "./inbound.ts";
import type { Sender } from "./sender.ts";
import type { Preferences } from "./preferences.ts";

interface GateSettings {
  readonly allowedUsers: readonly number[];
  /** Groups in which allowed users may work. */
  readonly allowedChats: readonly number[] | Pick<AllowedGroups, "has">;
  /** @default "mention" */
  readonly groupTrigger?: GroupTrigger;
}

/** Which texts in a group are requests: those addressed to the bot, or all of an allowed user. */
export type GroupTrigger = "mention" | "all";

type Verdict =
  | { readonly verdict: "allow"; readonly userId: number }
  /** `tellId` = the id of a person in a private chat, to be told to them now. */
  | { readonly verdict: "refuse"; readonly reason: string; readonly tellId?: number }
  /** What an allowed person sent is another bot's: they are told that it is not taken. */
  | { readonly verdict: "decline"; readonly userId: number }
  /** People of an allowed group talk to each other. */
  | { readonly verdict: "pass-over"; readonly reason: string }
  /** The bot was added to a group that is not on the list. */
  | { readonly verdict: "leave" };

/**
 * Ids that stand for unknown people: an anonymous administrator, a channel, Telegram's own
 * forwarder. They are never let in, whatever the configuration says.
 */
const SHARED_IDS = new Set([1087968824, 136817688, 777000]);
const TELL_AGAIN_MS = 10 * 60 * 1000;
/** Bounds the memory that strangers can fill. */
const MOST_TOLD = 1_000;

export class Gate {
  readonly #users: ReadonlySet<number>;
  readonly #chats: Pick<AllowedGroups, "has">;
  readonly #trigger: GroupTrigger;
  readonly #clock: Clock;
  /** When strangers were told their id, in milliseconds of the monotonic clock. */
  readonly #toldAt = new Map<number, number>();

  constructor(settings: GateSettings, clock: Clock) {
    const { allowedUsers, allowedChats, groupTrigger = "mention" } = settings;
    this.#users = new Set(allowedUsers);
    this.#chats = "has" in allowedChats ? allowedChats : new Set(allowedChats);
    this.#trigger = groupTrigger;
    this.#clock = clock;
  }

  /** Tells whether what the person says is let in; counts nothing. */
  admits(inbound: Sender): boolean {
    const verdict = this.#verdict(inbound);
    return verdict !== "stranger" && verdict.verdict === "allow";
  }

  /** Tells whether what the person asked for there may go on. */
  admitsWork(chatId: number, userId: number): boolean {
    return this.#users.has(userId) && (chatId === userId || this.#chats.has(chatId));
  }

  /** Counts a stranger as told when the verdict has a `tellId`. */
  check(inbound: Exclude<Inbound, { kind: "ignored" }>): Verdict {
    if (inbound.kind === "membership") return this.#checkMembership(inbound, inbound.present);
    if (inbound.kind === "moved") return this.#checkMove(inbound);
    const verdict = this.#verdict(inbound);
    return verdict === "stranger" ? this.#refuseStranger(inbound.chatId) : verdict;
  }

  /** @returns `stranger` for one who writes to the bot in private */
  #verdict(
    { userId, chatId, chatKind, impersonalFields, unaddressed }: Sender,
  ): Verdict | "stranger" {
    if (unaddressed === true && this.#trigger === "mention" && this.#chats.has(chatId)) {
      return { verdict: "pass-over", reason: "it does not speak to the bot" };
    }
    if (userId === undefined) return refuse("nobody is named as the sender");
    if (SHARED_IDS.has(userId)) return refuse("the sender stands for somebody unknown");
    const isForUs = unaddressed !== true;
    if (isForUs && this.#isInline({ userId, chatId, chatKind, impersonalFields })) {
      return { verdict: "decline", userId };
    }
    if (impersonalFields.length > 0) {
      return refuse(`not simply a person: ${impersonalFields.join(", ")}`);
    }
    if (chatKind === "private" && chatId === userId) {
      return this.#users.has(userId) ? { verdict: "allow", userId } : "stranger";
    }
    if (!this.#chats.has(chatId)) return refuse("the chat is not allowed");
    if (!this.#users.has(userId)) return refuse("the user is not allowed");
    return { verdict: "allow", userId };
  }

  /** Tells whether an allowed person sent it here through an inline bot. */
  #isInline(
    { userId, chatId, chatKind, impersonalFields: [field, ...others] }:
      & Pick<Sender, "chatId" | "chatKind" | "impersonalFields">
      & { readonly userId: number },
  ): boolean {
    return field === "via_bot" && others.length === 0 && this.#users.has(userId) &&
      (chatKind === "private" ? chatId === userId : this.#chats.has(chatId));
  }

  /** Lets in that an allowed chat takes the bot again, whoever has seen to it. */
  #checkMembership({ chatId, chatKind, userId }: Sender, present: boolean): Verdict {
    if (!present) return refuse("nothing to do");
    if (chatKind === "private") {
      return this.#users.has(chatId)
        ? { verdict: "allow", userId: chatId }
        : refuse("the user is not allowed");
    }
    return this.#chats.has(chatId)
      ? { verdict: "allow", userId: userId ?? 0 }
      : { verdict: "leave" };
  }

  /** Trusts a move whoever its sender is, since only Telegram itself can announce it. */
  #checkMove({ chatId, userId }: Sender): Verdict {
    return this.#chats.has(chatId)
      ? { verdict: "allow", userId: userId ?? 0 }
      : refuse("the chat is not allowed");
  }

  #refuseStranger(userId: number): Verdict {
    const now = this.#clock.monotonic();
    const toldAt = this.#toldAt.get(userId);
    const reason = "the user is not allowed";
    if (toldAt !== undefined && now - toldAt < TELL_AGAIN_MS) return refuse(reason);
    if (this.#toldAt.size >= MOST_TOLD) this.#toldAt.clear();
    this.#toldAt.set(userId, now);
    return { verdict: "refuse", reason, tellId: userId };
  }
}

function refuse(reason: string): Verdict {
  return { verdict: "refuse", reason };
}

/** Knows the allowed groups of the configuration, also under a new id. */
export class AllowedGroups {
  readonly #configured: readonly number[];
  readonly #moves: Pick<Preferences, "movedTo" | "setMovedTo">;
  readonly #allowed = new Set<number>();

  /** @param moves the moves that were stored before */
  constructor(configured: readonly number[], moves: Pick<Preferences, "movedTo" | "setMovedTo">) {
    this.#configured = configured;
    this.#moves = moves;
    for (const chatId of configured) this.#allow(chatId);
  }

  has(chatId: number): boolean {
    return this.#allowed.has(chatId);
  }

  /** Returns every configured group under its newest id. */
  present(): number[] {
    return [...new Set(this.#configured.map((chatId) => this.presentId(chatId)))];
  }

  /**
   * Allows the new id of a group that became a supergroup.
   * @throws {StorageError} when the move cannot be stored; until the program ends it counts anyway
   */
  moved(from: number, to: number): void {
    this.#allowed.add(to);
    this.#moves.setMovedTo(from, to);
  }

  #allow(chatId: number): void {
    this.#allowed.add(chatId);
    const successor = this.#moves.movedTo(chatId);
    if (successor !== undefined && !this.#allowed.has(successor)) this.#allow(successor);
  }

  /** The newest id of a chat; the same for one that has not moved. */
  presentId(chatId: number, passed: readonly number[] = []): number {
    const successor = this.#moves.movedTo(chatId);
    return successor === undefined || passed.includes(successor)
      ? chatId
      : this.presentId(successor, [...passed, chatId]);
  }
}
