/** Defines which application a command line asks for. */
import type { Mode } from "../../core/session/settings.ts";
import type { DemoOptions } from "../demo/demo_messages.ts";

/** The options of a command that runs the application, as they were understood. */
export type Launch =
  | ({ readonly type: "bot" } & BotArguments)
  | ({ readonly type: "chat" } & ChatArguments)
  | ({ readonly type: "demo" } & DemoOptions);

export interface BotArguments {
  readonly conf?: string | undefined;
  readonly envFile?: string | undefined;
  readonly verbose: boolean;
}

export interface ChatArguments {
  readonly words: readonly string[];
  readonly conf?: string | undefined;
  readonly envFile?: string | undefined;
  readonly profile?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly folder?: string | undefined;
  readonly anew: boolean;
  readonly echo: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
}
