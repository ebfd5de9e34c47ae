/** Defines what writes recordings down. */
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
   * @throws {UserFacingError} when it cannot, for a person
   * @throws the signal's reason when it aborts
   */
  transcribe(recording: Recording, signal: AbortSignal): Promise<string>;
}
