/** What every command is given, and what it gives back. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { WaitingAttachments } from "../../core/chat/attachment.ts";
import type { Clock } from "../../core/clock.ts";
import type { SessionService } from "../../core/session/session_service.ts";
import type { Engine, StatusReport } from "../../core/run/engine.ts";
import type { RunRecords } from "../../core/run/run_recorder.ts";
import type { SessionKey } from "../../core/session/session.ts";
import type { BotProfile } from "../bot_profile.ts";
import type { OutboxStats } from "../outbox/outgoing.ts";
import type { Preferences } from "../preferences.ts";
import type { Answerer, Approvals } from "../presenter/approvals.ts";
import type { Person } from "../sender.ts";
import type { Reply } from "../replies.ts";
import type { Requests } from "../requests.ts";
import type { Texts } from "../../texts/texts.ts";

/** Who asks, and everything that can be asked. */
export interface Asking {
  readonly engine: Engine;
  readonly sessionService: SessionService;
  readonly records: RunRecords;
  readonly preferences: Preferences;
  readonly botProfile: Pick<BotProfile, "languageChosen">;
  readonly approvals: Pick<Approvals, "decide" | "openFor">;
  readonly clock: Clock;
  readonly session: SessionKey;
  readonly by: Answerer;
  readonly texts: Texts;
}

export interface CommandContext extends Asking {
  /** The engine's report on the session; tells the person by itself when it had to begin anew. */
  readonly status: () => Promise<StatusReport>;
  readonly requests: Pick<Requests, "submit" | "steer">;
  readonly waiting: Pick<WaitingAttachments, "clear" | "of">;
  readonly sender: Person;
  /** Masks secrets, before anything is cut; keeps the length of the text. */
  readonly redact: Redact;
  /** What the outbox had to do since the program began. */
  readonly outboxStats: () => OutboxStats;
  /** What stands behind the command, trimmed. */
  readonly args: string;
}

/** @returns the reply, or undefined where the command's effect is seen elsewhere */
export type Command = (context: CommandContext) => Promise<Reply | undefined>;
