/** The words in which one speaks with {@link World}. */
import type { ChatKind } from "./chats.ts";
import type { SeenMessage } from "./transcript.ts";

/** Names a chat in every call of {@link World}. */
export interface ChatHandle {
  readonly id: number;
  readonly kind: ChatKind;
  readonly title: string | undefined;
}

export interface SentMessage {
  readonly id: number;
  /** Absent when the bot does not get to see it. */
  readonly updateId: number | undefined;
}

export interface ButtonPress {
  readonly queryId: string;
  readonly updateId: number | undefined;
}

export interface WaitOptions {
  /** Real milliseconds; default 60,000. */
  readonly timeoutMs?: number;
  /** What is waited for, for the error message. */
  readonly what?: string;
}

/** A part of the text, a pattern for it, or any test. */
export type MessageTest = string | RegExp | ((message: SeenMessage) => boolean);

export function fitsTest(message: SeenMessage, test: MessageTest): boolean {
  if (typeof test === "function") return test(message);
  return typeof test === "string" ? message.text.includes(test) : test.test(message.text);
}
