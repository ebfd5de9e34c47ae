/** The one gate before everything: fails closed. */
import type { Clock } from "../core/clock.ts";
import type { AllowedGroups } from "./allowed_groups.ts";
import type { Inbound, Sender } from "./inbound.ts";

export interface GateSettings {
  readonly allowedUsers: readonly number[];
  /** Groups in which allowed users may work. */
  readonly allowedChats: readonly number[] | Pick<AllowedGroups, "has">;
  /** @default "mention" */
  readonly groupTrigger?: GroupTrigger;
}

/** What counts as work in a group: what speaks to the bot, or every text of an allowed user. */
export type GroupTrigger = "mention" | "all";

export type Verdict =
  | { readonly verdict: "allow"; readonly userId: number }
  /** `tellId`: a person in a private chat, who may be told once in a while which id they have. */
  | { readonly verdict: "refuse"; readonly reason: string; readonly tellId?: number }
  /** People of an allowed group talk among themselves. */
  | { readonly verdict: "pass-over"; readonly reason: string }
  /** The bot was added to a group that is not on the list. */
  | { readonly verdict: "leave" };

/**
 * Ids behind which anybody may stand: an anonymous administrator, a channel, Telegram's own
 * forwarder. They can never be let in, whatever the configuration says.
 */
const NOBODY = new Set([1087968824, 136817688, 777000]);
const TELL_AGAIN_MS = 10 * 60 * 1000;
/** People who were told lately; a crowd of strangers must not fill the memory. */
const MOST_TOLD = 1_000;

export class Gate {
  readonly #users: ReadonlySet<number>;
  readonly #chats: Pick<AllowedGroups, "has">;
  readonly #trigger: GroupTrigger;
  readonly #clock: Clock;
  readonly #told = new Map<number, number>();

  constructor(settings: GateSettings, clock: Clock) {
    const { allowedUsers, allowedChats, groupTrigger = "mention" } = settings;
    this.#users = new Set(allowedUsers);
    this.#chats = "has" in allowedChats ? allowedChats : new Set(allowedChats);
    this.#trigger = groupTrigger;
    this.#clock = clock;
  }

  check(inbound: Exclude<Inbound, { kind: "ignored" }>): Verdict {
    if (inbound.kind === "membership") return this.#checkMembership(inbound, inbound.present);
    if (inbound.kind === "moved") return this.#checkMove(inbound);
    const { userId, chatId, chatKind, disguises, aside } = inbound;
    if (aside === true && this.#trigger === "mention" && this.#chats.has(chatId)) {
      return { verdict: "pass-over", reason: "it does not speak to the bot" };
    }
    if (userId === undefined) return refuse("nobody is named as the sender");
    if (NOBODY.has(userId)) return refuse("the sender stands for somebody unknown");
    if (disguises.length > 0) return refuse(`not simply a person: ${disguises.join(", ")}`);
    if (chatKind === "private" && chatId === userId) {
      return this.#users.has(userId) ? { verdict: "allow", userId } : this.#refuseStranger(userId);
    }
    if (!this.#chats.has(chatId)) return refuse("the chat is not allowed");
    if (!this.#users.has(userId)) return refuse("the user is not allowed");
    return { verdict: "allow", userId };
  }

  #checkMembership({ chatId, chatKind }: Sender, present: boolean): Verdict {
    const strange = chatKind !== "private" && !this.#chats.has(chatId);
    return strange && present ? { verdict: "leave" } : refuse("nothing to do");
  }

  /** Only Telegram itself says so, whoever it names as the one who did it. */
  #checkMove({ chatId, userId }: Sender): Verdict {
    return this.#chats.has(chatId)
      ? { verdict: "allow", userId: userId ?? 0 }
      : refuse("the chat is not allowed");
  }

  #refuseStranger(userId: number): Verdict {
    const now = this.#clock.monotonic();
    const toldAt = this.#told.get(userId);
    const reason = "the user is not allowed";
    if (toldAt !== undefined && now - toldAt < TELL_AGAIN_MS) return refuse(reason);
    if (this.#told.size >= MOST_TOLD) this.#told.clear();
    this.#told.set(userId, now);
    return { verdict: "refuse", reason, tellId: userId };
  }
}

function refuse(reason: string): Verdict {
  return { verdict: "refuse", reason };
}
