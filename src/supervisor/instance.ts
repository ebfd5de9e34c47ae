/** Which instance of the program this is: one for each state folder. */

/**
 * Marks every process that descends from this instance, so that those left over from an earlier
 * life can be told from everybody else's.
 */
export const INSTANCE_VARIABLE = "CODEX_ORCHESTRATOR_INSTANCE";

const ID_BYTES = 8;
const LIFE_BYTES = 4;

/** @param stateFolder its real path, so that one folder has one id */
export async function instanceId(stateFolder: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(stateFolder));
  return new Uint8Array(digest).slice(0, ID_BYTES).toHex();
}

/**
 * The value of the mark in one life of the instance: it begins with the id. Who buries one life may
 * be late, on a busy machine, and must not take the next one's processes for its own.
 */
export function lifeOf(instance: string): string {
  return `${instance}-${crypto.getRandomValues(new Uint8Array(LIFE_BYTES)).toHex()}`;
}
