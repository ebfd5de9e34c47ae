/** Asks a program something and hears all of its answer: both of its outputs, and how it ended. */
import type { ProgramSettings } from "../../core/codex/codex_settings.ts";
import { type ChildExit, startChild } from "./child_process.ts";
import { withDeadline } from "../../core/deadline.ts";
import { type OutputSettings, readAtMost } from "./program_output.ts";

export interface ProgramAnswer {
  readonly output: string;
  /** The last lines of its standard error. */
  readonly errorLines: readonly string[];
  readonly exit: ChildExit;
}

/** Reports are longer than versions. */
const MOST_CHARACTERS = 262_144;

/**
 * Runs the program to its end. It is ended when it takes too long.
 * @throws {CodexError} when it cannot be started, and what `late` makes
 */
export async function programAnswer(
  { command, arguments: words }: ProgramSettings,
  { environment, clock, log, deadlineMs, late }: OutputSettings,
): Promise<ProgramAnswer> {
  const child = startChild({ program: command, arguments: words, environment, clock, log });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const answer = async (): Promise<ProgramAnswer> => {
    const output = await readAtMost(reader, MOST_CHARACTERS);
    return { output, exit: await child.exited, errorLines: child.errorLines };
  };
  try {
    await child.stdin.close().catch(() => undefined);
    return await withDeadline(answer(), { clock, ms: deadlineMs, late });
  } finally {
    await child.close();
    await reader.cancel().catch(() => undefined);
  }
}
