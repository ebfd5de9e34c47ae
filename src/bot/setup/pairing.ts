/**
 * Finds out who the owner is: whoever sends the bot a code that is shown on the owner's own screen.
 *
 * Everything else that comes meanwhile is passed over and never answered, so that nobody learns
 * that the bot is waiting; whoever has tried too often is not listened to any more.
 */
import type { Update } from "@grammyjs/types";
import type { Clock } from "../../core/clock.ts";
import { withoutControls } from "../../core/text/without_controls.ts";
import { contentKindOf, type WireMessage, wireUpdate } from "../wire.ts";
import type { BotConnection } from "./bot_connection.ts";
import { isPairingCode } from "./pairing_code.ts";
import { PassingTrouble, PollingConflict } from "./setup_failure.ts";

export interface PairedPerson {
  readonly userId: number;
  /** As the person calls themselves, for the screen: says nothing about who they are. */
  readonly name: string;
  readonly username: string | undefined;
  readonly languageCode: string | undefined;
}

export interface PairingParts {
  readonly account: BotConnection;
  readonly code: string;
  /** People who are not listened to, by id. */
  readonly ignored: ReadonlySet<number>;
  readonly clock: Clock;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Told of each message that was not the code, up to the last that its sender may try. */
  readonly onWrong: (person: PairedPerson) => void;
  /** Told once in a row that Telegram does not answer; it is tried again. */
  readonly onTrouble: (reason: string) => void;
}

export const PAIRING_MINUTES = 10;
const MINUTE_MS = 60_000;
const MOST_TRIES = 5;
const POLL_SECONDS = 10;
const PAUSE_MS = 2_000;
/** One may be the end of a call of our own, given up by an earlier run. */
const MOST_CONFLICTS = 2;
const LONGEST_NAME = 60;

type Trouble = { readonly conflicts: number; readonly told: boolean };

/**
 * @returns undefined when nobody has sent the code in time
 * @throws {UserFacingError} when another program takes the bot's messages, or the token was revoked
 */
export async function pairOwner(parts: PairingParts): Promise<PairedPerson | undefined> {
  const { clock, signal } = parts;
  const listen = listener(parts);
  const end = clock.monotonic() + PAIRING_MINUTES * MINUTE_MS;
  let offset = 0;
  let trouble: Trouble = { conflicts: 0, told: false };
  let owner: PairedPerson | undefined;
  while (owner !== undefined || clock.monotonic() < end) {
    try {
      if (owner !== undefined) {
        await confirm(parts, offset);
        return owner;
      }
      const updates = await fetchUpdates(parts, offset, end - clock.monotonic());
      trouble = { conflicts: 0, told: false };
      for (const update of updates) {
        offset = update.update_id + 1;
        owner = listen(update);
        if (owner !== undefined) break;
      }
    } catch (error) {
      signal.throwIfAborted();
      trouble = afterTrouble(error, trouble, parts);
      await clock.sleep(PAUSE_MS, signal);
    }
  }
  return undefined;
}

function fetchUpdates(
  { account, signal: stop }: PairingParts,
  offset: number,
  restMs: number,
): Promise<Update[]> {
  const timeout = Math.max(0, Math.min(POLL_SECONDS, Math.floor(restMs / 1000)));
  return account.call(
    (api, signal) => api.getUpdates({ offset, timeout, allowed_updates: ["message"] }, signal),
    stop,
  );
}

/** The code has done its work: when the bot starts, it must not take it for a request. */
async function confirm(
  { account, signal: stop }: PairingParts,
  offset: number,
): Promise<void> {
  await account.call(
    (api, signal) => api.getUpdates({ offset, timeout: 0, limit: 1 }, signal),
    stop,
  );
}

/** @throws the error, when waiting does not help */
function afterTrouble(error: unknown, { conflicts, told }: Trouble, parts: PairingParts): Trouble {
  if (error instanceof PollingConflict && conflicts < MOST_CONFLICTS) {
    return { conflicts: conflicts + 1, told };
  }
  if (!(error instanceof PassingTrouble)) throw error;
  if (!told) parts.onTrouble(error.message);
  return { conflicts, told: true };
}

/** Gives back the sender of the code, and counts whoever sends anything else. */
function listener(
  { code, ignored, onWrong, clock }: PairingParts,
): (update: Update) => PairedPerson | undefined {
  const tries = new Map<number, number>();
  const beganAt = Math.floor(clock.now().getTime() / 1000);
  return (update) => {
    const message = wireUpdate.safeParse(update).data?.message;
    const person = message === undefined ? undefined : privateSender(message);
    if (message === undefined || person === undefined || ignored.has(person.userId)) {
      return undefined;
    }
    const count = tries.get(person.userId) ?? 0;
    if (count >= MOST_TRIES) return undefined;
    const text = isOwnText(message) ? message.text ?? "" : "";
    if (isPairingCode(text, code)) return person;
    // What was waiting for the bot is no try; nor is Telegram's button, which everybody must press.
    if ((message.date ?? 0) < beganAt || text.trim() === "/start") return undefined;
    tries.set(person.userId, count + 1);
    onWrong(person);
    return undefined;
  };
}

/** Somebody's own chat with the bot; what a channel or a bot writes is nobody's word. */
function privateSender({ chat, from }: WireMessage): PairedPerson | undefined {
  if (from === undefined || from.is_bot || chat.type !== "private" || chat.id !== from.id) {
    return undefined;
  }
  const name = withoutControls(from.first_name).replaceAll(/\s+/g, " ").trim();
  return {
    userId: from.id,
    name: [...name].slice(0, LONGEST_NAME).join(""),
    username: from.username,
    languageCode: from.language_code,
  };
}

/** A code that was forwarded is not from whoever forwards it. */
function isOwnText(message: WireMessage): boolean {
  return contentKindOf(message) === "text" && message.forward_origin === undefined &&
    message.via_bot === undefined;
}
