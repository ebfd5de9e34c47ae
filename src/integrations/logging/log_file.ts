/** Writes the log to a file, for a program whose screen is needed for something else. */
import { fileFailure } from "../files/durable_files.ts";

/** Its name in the state folder of a conversation in the terminal. */
export const CHAT_LOG = "chat.log";

const OWNER_ONLY = 0o600;
/** In bytes. A larger log is emptied at the next start. */
const LARGEST = 1_000_000;

interface LogFile extends Disposable {
  readonly write: (line: string) => void;
}

/** @throws {FileError} when the file cannot be written */
export async function openLogFile(path: string): Promise<LogFile> {
  try {
    const file = await Deno.open(path, { append: true, create: true, mode: OWNER_ONLY });
    if ((await file.stat()).size > LARGEST) await file.truncate();
    return {
      write: (line) => writeLine(file, line),
      [Symbol.dispose]: () => file.close(),
    };
  } catch (error) {
    throw fileFailure("write the log", path, error);
  }
}

function writeLine(file: Deno.FsFile, line: string): void {
  try {
    file.writeSync(new TextEncoder().encode(line));
  } catch {
    // A full disk: there is nowhere left to say so but the chat, which needs its screen.
  }
}
