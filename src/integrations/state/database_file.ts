/** Opens `state.db`, tells what is wrong with it, and sets a damaged one aside. */
import { basename, dirname, join, relative } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { StorageReason } from "../../core/codex/trouble.ts";
import { NewerStateError, StorageError } from "../../core/errors.ts";
import { migrate, SCHEMA_VERSION, schemaVersionOf } from "./schema.ts";
import { ASIDE_FOLDER, COMPANIONS } from "./state_files.ts";
import { damageOfLog } from "./write_ahead_log.ts";

/** How long another program may hold the file, e.g. somebody who looks into it, in milliseconds. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Opens the file, or makes it. An existing one is inspected first, and written only when it is sound
 * and of no newer version.
 * @throws {DamageFound} or SQLite's error for a damaged file: no byte of it was changed then
 * @throws {StorageError} when a newer version has written the file, which is left as it is
 */
export function openDatabaseFile(path: string): DatabaseSync {
  if (hasContent(path)) inspect(path);
  createPrivateFile(path);
  const database = new DatabaseSync(path);
  try {
    // Each commit says whether it waits for the disk: see StateDatabase.
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL;
       PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;`,
    );
    emptyLog(database);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Identifies the file at the path; undefined = there is none. */
export function fileIdentity(path: string): string | undefined {
  const file = statIfThere(path);
  return file === undefined ? undefined : `${file.dev}:${file.ino ?? file.birthtime?.getTime()}`;
}

/** The path of the write-ahead log, which SQLite keeps beside the file while it is open. */
export function logOf(path: string): string {
  return `${path}-wal`;
}

/** The rows of each table. */
export type Contents = ReadonlyMap<string, readonly Readonly<Record<string, SQLInputValue>>[]>;

/** Reads everything that the open database holds. */
export function contentsOf(open: DatabaseSync): Contents {
  const tables = open.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return new Map(
    tables.map(({ name }) => [String(name), open.prepare(`SELECT * FROM "${name}"`).all()]),
  );
}

/**
 * Makes the folder, where it is gone, in which the file is to be: by one inside of it, since the
 * program may write to what is its own there, and not to the folder itself.
 */
export function makeFolderOf(path: string): void {
  Deno.mkdirSync(asideFolderOf(path), { recursive: true, mode: 0o700 });
}

/** Puts all of it into the database, beside what is there; all of it or nothing. */
export function putInto(open: DatabaseSync, contents: Contents): void {
  open.exec("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE");
  try {
    for (const [table, rows] of contents) for (const row of rows) insert(open, table, row);
    open.exec("COMMIT");
  } catch (error) {
    open.exec("ROLLBACK");
    throw error;
  } finally {
    open.exec("PRAGMA foreign_keys = ON");
  }
}

function insert(
  open: DatabaseSync,
  table: string,
  row: Readonly<Record<string, SQLInputValue>>,
): void {
  const columns = Object.keys(row).map((name) => `"${name}"`).join(", ");
  const places = Object.keys(row).map(() => "?").join(", ");
  open.prepare(`INSERT OR IGNORE INTO "${table}" (${columns}) VALUES (${places})`)
    .run(...Object.values(row));
}

/** @throws {DamageFound} for anything but a file, and for a log without its file */
function hasContent(path: string): boolean {
  const file = statIfThere(path);
  if (file !== undefined && !file.isFile) throw new DamageFound("It is no file");
  const log = statIfThere(`${path}-wal`);
  if (log !== undefined && !log.isFile) throw new DamageFound("Its write-ahead log is no file");
  const isEmpty = file === undefined || file.size === 0;
  // SQLite would delete a log that belongs to an empty file.
  if (isEmpty && log !== undefined && log.size > 0) {
    throw new DamageFound("It is empty, but its write-ahead log is not");
  }
  return !isEmpty;
}

/** Reads without writing: a connection that may write changes the file when it is closed. */
function inspect(path: string): void {
  const damage = damageOfLog(readIfThere(`${path}-wal`));
  if (damage !== undefined) throw new DamageFound(`Damaged: ${damage}`);
  // Only a writer can roll back what a crash left half done in a rollback journal.
  const readOnly = readIfThere(`${path}-journal`).length === 0;
  using database = new DatabaseSync(path, { readOnly });
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  throwIfDamaged(database);
  throwIfNewer(database, path);
}

function throwIfDamaged(database: DatabaseSync): void {
  const found = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (found !== "ok") throw new DamageFound(String(found));
}

function throwIfNewer(database: DatabaseSync, path: string): void {
  if (schemaVersionOf(database) <= SCHEMA_VERSION) return;
  const trouble = { kind: "storage", why: "newer", path } as const;
  throw new StorageError(newerStateText(path), { remedy: NEWER_STATE_REMEDY, trouble });
}

/** Empties the write-ahead log, whose remains after a crash could look like damage later. */
function emptyLog(database: DatabaseSync): void {
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // There is no room for it. The log is as good a place, and the next write reports the disk.
  }
}

/** Brings all commits to disk. @throws the file system's error */
export async function syncLog(path: string): Promise<void> {
  try {
    using log = await Deno.open(`${path}-wal`, { write: true });
    await log.syncData();
  } catch (error) {
    // SQLite has written all of it to the database, and synced that.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Closes the file to other users; SQLite gives its journal files the same mode. */
function createPrivateFile(path: string): void {
  Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
}

function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function readIfThere(path: string): Uint8Array {
  return statIfThere(path) === undefined ? new Uint8Array() : Deno.readFileSync(path);
}

function asideFolderOf(path: string): string {
  return join(dirname(path), ASIDE_FOLDER);
}

/**
 * Moves a damaged database away with everything that belongs to it; no byte of it is changed.
 * @param open the connection to the damaged file, closed by this
 * @returns where the file is now, seen from its folder
 * @throws the file system's error; what was moved by then stays there
 */
export function setAside(
  path: string,
  open: DatabaseSync | undefined,
  now: Date,
  why: "damaged" | "replaced" = "damaged",
): string {
  const stamp = now.toISOString().replaceAll(":", "-");
  const target = freeName(join(asideFolderOf(path), `${basename(path)}.${why}-${stamp}`));
  // Windows moves no open file. Elsewhere the connection is closed after the move: the last one would
  // write its journal into the file, unless that is no longer where it was.
  if (Deno.build.os === "windows") close(open);
  try {
    makeFolderOf(path);
    for (const companion of COMPANIONS) moveIfThere(`${path}${companion}`, `${target}${companion}`);
  } finally {
    close(open);
  }
  return relative(dirname(path), target);
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
    // The file is damaged: nothing more is wanted of the connection.
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Refuses to go back from a newer version, before anything is begun. Reads without writing; what
 * cannot be read is left to {@link openDatabaseFile}, which knows what to do with damage.
 * @param path of `state.db`
 * @throws {NewerStateError} when a newer version of the program has written it
 */
export function refuseNewerState(path: string): void {
  const version = versionOf(path);
  if (version !== undefined && version > SCHEMA_VERSION) {
    const trouble = { kind: "storage", why: "newer", path } as const;
    throw new NewerStateError(newerStateText(path), { remedy: NEWER_STATE_REMEDY, trouble });
  }
}

export function newerStateText(path: string): string {
  return `Cannot use ${path}: it was written by a newer version of codex-orchestrator`;
}

export const NEWER_STATE_REMEDY =
  "Install that version again, or put back the copy from before the upgrade (docs/upgrading.md)";

function versionOf(path: string): number | undefined {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    return schemaVersionOf(database);
  } catch {
    // Missing, damaged or in use: opening it says so, or mends it.
    return undefined;
  }
}

/** Damage that was found by inspecting the files, before SQLite opens them for writing. */
class DamageFound extends Error {}

/** SQLite's own sentences: errors of `exec` carry no code. */
const DAMAGED =
  /file is not a database|database disk image is malformed|malformed database schema|unsupported file format/i;
/** A value that a table does not take is a mistake of the caller, not of the disk. */
const MISTAKE = /constraint failed|datatype mismatch|cannot be bound/i;
const REASONS: readonly (readonly [RegExp, StorageReason, string, string])[] = [
  [/disk is full|no space left|quota exceeded/i, "full", "the disk is full", "Free some space"],
  [
    /readonly|read-only|permission denied|unable to open|requires (?:read|write) access/i,
    "read-only",
    "the file or its folder cannot be written",
    "Give the user that runs the program the right to read and write both",
  ],
  [
    /no such file or directory|cannot find the path/i,
    "missing",
    "its folder is not there",
    "Make it again, or connect its disk",
  ],
  [/disk I\/O error/i, "broken", "the disk is full, read-only or broken", "Look at the disk"],
  [/locked|busy/i, "held", "another program holds it", "Close that program"],
];

export function isDamage(error: unknown): boolean {
  return error instanceof DamageFound || (error instanceof Error && DAMAGED.test(error.message));
}

/**
 * Makes a {@link StorageError} that a person understands; an error that only the caller's values
 * caused is returned as it is.
 * @param path of the database
 */
export function storageFailure(path: string, error: unknown): unknown {
  if (error instanceof StorageError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof TypeError || MISTAKE.test(text)) return error;
  if (isDamage(error)) return damageFailure(path, error);
  const [, why = "unknown", reason = text, remedy] =
    REASONS.find(([pattern]) => pattern.test(text)) ?? [];
  return new StorageError(`Cannot use ${path}: ${reason}`, {
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
    trouble: { kind: "storage", why, path },
  });
}

function damageFailure(path: string, error: unknown): StorageError {
  return new StorageError(`Cannot use ${path}: it was damaged and is set aside`, {
    cause: error,
    trouble: { kind: "storage", why: "damaged", path },
  });
}
