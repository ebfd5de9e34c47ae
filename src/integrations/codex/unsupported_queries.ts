/** For a backend that has nothing to tell beside its turns. */
import type { CodexQueries } from "../../core/codex/codex_queries.ts";
import { CodexError } from "../../core/errors.ts";
import type { CodexWish } from "../../core/codex/trouble.ts";

const OTHER_BACKEND =
  'Set backend = "app-server" under [codex] in conf.toml and start the program again';

/**
 * @param who as in "Cannot list the models: {who} has no way to do it"
 * @param elsewhere whether another backend can
 */
export function unsupportedQueries(who: string, elsewhere = false): CodexQueries {
  const refuse = (wish: CodexWish, what: string) => (): Promise<never> =>
    Promise.reject(
      new CodexError("unsupported", `Cannot ${what}: ${who} has no way to do it`, {
        ...(elsewhere ? { remedy: OTHER_BACKEND } : {}),
        trouble: { kind: "unsupported", wish, elsewhere },
      }),
    );
  return {
    models: refuse("models", "list the models"),
    threads: refuse("threads", "list earlier conversations"),
    rateLimits: refuse("limits", "tell the limits of the account"),
    readFile: refuse("file", "fetch a file"),
  };
}
