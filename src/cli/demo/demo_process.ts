/** Defines what the demo needs: its process, its options, its chat. */
import type { Clock } from "../../core/clock.ts";
import type { Person } from "../../demo/bot_api/people.ts";
import type { World } from "../../demo/bot_api/world.ts";
import type { Config } from "../../config/load.ts";

export interface DemoProcess {
  readonly variables: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly version: string;
  /** Makes an empty folder for this demo, which is gone at its end. */
  readonly makeFolder: () => Promise<string>;
  readonly stop: AbortSignal;
  readonly print: (text: string) => void;
  /** What the person types, a line at a time. */
  readonly lines: () => AsyncIterable<string>;
}

export interface DemoOptions {
  /** Use the Codex of this machine instead of canned answers. */
  readonly codex: boolean;
  /** The chat is this terminal instead of a page. */
  readonly terminal: boolean;
  /** Sent at once in the terminal; without any, the person types. */
  readonly messages: readonly string[];
  /** Of the page; absent = the usual one, or one that is free. */
  readonly port: number | undefined;
  /** Show the page in the browser of this desktop. */
  readonly open: boolean;
  /** Show the program's log, too. */
  readonly verbose: boolean;
}

/** Who answers in the demo, and with which configuration. */
export interface DemoWork {
  readonly config: Config;
  readonly by: "echo" | "codex";
  /** Why the Codex that was asked for does not work, with the remedy. */
  readonly complaint?: string;
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
