/** Which instance of the program this is: one for each state folder. */

/**
 * Marks every process that descends from this instance, so that those left over from an earlier
 * life can be told from everybody else's.
 */
export const INSTANCE_VARIABLE = "CODEX_ORCHESTRATOR_INSTANCE";

const ID_BYTES = 8;

/** @param stateFolder its real path, so that one folder has one id */
export async function instanceId(stateFolder: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(stateFolder));
  return new Uint8Array(digest).slice(0, ID_BYTES).toHex();
}
