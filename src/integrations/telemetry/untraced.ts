/** Makes calls whose addresses are secret, with the library of OpenTelemetry only where it may be on. */

/** A fetch that hands the addresses of its calls to nobody else. @param traced see mayBeTraced() */
export async function fetchUntraced(traced: boolean): Promise<typeof globalThis.fetch> {
  if (!traced) return fetch;
  const { untracedFetch } = await import("./tracing.ts");
  return untracedFetch(fetch);
}
