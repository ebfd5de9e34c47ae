/** For a backend that has nothing to tell beside its turns. */
import type { CodexQueries } from "../../core/codex_queries.ts";
import { CodexError } from "../../core/errors.ts";

/** @param who as in "Cannot do this: {who} cannot tell" */
export function unsupportedQueries(who: string): CodexQueries {
  const refuse = (what: string) => (): Promise<never> =>
    Promise.reject(
      new CodexError("unsupported", `Cannot ${what}: ${who} has no way to do it`, {
        remedy: 'Use a newer Codex with codex.backend = "app-server"',
      }),
    );
  return {
    models: refuse("list the models"),
    threads: refuse("list earlier conversations"),
    rateLimits: refuse("tell the limits of the account"),
    readFile: refuse("fetch a file"),
  };
}
