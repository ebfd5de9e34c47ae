/** Moves a damaged database away with everything that belongs to it; not a byte of it is changed. */
import { basename } from "node:path";
import type { DatabaseSync } from "node:sqlite";

/**
 * SQLite keeps what is not yet in the file beside it. The file goes first: a journal that is left
 * without its file by a crash in between is noticed at the next opening.
 */
const COMPANIONS = ["", "-wal", "-shm", "-journal"];

/**
 * @param open the connection to the damaged file, closed by this
 * @returns the name that the file has now
 * @throws the file system's error; what was moved by then stays there
 */
export function setAside(path: string, open: DatabaseSync | undefined, now: Date): string {
  const target = freeName(`${path}.damaged-${now.toISOString().replaceAll(":", "-")}`);
  // Windows moves no open file. Elsewhere a connection must not be closed before: the last one
  // writes its journal into the file, unless that is not where it was.
  if (Deno.build.os === "windows") close(open);
  try {
    for (const companion of COMPANIONS) moveIfThere(`${path}${companion}`, `${target}${companion}`);
  } finally {
    close(open);
  }
  return basename(target);
}

function freeName(wanted: string): string {
  for (let number = 0;; number++) {
    const name = number === 0 ? wanted : `${wanted}-${number}`;
    if (COMPANIONS.every((companion) => !isThere(`${name}${companion}`))) return name;
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function close(open: DatabaseSync | undefined): void {
  try {
    if (open?.isOpen === true) open.close();
  } catch {
    // Nothing more is wanted of it.
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
