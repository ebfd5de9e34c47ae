/** Where Codex works: on this machine, and on others that the configuration names. */
import type { CodexBackend } from "./codex.ts";

export interface Machines<Codex = CodexBackend> {
  /**
   * The Codex of that machine.
   * @param machine its address, as profiles have it; undefined = this machine
   */
  codexOn(machine: string | undefined): Codex;
}

/** Where there is no machine but this one. */
export function onlyThisMachine<Codex>(codex: Codex): Machines<Codex> {
  return { codexOn: () => codex };
}
