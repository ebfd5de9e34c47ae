/** What a press of a button is given, and what comes of it. */
import type { Asking } from "../commands/command.ts";
import type { Reply } from "../replies.ts";

export interface Press extends Asking {
  /** What stands in the button behind its name and the colon. */
  readonly data: string;
  /** The message that the button is on. */
  readonly messageId: number;
}

/**
 * `stale` = the button means nothing any more, which the person is told.
 *
 * Whoever sees a message can send any data with it: a handler acts on the session of the person who
 * presses, and on nothing else.
 */
export type Pressed =
  | "stale"
  | {
    /** Shown for a moment over the chat; at most 200 characters. */
    readonly toast?: string;
    /** Takes the place of the message that the button is on. */
    readonly edit?: Reply;
    /** Sent as a new message. */
    readonly reply?: Reply;
  };

export type ButtonHandler = (press: Press) => Promise<Pressed>;
