/** One thing that goes wrong, as a play of its own. */
import type { Random } from "./random.ts";
import type { Scene } from "./scene.ts";

export interface Fault {
  /** Stands in the table of docs/reliability.md. */
  readonly name: string;
  /** Where the machine has to have something; the fault is skipped, and said so, without it. */
  readonly needs?: "mount" | "faketime";
  /** Makes things go wrong and comes back when everything asked has come to its end. */
  readonly play: (scene: Scene, random: Random) => Promise<void>;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
