/** Exit codes, after the BSD convention of sysexits.h. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 64,
  noInput: 66,
  internal: 70,
  cannotCreate: 73,
  temporary: 75,
  config: 78,
  interrupted: 130,
} as const;

/** One line each, for help and docs. */
export const EXIT_CODE_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT_CODES.ok, "done, or stopped as asked"],
  [EXIT_CODES.failed, "done, but something failed or is not in order"],
  [EXIT_CODES.usage, "the command line was not understood"],
  [EXIT_CODES.noInput, "what was asked for does not exist"],
  [EXIT_CODES.internal, "an internal error"],
  [EXIT_CODES.cannotCreate, "a file could not be written, or exists already"],
  [EXIT_CODES.temporary, "another instance is running, or a temporary failure"],
  [EXIT_CODES.config, "the configuration must be fixed first"],
  [EXIT_CODES.interrupted, "stopped with Ctrl-C before it was done"],
];
