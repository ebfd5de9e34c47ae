/** What works in conf.toml but deserves a look. */
import { type Check, type Finding, NotLookedAt, ok, warn } from "../check.ts";

export const configurationWarningsCheck: Check = {
  id: "configuration.warnings",
  async look(installation): Promise<Finding> {
    const { config: { warnings }, read } = await installation.configuration();
    if (read !== "read") throw new NotLookedAt("no conf.toml was read");
    return warnings.length === 0
      ? ok("none")
      : warn(`${warnings.length} to look at`, "Change conf.toml, or leave it so", warnings);
  },
};
