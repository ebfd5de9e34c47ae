/**
 * Loads the bot while conf.toml is still being read, with the permissions of the last start. Whether
 * it may be used is decided when those of this start are known; until then it is told nothing.
 */
import type { WrittenRights } from "../config/held_config.ts";
import { beginLoading, type LoadingApplication } from "./application_launch.ts";
import { keepPermissions, keptPermissions, samePermissions } from "./kept_permissions.ts";
import type { ApplicationPermissions } from "./messages.ts";

type Load = (permissions: ApplicationPermissions) => LoadingApplication;

export class PreparedApplication implements Disposable {
  readonly #kept: ApplicationPermissions | undefined;
  #loading: LoadingApplication | undefined;

  private constructor(kept: ApplicationPermissions | undefined, load: Load) {
    this.#kept = kept;
    this.#loading = kept === undefined ? undefined : load(kept);
  }

  /**
   * Begins to load, where the last start has left its permissions.
   * @param written what conf.toml can come down to
   */
  static async begin(
    stateFolder: string,
    written: WrittenRights,
    load: Load = (permissions) => beginLoading("bot", permissions),
  ): Promise<PreparedApplication> {
    return new PreparedApplication(await keptPermissions(stateFolder, written), load);
  }

  /**
   * Hands over what is being loaded, whose end is up to the caller then.
   * @returns undefined where it has other permissions than these: it is ended
   */
  take(permissions: ApplicationPermissions): LoadingApplication | undefined {
    const loading = this.#isFor(permissions) ? this.#loading : undefined;
    if (loading !== undefined) this.#loading = undefined;
    this[Symbol.dispose]();
    return loading;
  }

  /** Keeps the permissions for the next start, unless they are those of the last one. */
  async keep(stateFolder: string, permissions: ApplicationPermissions): Promise<void> {
    if (!this.#isFor(permissions)) await keepPermissions(stateFolder, permissions);
  }

  /** Ends what nobody has taken. */
  [Symbol.dispose](): void {
    this.#loading?.terminate();
    this.#loading = undefined;
  }

  #isFor(permissions: ApplicationPermissions): boolean {
    return this.#kept !== undefined && samePermissions(this.#kept, permissions);
  }
}
