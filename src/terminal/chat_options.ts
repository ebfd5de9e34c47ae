/** What one start of the chat was asked to do; plain data, as it is copied into the worker. */
import type { Mode } from "../core/session/settings.ts";
import type { Language } from "../texts/texts.ts";

export interface ChatOptions {
  /** `live` redraws in place and reads keys; `plain` writes lines; `json` writes events. */
  readonly view: "live" | "plain" | "json";
  /** The one request to be answered; absent = a conversation, until the person leaves. */
  readonly request?: string;
  /** A person sits there and can be asked. */
  readonly attended: boolean;
  /** Lines of standard input answer the questions of the one request. */
  readonly answered: boolean;
  /** Standard output is read by a person, and not by another program. */
  readonly shown: boolean;
  readonly colors: boolean;
  readonly language: Language;
  /** Names the conversation: one for each folder. */
  readonly conversation: string;
  /** Begin a new conversation. */
  readonly anew: boolean;
  /** From now on, as with /mode. */
  readonly mode?: Mode;
  /** From now on, as with /profile. */
  readonly profile?: string;
}

/** How it ended; a conversation that the person leaves has ended well, whatever was asked in it. */
export type ChatEnd = "well" | "failed" | "interrupted";
