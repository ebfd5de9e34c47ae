/** Home folder and `.env` files. */
import { renderProblem } from "../../../config/errors.ts";
import { type Check, fail, type Finding, ok } from "../check.ts";

export const environmentCheck: Check = {
  id: "configuration.environment",
  async look(installation): Promise<Finding> {
    const { environment, error } = await installation.variables();
    if (error !== undefined) {
      const remedy = environment === undefined
        ? "Set HOME to your home folder"
        : "Give the user that runs the program the right to read the file";
      return fail("the environment cannot be used", remedy, error.problems.map(renderProblem));
    }
    const files = environment?.files ?? [];
    return files.length === 0
      ? ok("no .env file; the variables of the process count")
      : ok(files.join(", "));
  },
};
