/** Exit codes, after the BSD convention of sysexits.h. */
export const EXIT_CODES = { ok: 0, usage: 64, internal: 70, temporary: 75, config: 78 } as const;
