/** For a backend that has nothing to tell beside its turns. */
import type { CodexQueries } from "../../core/codex_queries.ts";
import { CodexError } from "../../core/errors.ts";

/** @param who as in "Cannot list the models: {who} has no way to do it" */
export function unsupportedQueries(who: string): CodexQueries {
  const refuse = (what: string) => (): Promise<never> =>
    Promise.reject(
      new CodexError("unsupported", `Cannot ${what}: ${who} has no way to do it`, {
        remedy: 'Set backend = "app-server" under [codex] in conf.toml and start the program again',
      }),
    );
  return {
    models: refuse("list the models"),
    threads: refuse("list earlier conversations"),
    rateLimits: refuse("tell the limits of the account"),
    readFile: refuse("fetch a file"),
  };
}
