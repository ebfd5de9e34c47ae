/** Defines what the demo needs: its process, its options, its chat. */
import type { Clock } from "../../core/clock.ts";
import type { Person } from "../../demo/bot_api/people.ts";
import type { World } from "../../demo/bot_api/world.ts";
import type { DemoOptions, DemoPlace } from "./demo_messages.ts";
import type { DemoWork } from "./demo_work.ts";

export interface DemoProcess extends DemoPlace {
  readonly stop: AbortSignal;
  readonly print: (text: string) => void;
  /** What the person types, a line at a time. */
  readonly lines: () => AsyncIterable<string>;
}

/** The person in the demo, and what they chat with. */
export interface DemoSetting {
  readonly world: World;
  readonly person: Person;
  /** Its `stop` also aborts when the program has ended. */
  readonly process: DemoProcess;
  readonly options: DemoOptions;
  readonly work: DemoWork;
  readonly clock: Clock;
}
