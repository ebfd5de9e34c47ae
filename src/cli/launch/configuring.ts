/** Defines what the launcher asks the worker that reads conf.toml, and what it answers. */
import type { ConfigProblem } from "../../config/errors.ts";
import type { Environment } from "../../config/environment.ts";
import type { TextFile } from "../../config/file_access.ts";
import type { Config } from "../../config/load.ts";

/** What of the disk the worker is told: it reads nothing itself. */
export interface KnownFiles {
  readonly texts: ReadonlyMap<string, TextFile>;
  readonly folders: ReadonlySet<string>;
}

export interface ConfigurationOrder {
  /** The text of conf.toml. */
  readonly text: string;
  readonly path: string;
  readonly created: boolean;
  /** With placeholders in place of the values of variables. */
  readonly environment: Environment;
  readonly files: KnownFiles;
  /** For a chat in the terminal; absent = for the bot. */
  readonly chat?: {
    /** The folder that is asked for; absolute. */
    readonly folder?: string | undefined;
    readonly profile?: string | undefined;
    readonly echo: boolean;
  };
}

export type ConfigurationAnswer =
  | { readonly type: "read"; readonly config: Config; readonly conversation?: string }
  | {
    readonly type: "refused";
    readonly problems: readonly ConfigProblem[];
    readonly notes: readonly string[];
  };

/** From the launcher to a worker that reads configurations. */
export type ReadingOrder =
  | { readonly type: "template" }
  | { readonly type: "read"; readonly order: ConfigurationOrder };

/** From such a worker to the launcher. */
export type ReadingReport =
  | { readonly type: "ready" }
  | { readonly type: "template"; readonly text: string }
  | { readonly type: "read"; readonly answer: ConfigurationAnswer };

/** Reads configurations, in a worker or where it is called. */
export interface Configurator {
  /** The text that a first start writes as conf.toml. */
  template(): Promise<string>;
  read(order: ConfigurationOrder): Promise<ConfigurationAnswer>;
}
