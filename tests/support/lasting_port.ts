/** Ports that stay one's own while nobody listens on them. */

/** Below the range from which systems take a port for whoever asks for any. */
const FIRST = 15_000;
const COUNT = 15_000;

/**
 * A free port of the loopback that nobody else is handed meanwhile: it can be listened on later, or
 * again, and until then nobody answers there.
 */
export function lastingPort(): number {
  for (;;) {
    const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
    const port = FIRST + random % COUNT;
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
