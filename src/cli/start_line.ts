/** What a person types to start this very program. */
import type { ProgramPlace } from "./process.ts";

const NAME = "codex-orchestrator";

/** Whoever has come by `npx` has nothing in their PATH. */
export function startLine(place: ProgramPlace): string {
  const npx = isFromNpx(place) ? "npx -y " : "";
  if (isExecutable(place)) return `${npx}${NAME}`;
  return `${npx}deno${npx === "" ? "" : `@${Deno.version.deno}`} task start`;
}

/** Whether it lies in npx's cache, which npm may empty. */
export function isFromNpx({ command }: ProgramPlace): boolean {
  return command.some((word) => /[\\/]_npx[\\/]/.test(word));
}

/** The package of npm that has it lie somewhere for good. */
export function lastingPackage(place: ProgramPlace): string {
  return isExecutable(place) ? NAME : `deno@${Deno.version.deno}`;
}

/** An executable is all of the program. */
function isExecutable({ command }: ProgramPlace): boolean {
  return command.length === 1;
}
