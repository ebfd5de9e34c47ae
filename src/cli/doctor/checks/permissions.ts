/** What the confined application would hold: the same computation as `permissions`. */
import { confine } from "../../../supervisor/confinement.ts";
import { type Check, type Finding, ok } from "../check.ts";
import { realPathOf } from "../real_path.ts";

/** A Codex that is not installed may come to lie in any folder of PATH. */
const MOST_LISTED = 4;

export const permissionsCheck: Check = {
  id: "system.permissions",
  async look(installation): Promise<Finding> {
    const config = await installation.config();
    const { variables } = await installation.environment();
    const { permissions } = await confine(config, variables, await realPathOf(config.stateFolder));
    const { read, write, net, run } = permissions;
    const listed = (paths: readonly string[]): string =>
      paths.length > MOST_LISTED
        ? `${paths.length} files; \`codex-orchestrator permissions\` lists them`
        : paths.join(", ") || "nothing";
    return ok("the application is confined to what conf.toml needs", [
      `read: ${listed(read)}`,
      `write: ${listed(write)}`,
      `reach: ${listed(net)}`,
      `start: ${listed(run)}`,
    ]);
  },
};
