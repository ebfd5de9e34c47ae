/** Which message of the chat shows which run, across restarts. */
export interface StatusMessages {
  /** @returns the id of the run's status message; undefined when there is none that is known */
  find(runId: string): number | undefined;
  /** Never throws: a status message that is forgotten is replaced by another one. */
  remember(runId: string, messageId: number): void;
}
