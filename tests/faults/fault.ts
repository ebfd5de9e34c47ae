/** Describes one thing that goes wrong. */
import type { Random } from "./random.ts";
import type { Scene } from "./scene.ts";

export interface Fault {
  /** As in the table of docs/reliability.md. */
  readonly name: string;
  /** What the machine must have; without it the fault is skipped, and the table says so. */
  readonly needs?: "mount" | "faketime";
  /** Makes sense with Codex's app-server only. */
  readonly appServer?: true;
  /** Makes things go wrong, and resolves when every request has ended. */
  readonly play: (scene: Scene, random: Random) => Promise<void>;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
