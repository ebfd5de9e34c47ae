/** The first message to an app-server, which is always the same: whoever starts it may send it ahead. */

/** Requests are numbered from here on each connection. */
export const FIRST_REQUEST_ID = 1;

/** What `initialize` says of this program, and wants. */
export function introduction(clientVersion: string): Readonly<Record<string, unknown>> {
  return {
    clientInfo: {
      name: "codex_orchestrator",
      title: "Codex Orchestrator",
      version: clientVersion,
    },
    // Experimental are the cleaning up after an interrupted turn, and `excludeTurns` in 0.140.
    capabilities: { experimentalApi: true, requestAttestation: false },
  };
}

/** The line that a connection begins with, without its line feed. */
export function greeting(clientVersion: string): string {
  const params = introduction(clientVersion);
  return JSON.stringify({ id: FIRST_REQUEST_ID, method: "initialize", params });
}
