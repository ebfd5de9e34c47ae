/** Checks whether `state.db` is sound, without changing a byte of it or of its folder. */
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describeError, FileError } from "../../core/errors.ts";
import { fileFailure, makeTemporaryFolder } from "../files/durable_files.ts";
import { SCHEMA_VERSION, schemaVersionOf } from "./schema.ts";
import { damageOfLog } from "./write_ahead_log.ts";

export type DatabaseState =
  | { readonly state: "missing" | "too-large" }
  | { readonly state: "sound" | "newer"; readonly version: number; readonly ours: number }
  | { readonly state: "damaged" | "unreadable"; readonly reason: string };

/** A larger database is not copied for a check: it would take too long. */
const LARGEST_COPY = 256 * 1024 * 1024;
const BUSY_TIMEOUT_MS = 1_000;

/**
 * @param inUse whether a program has it open, which then keeps the files beside it; without one
 * SQLite would make them, so that a copy is looked at instead
 * @throws {FileError} when there is no place for the copy, which says nothing of the database
 */
export async function checkDatabase(
  path: string,
  { inUse }: { readonly inUse: boolean },
): Promise<DatabaseState> {
  try {
    const { size, isFile } = await Deno.stat(path);
    if (!isFile) return { state: "damaged", reason: "it is no file" };
    if (inUse) return look(path);
    return size > LARGEST_COPY ? { state: "too-large" } : await lookAtCopy(path);
  } catch (error) {
    if (error instanceof FileError) throw error;
    if (error instanceof Deno.errors.NotFound) return { state: "missing" };
    return { state: "unreadable", reason: describeError(error) };
  }
}

async function lookAtCopy(path: string): Promise<DatabaseState> {
  const folder = await makeTemporaryFolder("codex-orchestrator-");
  try {
    const copy = join(folder, basename(path));
    await written(copy, () => Deno.copyFile(path, copy));
    const log = await bytesOf(`${path}-wal`);
    const damage = damageOfLog(log);
    if (damage !== undefined) return { state: "damaged", reason: damage };
    await written(copy, () => Deno.writeFile(`${copy}-wal`, log, { mode: 0o600 }));
    return look(copy);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Tells a full disk behind the copy from whatever is wrong with the database. */
async function written(copy: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const isFull = error instanceof Error && "code" in error && error.code === "ENOSPC";
    throw isFull ? fileFailure(`copy ${basename(copy)} to`, dirname(copy), error) : error;
  }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw error;
  }
}

function look(path: string): DatabaseState {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const found = String(database.prepare("PRAGMA quick_check(1)").get()?.quick_check);
    if (found !== "ok") return { state: "damaged", reason: found };
    const version = schemaVersionOf(database);
    return { state: version > SCHEMA_VERSION ? "newer" : "sound", version, ours: SCHEMA_VERSION };
  } catch (error) {
    return { state: "damaged", reason: describeError(error) };
  }
}
