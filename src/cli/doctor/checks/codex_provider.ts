/** Whether Codex reaches its model provider, as far as `codex doctor` tells. */
import { describeError } from "../../../core/errors.ts";
import { readProvider } from "../../../integrations/codex/codex_reports.ts";
import { type Check, type Finding, NotLookedAt, ok, warn } from "../check.ts";

const REMEDY = "Run `codex doctor` for the whole of its report";

export const codexProviderCheck: Check = {
  id: "codex.provider",
  async look(installation): Promise<Finding> {
    if (installation.offline) throw new NotLookedAt("--offline");
    const codex = await installation.codex();
    const found = await codex.usable();
    const doctor = codex.ask(found, ["doctor", "--json"]);
    try {
      const report = await readProvider(doctor, codex.reportParts);
      if (report === undefined) throw new NotLookedAt(`Codex ${found.version} does not tell`);
      const { status, summary, details, remedy = REMEDY } = report;
      if (status === "ok") return ok(`codex doctor: ${summary}`, details);
      // It also fails providers that work and have no list of models.
      return warn(`codex doctor: ${summary}`, remedy, details);
    } catch (error) {
      if (error instanceof NotLookedAt) throw error;
      return warn(`codex doctor does not tell: ${describeError(error)}`, REMEDY);
    }
  },
};
