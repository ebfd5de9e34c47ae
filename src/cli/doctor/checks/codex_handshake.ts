/** Starts Codex for a moment, as the program does, and ends it again. */
import { CodexError, describeError } from "../../../core/errors.ts";
import { type Check, fail, type Finding, ok } from "../check.ts";

export const codexHandshakeCheck: Check = {
  id: "codex.handshake",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    const start = await codex.start();
    const { kind } = await codex.found();
    if (start.state === "ready") {
      return ok(`${kind} answered in ${start.ms} ms, and was ended again`);
    }
    const { error } = start;
    if (error instanceof CodexError && error.kind === "not-logged-in") {
      return ok(`${kind} answered in ${start.ms} ms, and asks for a login`);
    }
    return error instanceof CodexError
      ? fail(error.message, error.remedy)
      : fail(describeError(error), "Start it by hand and look what it says");
  },
};
