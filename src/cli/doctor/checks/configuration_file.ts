/** conf.toml: there, readable, and every key understood. */
import { renderProblem } from "../../../config/errors.ts";
import { type Check, fail, type Finding, ok } from "../check.ts";

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
