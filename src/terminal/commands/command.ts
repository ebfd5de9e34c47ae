/** What a command is handed, and what it says. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { Clock } from "../../core/clock.ts";
import type { SessionService } from "../../core/session/session_service.ts";
import type { Engine } from "../../core/run/engine.ts";
import type { RunRecords } from "../../core/run/run_recorder.ts";
import type { SessionKey } from "../../core/session/session.ts";
import type { Line } from "../text/styled_line.ts";
import type { Texts } from "../../texts/terminal_texts.ts";

export interface CommandContext {
  readonly engine: Engine;
  readonly sessionService: SessionService;
  readonly records: RunRecords;
  readonly session: SessionKey;
  /** What was typed behind the name, without blanks around it. */
  readonly args: string;
  /** Makes a request of the words. */
  readonly submit: (prompt: string) => void;
  /** Adds the words to what runs. */
  readonly steer: (text: string) => void;
  readonly cancel: (options: { readonly all: boolean }) => readonly Line[];
  /** Ends the chat as soon as nothing runs. */
  readonly leave: () => void;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly texts: Texts;
  readonly clock: Clock;
}

export interface Command {
  /** How it is typed, as help shows it. */
  readonly usage: string;
  readonly brief: string;
  readonly run: (context: CommandContext) => Promise<readonly Line[]> | readonly Line[];
}
