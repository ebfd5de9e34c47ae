/** Names who publishes the program: from it come the names on npm and the address of the releases. */

export interface Publisher {
  /**
   * The scope on npm, with its "@". Packages need one, because `codex-orchestrator` without a scope is
   * the package of another project.
   */
  readonly npmScope: string;
  /** The repository on GitHub: OWNER/NAME. */
  readonly repository: string;
}

/**
 * Set by whoever releases, once: docs/releasing.md. While it is undefined nothing is published, and
 * no text names a package or an address.
 */
export const PUBLISHER: Publisher | undefined = undefined;

/** The package that brings the command. */
export function npmPackageOf({ npmScope }: Publisher): string {
  return `${npmScope}/codex-orchestrator`;
}

/** The page below which the files of all releases lie. */
export function releasesPageOf({ repository }: Publisher): string {
  return `https://github.com/${repository}/releases`;
}
