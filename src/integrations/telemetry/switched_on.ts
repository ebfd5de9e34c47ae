/** Tells where OpenTelemetry may be on: elsewhere nothing of it has to be loaded. */

/**
 * Deno exports spans only where a variable of OpenTelemetry said so when the process started.
 * @returns false when nothing can be exported
 */
export function mayBeTraced(variables: Readonly<Record<string, string>>): boolean {
  // Windows does not tell upper from lower case.
  return Object.keys(variables).some((name) => /^OTEL_/i.test(name));
}
