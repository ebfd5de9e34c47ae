/** Opening `state.db`: looked at first, and written only when it is sound and of our version. */
import { DatabaseSync } from "node:sqlite";
import { StorageError } from "../../core/errors.ts";
import { NEWER_STATE_REMEDY, newerStateText } from "./newer_state.ts";
import { migrate, SCHEMA_VERSION, schemaVersionOf } from "./schema.ts";
import { DamageFound } from "./storage_failure.ts";
import { damageOfLog } from "./write_ahead_log.ts";

/** How long another program may hold the file, e.g. somebody who looks into it, in milliseconds. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Makes the file where there is none.
 * @throws {DamageFound} or SQLite's error for a damaged file: no byte of it was changed then
 * @throws {StorageError} when a newer version has written the file, which is left as it is
 */
export function openDatabaseFile(path: string): DatabaseSync {
  if (hasContent(path)) inspect(path);
  createPrivateFile(path);
  const database = new DatabaseSync(path);
  try {
    // An update is confirmed to Telegram once it is stored here, so "stored" must outlive a power cut.
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA journal_mode = WAL;
       PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;`,
    );
    emptyLog(database);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
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
  // Only a writer can take back what a crash left half done in the days before the log.
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
  throw new StorageError(newerStateText(path), { remedy: NEWER_STATE_REMEDY });
}

/** What a crash has left behind the end of the log must not look like damage one day. */
function emptyLog(database: DatabaseSync): void {
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // There is no room for it: the log is as good a place, and whatever is written next says so.
  }
}

/** SQLite gives its journal files the mode of the database, which holds what people wrote. */
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
