/** Every command of the command line, in the order help shows them. */
import { or } from "@optique/core/constructs";
import type { Parser } from "@optique/core/parser";
import type { Perform } from "../process.ts";
import { permissionsCommand } from "./permissions_command.ts";
import { runCommand, runOptions } from "./run_command.ts";

/** Understands a command line that is not empty; options without a command are those of `run`. */
export const commandLine: Parser<"sync", Perform, unknown> = or(
  runCommand,
  permissionsCommand,
  runOptions,
);
