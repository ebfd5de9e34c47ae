/** Lists every command, in the order in which help shows them. */
import { or } from "@optique/core/constructs";
import { map } from "@optique/core/modifiers";
import type { Parser } from "@optique/core/parser";
import type { Perform } from "../process.ts";
import { chatCommand } from "./chat_command.ts";
import { demoCommand } from "./demo_command.ts";
import { doctorCommand } from "./doctor_command.ts";
import { initCommand } from "./init_command.ts";
import { permissionsCommand } from "./permissions_command.ts";
import { runCommand, runOptions } from "./run_command.ts";
import { serviceCommand } from "./service_command.ts";
import { withTokenKept } from "./token_kept.ts";
import { traceCommand } from "./trace_command.ts";

/** Parses a command line that is not empty; options without a command belong to `run`. */
export const commandLine: Parser<"sync", Perform, unknown> = map(
  or(
    runCommand,
    initCommand,
    chatCommand,
    demoCommand,
    doctorCommand,
    permissionsCommand,
    serviceCommand,
    traceCommand,
    runOptions,
  ),
  withTokenKept,
);
