/** Checks an executable before it is released. */
import { UserFacingError } from "../src/core/errors.ts";
import type { Embedded, Metadata } from "./embedded.ts";

/** The most that may be embedded in the runtime, in bytes. */
export const MOST_EMBEDDED_BYTES = 3_500_000;

/** The launcher's permissions: read, write, net, run and env, and no others. */
const GRANTED = ["allow_env", "allow_net", "allow_read", "allow_run", "allow_write"];

/** @throws {UserFacingError} that names everything that is wrong */
export function examine(embedded: Embedded, files: readonly string[]): void {
  const { metadata, size } = embedded;
  const wrong = [
    ...wrongPermissions(metadata),
    ...problem(
      metadata.permissions.prompt !== false,
      "it would ask for permissions in the middle of a night",
    ),
    ...problem(
      Object.keys(metadata.env_vars_from_env_file).length > 0,
      "it carries variables of an environment file",
    ),
    ...problem(metadata.argv.length > 0, "it carries arguments"),
    ...problem(metadata.code_cache_key !== null, "it would write a code cache beside other users'"),
    ...problem(
      metadata.otel_config.tracing_enabled || metadata.otel_config.metrics_enabled,
      "it would send traces by itself",
    ),
    ...problem(
      [...files].sort().join() !== [...embedded.files].sort().join(),
      `it carries ${embedded.files.join(", ")} instead of the bundle`,
    ),
    ...problem(
      size > MOST_EMBEDDED_BYTES,
      `it carries ${size} bytes, more than ${MOST_EMBEDDED_BYTES}`,
    ),
  ];
  if (wrong.length === 0) return;
  throw new UserFacingError(`Cannot accept the executable: ${wrong.join("; ")}`);
}

function wrongPermissions({ permissions }: Metadata): readonly string[] {
  const allowed = Object.entries(permissions)
    .filter(([name, value]) => name.startsWith("allow_") && value !== null)
    .map(([name]) => name)
    // Imports from hosts are denied, also from those that Deno allows by default.
    .filter((name) => name !== "allow_import");
  const surplus = allowed.filter((name) => !GRANTED.includes(name));
  const missing = GRANTED.filter((name) => !allowed.includes(name));
  const importsDenied = Array.isArray(permissions.deny_import) &&
    permissions.deny_import.length === 0;
  return [
    ...surplus.map((name) => `it holds the permission ${name}`),
    ...missing.map((name) => `it lacks the permission ${name}`),
    ...problem(!importsDenied, "it may import from the network"),
  ];
}

function problem(is: boolean, text: string): readonly string[] {
  return is ? [text] : [];
}
