/** Failed file operations in words for a person. */
import { UserFacingError } from "../../core/errors.ts";

/**
 * A failure to `action` the file or folder, e.g. `fileFailure("write", path, error)`:
 * "Cannot write /…/a.json: permission denied".
 */
export function fileFailure(action: string, path: string, error: unknown): UserFacingError {
  return new UserFacingError(`Cannot ${action} ${path}: ${reasonOf(error)}`, {
    cause: error,
    ...(isPermission(error)
      ? { remedy: "Give the user that runs the program the right to read and write it" }
      : {}),
  });
}

function isPermission(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable;
}

function reasonOf(error: unknown): string {
  if (isPermission(error)) {
    return "permission denied";
  }
  return error instanceof Error ? error.message : String(error);
}
