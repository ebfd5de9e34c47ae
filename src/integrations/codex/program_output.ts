/** Runs a program for the little that it prints. */
import type { Clock } from "../../core/clock.ts";
import type { ProgramSettings } from "../../core/codex/codex_settings.ts";
import type { Log } from "../../core/log.ts";
import { startChild } from "./child_process.ts";
import { withDeadline } from "../../core/deadline.ts";

export interface OutputSettings {
  /** The whole environment of the program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly deadlineMs: number;
  /** The error for a program that takes longer. */
  readonly late: () => Error;
}

const MOST_CHARACTERS = 16_384;

/**
 * What the program prints on its standard output, at most 16384 characters of it. The program is
 * ended afterwards, if it has not ended by itself.
 * @throws {CodexError} when it cannot be started, and what `late` makes
 */
export async function programOutput(
  { command, arguments: words }: ProgramSettings,
  { environment, clock, log, deadlineMs, late }: OutputSettings,
): Promise<string> {
  const child = startChild({ program: command, arguments: words, environment, clock, log });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    // It has no input; where it is gone already there is nothing to close.
    await child.stdin.close().catch(() => undefined);
    return await withDeadline(readAtMost(reader, MOST_CHARACTERS), { clock, ms: deadlineMs, late });
  } finally {
    await child.close();
    // Something that the program left behind may hold the stream open.
    await reader.cancel().catch(() => undefined);
  }
}

/** The text up to that many characters, or to its end. */
export async function readAtMost(
  reader: ReadableStreamDefaultReader<string>,
  mostCharacters: number,
): Promise<string> {
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    if (text.length >= mostCharacters) break;
  }
  return text.slice(0, mostCharacters);
}
