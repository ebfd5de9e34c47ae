/** Whether Codex is logged in, in its own words; its credentials are not looked at. */
import { CodexError } from "../../../core/errors.ts";
import { type Check, fail, type Finding, ok, warn } from "../check.ts";
import { NEVER_USED_REMEDY } from "../codex_installation.ts";

const REMEDY = "Run `codex login` on the machine on which Codex works";

export const codexLoginCheck: Check = {
  id: "codex.login",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    const found = await codex.found().catch(() => undefined);
    if (found !== undefined && !await codex.used()) {
      return fail(
        `Codex was never used by this user: there is no ${codex.home}`,
        NEVER_USED_REMEDY,
      );
    }
    const { loggedIn, said } = await codex.login();
    if (loggedIn) return ok(said);
    // The app-server says whether its provider needs a login at all.
    const start = await codex.start();
    if (start.state === "ready" && found?.kind === "app-server") {
      return ok(`"${said}", and its model provider asks for no login`);
    }
    if (start.state === "failed" && isLogin(start.error)) {
      return fail(`Codex says: ${said}`, REMEDY);
    }
    return warn(`Codex says: ${said}`, `${REMEDY}, unless your model provider needs no login`);
  },
};

function isLogin(error: unknown): boolean {
  return error instanceof CodexError && error.kind === "not-logged-in";
}
