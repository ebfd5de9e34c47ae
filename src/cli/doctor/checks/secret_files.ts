/** Whoever can read `.env` is the bot. */
import { type Check, fail, type Finding, NotLookedAt, ok } from "../check.ts";

const OTHERS = 0o077;

export const secretFilesCheck: Check = {
  id: "state.secrets",
  async look(installation): Promise<Finding> {
    if (Deno.build.os === "windows") throw new NotLookedAt("Windows has no such modes");
    const { files } = await installation.environment();
    if (files.length === 0) throw new NotLookedAt("there is no .env file");
    const modes = await Promise.all(files.map(async (path) => ({
      path,
      mode: ((await Deno.stat(path)).mode ?? 0) & 0o777,
    })));
    const open = modes.filter(({ mode }) => (mode & OTHERS) !== 0).map(({ path }) => path);
    if (open.length === 0) return ok("only its owner can read .env");
    return fail(
      `other users can read ${open.join(" and ")}`,
      `Run \`chmod 600 ${open.join(" ")}\`, and ask @BotFather for a new token with /revoke`,
    );
  },
};
