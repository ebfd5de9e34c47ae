/** What every command is given, and what it gives back. */
import type { Clock } from "../../core/clock.ts";
import type { Engine } from "../../core/engine.ts";
import type { SessionKey } from "../../core/session.ts";
import type { Answerer, Approvals } from "../presenter/approvals.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import type { Texts } from "../texts/texts.ts";

export interface CommandContext {
  readonly engine: Engine;
  readonly approvals: Pick<Approvals, "decide">;
  readonly clock: Clock;
  readonly session: SessionKey;
  readonly by: Answerer;
  readonly texts: Texts;
  /** What stands behind the command, trimmed. */
  readonly args: string;
}

/** @returns the reply, or undefined where the command's effect is seen elsewhere */
export type Command = (context: CommandContext) => Promise<FormattedText | undefined>;
