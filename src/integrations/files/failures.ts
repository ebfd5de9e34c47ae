/** Failed file operations in words for a person. */
import { UserFacingError } from "../../core/errors.ts";

/** Codes of the operating system, what they mean, and what helps. */
const REASONS: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  ENOSPC: ["the disk is full", "Free some space"],
  EDQUOT: ["the disk quota is used up", "Free some space"],
  EISDIR: ["it is a folder", "Move it away"],
  ENOTDIR: ["a part of its path is a file", "Move that file away"],
  EROFS: ["the disk is read-only", "Look why, and mount it for writing again"],
};
const PERMISSION = [
  "permission denied",
  "Give the user that runs the program the right to read and write it",
] as const;

/**
 * A failure to `action` the file or folder, e.g. `fileFailure("write", path, error)`:
 * "Cannot write /…/a.json: permission denied".
 */
export function fileFailure(action: string, path: string, error: unknown): UserFacingError {
  const [reason, remedy] = reasonOf(error);
  return new UserFacingError(`Cannot ${action} ${path}: ${reason}`, {
    cause: error,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

function reasonOf(error: unknown): readonly [reason: string, remedy?: string] {
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return PERMISSION;
  }
  if (!(error instanceof Error)) return [String(error)];
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return REASONS[code] ?? [error.message];
}
