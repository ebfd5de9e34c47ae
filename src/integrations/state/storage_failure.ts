/** What SQLite's errors mean for a person and for the database file. */
import { StorageError } from "../../core/errors.ts";
import type { StorageReason } from "../../core/codex/trouble.ts";

/** Found by looking at the files, before SQLite is let near them. */
export class DamageFound extends Error {}

/** SQLite's own sentences: errors of `exec` carry no code. */
const DAMAGED =
  /file is not a database|database disk image is malformed|malformed database schema|unsupported file format/i;
/** A value that a table does not take says nothing about the disk. */
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
 * The error to throw on: a {@link StorageError}, or what was thrown where only the caller's values
 * are to blame.
 * @param path of the database
 */
export function storageFailure(path: string, error: unknown): unknown {
  if (error instanceof StorageError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof TypeError || MISTAKE.test(text)) return error;
  if (isDamage(error)) return damageFailure(path, error);
  const [, why, reason = text, remedy] = REASONS.find(([pattern]) => pattern.test(text)) ?? [];
  return new StorageError(`Cannot use ${path}: ${reason}`, {
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
    ...(why === undefined ? {} : { trouble: { kind: "storage", why, path } }),
  });
}

function damageFailure(path: string, error: unknown): StorageError {
  return new StorageError(`Cannot use ${path}: it was damaged and is set aside`, { cause: error });
}
