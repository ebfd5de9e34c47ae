/** The terminal of this process, or the files and pipes in its place. */
import { OutputError } from "../../core/errors.ts";

const FALLBACK_SIZE = { columns: 80, rows: 24 };

/** What a front-end draws on and reads from. */
interface SystemTerminal {
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
    setRaw,
    input,
  };
}

/** The same terminal, and what ends the chat once its output takes nothing more, or it is gone. */
export function endingWithOutput(
  terminal: SystemTerminal,
): { readonly terminal: SystemTerminal; readonly ended: AbortSignal } {
  const ended = new AbortController();
  const attempt = (act: () => void): void => {
    if (ended.signal.aborted) return;
    try {
      act();
    } catch (error) {
      ended.abort(new OutputError(error));
    }
  };
  const write = (text: string): void => attempt(() => terminal.write(text));
  // What is restored is restored all the same: the output may be another file.
  const setRaw = (raw: boolean): void =>
    raw ? attempt(() => terminal.setRaw(raw)) : terminal.setRaw(raw);
  return { terminal: { ...terminal, write, setRaw }, ended: ended.signal };
}

function setRaw(raw: boolean): void {
  try {
    Deno.stdin.setRaw(raw);
  } catch (error) {
    // A terminal that is gone has nothing to be restored.
    if (raw) throw error;
  }
}

/** Falls back where the terminal is gone, or tells zero before it is shown. */
function size(): { readonly columns: number; readonly rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || FALLBACK_SIZE.columns, rows: rows || FALLBACK_SIZE.rows };
  } catch {
    return FALLBACK_SIZE;
  }
}

function onResize(changed: () => void, signal: AbortSignal): void {
  if (Deno.build.os === "windows") return;
  Deno.addSignalListener("SIGWINCH", changed);
  const stop = (): void => Deno.removeSignalListener("SIGWINCH", changed);
  signal.addEventListener("abort", stop, { once: true });
}

/** Yields what is typed. A read that is pending when the signal aborts ends with the process. */
async function* input(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = Deno.stdin.readable.getReader();
  const aborted = Promise.withResolvers<undefined>();
  signal.addEventListener("abort", () => aborted.resolve(undefined), { once: true });
  while (!signal.aborted) {
    // A terminal that is gone fails to be read: nobody types there any more.
    const reading = reader.read().catch(() => undefined);
    const read = await Promise.race([reading, aborted.promise]);
    if (read === undefined || read.done) return;
    yield read.value;
  }
}

const encoder = new TextEncoder();

/**
 * Writes all of the text to standard output before it returns, so that an exit loses nothing.
 * @returns false when nobody reads it any more, as behind `| head`
 */
export function print(text: string): boolean {
  return writeAll(Deno.stdout, text);
}

/** Writes to standard error; what it does not take is left unsaid, as there is no other place. */
export function printError(text: string): void {
  try {
    writeAll(Deno.stderr, text);
  } catch {
    // To tell of it would take the same way.
  }
}

function writeAll(
  stream: { writeSync(bytes: Uint8Array<ArrayBuffer>): number },
  text: string,
): boolean {
  let rest = encoder.encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
    return true;
  } catch (error) {
    // Whoever read has seen enough, which is no failure: the rest is left unsaid.
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}
