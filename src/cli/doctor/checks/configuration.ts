/** Checks the environment and conf.toml. */
import type { Environment } from "../../../config/environment.ts";
import { renderProblem } from "../../../config/errors.ts";
import { obstacleTo } from "../../../core/workspace/folder_obstacle.ts";
import { type Check, CheckSkipped, fail, type Finding, ok, warn } from "../check.ts";

const WITH_DEFAULTS = "The other checks use the default settings.";

/** Home folder and `.env` files. */
export const environmentCheck: Check = {
  id: "configuration.environment",
  async look(installation): Promise<Finding> {
    const { environment, error } = await installation.variables();
    if (error !== undefined) {
      const remedy = await remedyIn(environment);
      return fail("the environment cannot be used", remedy, error.problems.map(renderProblem));
    }
    const files = environment?.files ?? [];
    const leftOut = (environment?.leftOut ?? []).map(({ path }) =>
      `${path}: nothing but a TELEGRAM_BOT_TOKEN counts of it`
    );
    return files.length === 0
      ? ok("nothing from a .env file; only the process's own variables are used", leftOut)
      : ok(files.join(", "));
  },
};

async function remedyIn(environment: Environment | undefined): Promise<string> {
  if (environment === undefined) return "Set HOME to your home folder";
  const obstacle = await obstacleTo(environment.stateFolder, Deno);
  return obstacle?.remedy ?? "Make it a file that the user who runs the program can read";
}

/** conf.toml: there, readable, and every key understood. */
export const configurationFileCheck: Check = {
  id: "configuration.file",
  async look(installation): Promise<Finding> {
    const { path, read, problems } = await installation.configuration();
    if (read === "missing") {
      return fail(`there is no ${path}`, "Run `codex-orchestrator init`", [WITH_DEFAULTS]);
    }
    if (read !== "read") {
      return fail(
        `${path} cannot be read: ${read.reason}`,
        "Make it a file that its owner can read",
        [WITH_DEFAULTS],
      );
    }
    if (problems.length === 0) return ok(path);
    const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
    return fail(
      `${path} has ${count}`,
      "Fix these keys; conf.toml.example explains each",
      // What is no TOML is not read at all.
      [
        ...problems.map(renderProblem),
        ...(problems.some(({ key }) => key === undefined) ? [WITH_DEFAULTS] : []),
      ],
    );
  },
};

/** What works in conf.toml but may not be meant so. */
export const configurationWarningsCheck: Check = {
  id: "configuration.warnings",
  async look(installation): Promise<Finding> {
    const { config: { warnings }, read } = await installation.configuration();
    if (read !== "read") throw new CheckSkipped("no conf.toml was read");
    return warnings.length === 0 ? ok("none") : warn(
      `${warnings.length} warning${warnings.length === 1 ? "" : "s"}`,
      "Change conf.toml, or keep it if this is what you want",
      warnings,
    );
  },
};
