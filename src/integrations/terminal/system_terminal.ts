/** The terminal of this process, or the files and pipes in its place. */
import { print, printError } from "./standard_streams.ts";

const USUAL = { columns: 80, rows: 24 };

/** What a front-end draws on and reads from. */
export interface SystemTerminal {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly onResize: (changed: () => void, signal: AbortSignal) => void;
  readonly setRaw: (raw: boolean) => void;
  readonly input: (signal: AbortSignal) => AsyncGenerator<Uint8Array>;
}

export function createSystemTerminal(): SystemTerminal {
  return {
    write: print,
    writeError: printError,
    size,
    onResize,
    setRaw: (raw) => Deno.stdin.setRaw(raw),
    input,
  };
}

/** A terminal may be gone, or tell zero before it is shown. */
function size(): { readonly columns: number; readonly rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
  } catch {
    return USUAL;
  }
}

function onResize(changed: () => void, signal: AbortSignal): void {
  if (Deno.build.os === "windows") return;
  Deno.addSignalListener("SIGWINCH", changed);
  const stop = (): void => Deno.removeSignalListener("SIGWINCH", changed);
  signal.addEventListener("abort", stop, { once: true });
}

/** A read that is under way when the signal aborts is left alone: it ends with the process. */
async function* input(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = Deno.stdin.readable.getReader();
  const aborted = Promise.withResolvers<undefined>();
  signal.addEventListener("abort", () => aborted.resolve(undefined), { once: true });
  while (!signal.aborted) {
    const read = await Promise.race([reader.read(), aborted.promise]);
    if (read === undefined || read.done) return;
    yield read.value;
  }
}
