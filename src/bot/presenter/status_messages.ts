/** Which message of the chat shows which run, across restarts. */
export interface StatusMessages {
  /** @returns the id of the run's status message; undefined when there is none that is known */
  find(runId: string): number | undefined;
  /** @returns the run that this message of the chat shows; never throws, as above */
  runOf(chatId: number, messageId: number): string | undefined;
  /** Never throws: a status message that is forgotten is replaced by another one. */
  remember(runId: string, messageId: number): void;
}
