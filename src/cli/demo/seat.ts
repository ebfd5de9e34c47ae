/** The person's place in the demo. */
import type { Clock } from "../../core/clock.ts";
import type { Person } from "../../demo/bot_api/people.ts";
import type { World } from "../../demo/bot_api/world.ts";
import type { DemoOptions, DemoProcess } from "./demo_process.ts";
import type { DemoWork } from "./demo_work.ts";

export interface Seat {
  readonly world: World;
  readonly person: Person;
  /** Its `stop` aborts also when the program has ended. */
  readonly process: DemoProcess;
  readonly options: DemoOptions;
  readonly work: DemoWork;
  readonly clock: Clock;
}
