/** The permissions of the application. */

/** Everything else is none. */
export interface ApplicationPermissions {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** `HOST:PORT`, or `unix:PATH` */
  readonly net: readonly string[];
  /** Absolute paths. */
  readonly run: readonly string[];
}

/**
 * The same in the words of the runtime.
 * @param alsoRead further paths to be read
 */
export function workerPermissions(
  { read, write, net, run }: ApplicationPermissions,
  alsoRead: readonly string[] = [],
): Deno.PermissionOptionsObject {
  return {
    read: [...read, ...alsoRead],
    write: [...write],
    net: [...net],
    // Not an empty list, which elsewhere stands for everything.
    run: run.length === 0 ? false : [...run],
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}
