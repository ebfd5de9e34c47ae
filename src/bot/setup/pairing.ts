/**
 * Finds out who the owner is: whoever sends the bot the code that is shown on the owner's screen.
 *
 * Answers nobody meanwhile, so that no stranger learns that the bot is waiting, and ignores whoever
 * has tried too often.
 */
import type { Update } from "@grammyjs/types";
import type { Clock } from "../../core/clock.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { contentKindOf, isForwarded, type WireMessage, wireUpdate } from "../wire.ts";
import { type BotConnection, PassingTrouble, PollingConflict } from "./bot_connection.ts";

export interface PairedPerson {
  readonly userId: number;
  /** Chosen by the person themselves: for the screen, not a proof of who they are. */
  readonly name: string;
  readonly username: string | undefined;
  readonly languageCode: string | undefined;
}

interface PairingParts {
  readonly account: BotConnection;
  readonly code: string;
  /** Ids of people to ignore. */
  readonly ignored: ReadonlySet<number>;
  readonly clock: Clock;
  /** Aborts the waiting. */
  readonly signal: AbortSignal;
  /** Called for each message that was not the code, up to the last try of its sender. */
  readonly onWrong: (person: PairedPerson) => void;
  /** Called once in a row when Telegram does not answer; pairing goes on. */
  readonly onTrouble: (reason: string) => void;
}

export const PAIRING_MINUTES = 10;
const MINUTE_MS = 60_000;
const MOST_TRIES = 5;
const POLL_SECONDS = 10;
const PAUSE_MS = 2_000;
/** One conflict may come from a call that an earlier run of ours gave up. */
const MOST_CONFLICTS = 2;
const LONGEST_NAME = 60;

type Trouble = { readonly conflicts: number; readonly told: boolean };

/**
 * Waits for the code.
 * @returns undefined when nobody sent it in time
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

/** Confirms the code's update, so that the bot does not take it for a request when it starts. */
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

/** Returns the sender of the code, and counts the tries of everybody else. */
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
    // Neither an old message is a try, nor Telegram's Start button, which everybody must press.
    if ((message.date ?? 0) < beganAt || text.trim() === "/start") return undefined;
    tries.set(person.userId, count + 1);
    onWrong(person);
    return undefined;
  };
}

/** Accepts only a person in their private chat with the bot. */
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

/** Rejects a forwarded code, which its sender may not have seen on the screen. */
function isOwnText(message: WireMessage): boolean {
  return contentKindOf(message) === "text" && !isForwarded(message) &&
    message.via_bot === undefined;
}

/** Leaves out characters that are easily confused: 0 and O, 1 and I and L, U and V. */
const LETTERS = "ABCDEFGHJKMNPQRSTWXYZ23456789";
const LENGTH = 10;

/**
 * Makes a code that is short enough to be typed and too long to be guessed.
 * @param random fills an array with random bytes
 */
export function newPairingCode(random: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  const letters: string[] = [];
  // Bytes beyond the last whole multiple would favour the first letters.
  const most = 256 - (256 % LETTERS.length);
  while (letters.length < LENGTH) {
    const bytes = new Uint8Array(LENGTH);
    random(bytes);
    letters.push(...[...bytes].filter((byte) => byte < most).map((byte) => letterAt(byte)));
  }
  return letters.slice(0, LENGTH).join("");
}

function letterAt(byte: number): string {
  return LETTERS.charAt(byte % LETTERS.length);
}

/** Tells whether a message is the code and nothing else: typed in any case, or sent by the link. */
export function isPairingCode(text: string, code: string): boolean {
  const [word, ...more] = text.trim().replace(/^\/start\s+/i, "").split(/\s+/);
  return more.length === 0 && word?.toUpperCase() === code;
}

/** Makes a link to the chat with the bot, in which the Start button sends the code. */
export function pairingLink(username: string, code: string): string {
  return `https://t.me/${username}?start=${code}`;
}
