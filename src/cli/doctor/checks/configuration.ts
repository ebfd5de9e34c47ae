/** Home folder and `.env` files. */
import type { Environment } from "../../../config/environment.ts";
import { renderProblem } from "../../../config/errors.ts";
import { obstacleTo } from "../../../core/workspace/folder_obstacle.ts";
import { type Check, fail, type Finding, NotLookedAt, ok, warn } from "../check.ts";

export const environmentCheck: Check = {
  id: "configuration.environment",
  async look(installation): Promise<Finding> {
    const { environment, error } = await installation.variables();
    if (error !== undefined) {
      const remedy = await remedyIn(environment);
      return fail("the environment cannot be used", remedy, error.problems.map(renderProblem));
    }
    const files = environment?.files ?? [];
    return files.length === 0
      ? ok("no .env file; the variables of the process count")
      : ok(files.join(", "));
  },
};

async function remedyIn(environment: Environment | undefined): Promise<string> {
  if (environment === undefined) return "Set HOME to your home folder";
  const obstacle = await obstacleTo(environment.stateFolder, Deno);
  return obstacle?.remedy ?? "Make it a file that the user who runs the program may read";
}

export const configurationFileCheck: Check = {
  id: "configuration.file",
  async look(installation): Promise<Finding> {
    const { path, read, problems } = await installation.configuration();
    if (read === "missing") {
      return fail(`there is no ${path}`, "Run `codex-orchestrator init`", [
        "What follows is looked at with the usual settings.",
      ]);
    }
    if (read !== "read") {
      return fail(
        `${path} cannot be read: ${read.reason}`,
        "Make it a file that its owner may read",
        [
          "What follows is looked at with the usual settings.",
        ],
      );
    }
    if (problems.length === 0) return ok(path);
    const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
    return fail(
      `${path} has ${count}`,
      "Mend the keys; conf.toml.example explains each",
      problems.map(renderProblem),
    );
  },
};

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
