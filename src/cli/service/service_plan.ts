/** What a service manager has to be told, whichever it is. */

export const SERVICE_NAME = "codex-orchestrator";

export interface ServicePlan {
  /** The program, its arguments and `run`. */
  readonly command: readonly string[];
  readonly home: string;
  /** Whose home it is; 0 where users have no numbers. */
  readonly userId: number;
  readonly stateFolder: string;
  /** Variables that the bot and Codex need and that no service manager knows. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long the bot may take to wind up when it is stopped. */
  readonly stopSeconds: number;
}

/** One service manager, and what it is asked for by which commands. */
export interface ServiceManager {
  /** For people, e.g. `systemd`. */
  readonly name: string;
  /** Where its description of the service lies. */
  readonly path: string;
  readonly text: string;
  /** Begin with the program to run; in this order. */
  readonly start: readonly (readonly string[])[];
  readonly stop: readonly (readonly string[])[];
  /** After the file is gone. */
  readonly forget: readonly (readonly string[])[];
  /** Prints how the service is; ends with 0 while it runs. */
  readonly status: readonly string[];
  /** What a person should know besides, a line each. */
  readonly advice: readonly string[];
}
