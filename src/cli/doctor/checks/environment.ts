/** Home folder and `.env` files. */
import type { Environment } from "../../../config/environment.ts";
import { renderProblem } from "../../../config/errors.ts";
import { obstacleTo } from "../../../core/workspace/folder_obstacle.ts";
import { type Check, fail, type Finding, ok } from "../check.ts";

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
