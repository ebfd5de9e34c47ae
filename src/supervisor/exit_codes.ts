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

/** One line each, for people and for whatever starts the program. */
export const EXIT_CODE_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT_CODES.ok, "ended as asked"],
  [EXIT_CODES.failed, "ended, and what was looked at or asked for is not in order"],
  [EXIT_CODES.usage, "the command line was not understood"],
  [EXIT_CODES.noInput, "what was asked for does not exist"],
  [EXIT_CODES.internal, "something went wrong inside the program"],
  [EXIT_CODES.cannotCreate, "a file could not be written, or stands in the way"],
  [EXIT_CODES.temporary, "another instance is running, or try again later"],
  [EXIT_CODES.config, "the configuration must be mended first"],
  [EXIT_CODES.interrupted, "stopped by Ctrl-C, before its end"],
];
