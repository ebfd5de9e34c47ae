/** What backends are made of. */
import type { Clock } from "../../core/clock.ts";
import type { ProgramSettings } from "../../core/codex/codex_settings.ts";
import type { Log } from "../../core/log.ts";
import type { TurnLimits } from "./live_turn.ts";

/** Of every backend that speaks with a Codex. */
export interface BackendCommons {
  /** The program as it is configured, or where it is, for people. */
  readonly commandLine: string;
  /** Codex's version, e.g. `0.169.0`; absent where it is told by the handshake only. */
  readonly version?: string;
  readonly limits: TurnLimits;
  /** Told whenever a Codex process has ended; what it had started may live on. */
  readonly onEnded?: (() => void) | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Version of this program, told to Codex. */
  readonly clientVersion: string;
}

/** Of every backend that runs a Codex process itself. */
export interface BackendParts extends BackendCommons {
  /** What to start; a wrapper script may have been replaced by the program it starts. */
  readonly program: ProgramSettings;
  readonly version: string;
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string>>;
}
