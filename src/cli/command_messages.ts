/**
 * Messages between the launcher and the worker in which commands run: plain data, because it is
 * copied from one isolate to another.
 */
import type { ReadingOrder, ReadingReport } from "./launch/configuring.ts";
import type { Launch } from "./launch/wanted.ts";
import type { OwnProcess } from "./process.ts";

/** What the worker is told of the process; the rest it has by itself. */
export type ProcessFacts = Pick<
  OwnProcess,
  "arguments" | "variables" | "workingDirectory" | "version" | "releases" | "program"
>;

/** From the launcher to the worker. */
export type CommandOrder =
  | { readonly type: "perform"; readonly process: ProcessFacts }
  | ReadingOrder
  /** The process was asked to stop. */
  | { readonly type: "stop" };

/** From the worker to the launcher. */
export type CommandReport =
  | ReadingReport
  | { readonly type: "ended"; readonly code: number }
  /** The command wants the application; the worker only reads configurations from then on. */
  | { readonly type: "launch"; readonly wanted: Launch };
