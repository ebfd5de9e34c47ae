/** Ctrl-C and `kill` as an AbortSignal. */
import { EXIT_CODES } from "../supervisor/exit_codes.ts";

/** What a second Ctrl-C ends with. */
const INTERRUPTED = EXIT_CODES.interrupted;
/**
 * One Ctrl-C arrives more than once where a task runner hands on what the terminal has sent to all
 * of its processes already; nobody presses twice in so many milliseconds.
 */
const ONE_PRESS_MS = 500;

/**
 * Aborts with the first SIGINT or SIGTERM. A second one ends the process at once, for whoever does
 * not want to wait until running work has been wound up.
 * @param over ends the listening, which would keep a finished program alive
 */
export function stopSignal(over?: AbortSignal): AbortSignal {
  const stop = new AbortController();
  let firstAt = 0;
  const onSignal = (): void => {
    const now = performance.now();
    if (!stop.signal.aborted) firstAt = now;
    else if (now - firstAt > ONE_PRESS_MS) Deno.exit(INTERRUPTED);
    stop.abort();
  };
  for (const name of stopSignalNames()) {
    Deno.addSignalListener(name, onSignal);
    over?.addEventListener("abort", () => Deno.removeSignalListener(name, onSignal));
  }
  return stop.signal;
}

/** Windows knows SIGINT and SIGBREAK only. */
function stopSignalNames(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}
