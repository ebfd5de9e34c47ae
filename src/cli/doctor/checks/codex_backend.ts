/** Which of its two protocols Codex is spoken to in. */
import { isOfWrongVersion } from "../codex_installation.ts";
import { type Check, type Finding, NotLookedAt, ok } from "../check.ts";

export const codexBackendCheck: Check = {
  id: "codex.backend",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    const { choice } = codex;
    const found = await codex.found().catch((error) => {
      if (isOfWrongVersion(error)) throw error;
      throw new NotLookedAt(`codex.backend is ${choice}, and there is no Codex that can be used`);
    });
    return ok(`${found.kind}: ${found.reason}`, [`started as: ${found.commandLine}`]);
  },
};
