/**
 * Understands the command lines that start the bot or the chat, without loading what the other
 * commands need.
 */
import { or } from "@optique/core/constructs";
import { map } from "@optique/core/modifiers";
import { parseSync } from "@optique/core/parser";
import type { Perform, Process } from "../process.ts";
import { writtenWords } from "../syntax.ts";
import { chatCommand } from "./chat_command.ts";
import { runCommand, runOptions } from "./run_command.ts";
import { withTokenKept } from "./token_kept.ts";

const applicationLine = map(or(runCommand, chatCommand, runOptions), withTokenKept);

/** Asks for an explanation wherever it is written. */
const EXPLAINED = new Set(["-h", "--help", "-V", "--version"]);

/** @returns undefined for every other command, and for what has to be explained or refused */
export function applicationCommand(process: Pick<Process, "arguments">): Perform | undefined {
  const written = writtenWords(process);
  if (written.some((word) => EXPLAINED.has(word))) return undefined;
  const understood = parseSync(applicationLine, written);
  return understood.success ? understood.value : undefined;
}
