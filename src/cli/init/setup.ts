/** What every step of `init` is handed. */
import type { Config } from "../../config/load.ts";
import type { Environment } from "../../config/environment.ts";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Process } from "../process.ts";
import type { Prompt } from "../prompt/prompt.ts";
import type { InitOptions } from "./init_options.ts";

export interface Setup {
  readonly process: Process;
  readonly options: InitOptions;
  readonly prompt: Prompt;
  readonly environment: Environment;
  readonly present: Present;
  readonly clock: Clock;
}

/** What there is before anything is written. */
export interface Present {
  readonly confPath: string;
  /** Undefined when there is no such file. */
  readonly confText: string | undefined;
  /** Of the file, or of the template where there is none, or none that can be used. */
  readonly config: Config;
  /** Why the file cannot be used. */
  readonly confProblem: string | undefined;
  readonly envPath: string;
  readonly envText: string | undefined;
}

/** What is done here is told in sentences, not in lines of a log. */
export const SILENT_LOG: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
