/** The questions of Codex that are open in the chats, as they are kept across restarts. */
import type { ApprovalRequest } from "../../core/codex/codex.ts";
import type { Language } from "../../texts/texts.ts";

export interface StoredQuestion {
  /** In the data of its buttons. */
  readonly nonce: string;
  readonly runId: string;
  readonly chatId: number;
  /** Absent when the process ended before Telegram had said it. */
  readonly messageId?: number;
  readonly language: Language;
  readonly request: ApprovalRequest;
}

/** No method throws: a question that cannot be kept is still asked. */
export interface Questions {
  /** Before the question is sent. */
  keep(question: StoredQuestion): void;
  sent(nonce: string, messageId: number): void;
  /** It was decided, or nobody waits for the answer any more. */
  close(nonce: string): void;
  /** Those that an earlier process left open. */
  open(): readonly StoredQuestion[];
}
