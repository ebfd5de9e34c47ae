/** Which Codex it is, if it is one. */
import { CodexError } from "../../../core/errors.ts";
import { isOfWrongVersion } from "../codex_installation.ts";
import { findProgram } from "../../../integrations/codex/codex_program.ts";
import { type Check, type Finding, NotLookedAt, ok } from "../check.ts";

export const codexVersionCheck: Check = {
  id: "codex.version",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    try {
      return ok((await codex.found()).version);
    } catch (error) {
      if (isOfWrongVersion(error)) throw new NotLookedAt("it cannot be used, see backend");
      const missing = error instanceof CodexError && error.kind === "not-installed" &&
        await findProgram(codex.server.command, codex.environment.PATH) === undefined;
      // The program's own line says so already.
      throw missing ? new NotLookedAt("there is no such program") : error;
    }
  },
};
