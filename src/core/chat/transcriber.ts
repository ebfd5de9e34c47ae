/** Defines what writes recordings down. */
import type { VoiceReason } from "../codex/trouble.ts";
import { TroubleError } from "../errors.ts";

/** The recording could not be written down. */
export class TranscriptionError extends TroubleError {
  /** @param about the program or service, and what it said */
  constructor(why: VoiceReason, about: string, cause?: unknown) {
    super(`Cannot write the recording down (${why}): ${about}`, {
      trouble: { kind: "voice", why, about },
      cause,
    });
  }
}

export interface Recording {
  /** Absolute; the recording is kept there. */
  readonly path: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Transcriber {
  /**
   * Writes down what is said in the recording.
   * @returns the words; empty where nothing was understood
   * @throws {TranscriptionError} when it cannot
   * @throws the signal's reason when it aborts
   */
  transcribe(recording: Recording, signal: AbortSignal): Promise<string>;
}
