/** The error of a disk that takes nothing. */
import { StorageError } from "../../src/core/errors.ts";

export function diskFailure(message = "Cannot use state.db: the disk is full"): StorageError {
  return new StorageError(message, {
    trouble: { kind: "storage", why: "full", path: "state.db" },
  });
}
