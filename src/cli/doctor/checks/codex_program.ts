/** Which program is started for Codex, and why that one. */
import { delimiter, isAbsolute } from "node:path";
import {
  findProgram,
  nativeProgram,
  packageOf,
} from "../../../integrations/codex/codex_program.ts";
import { type Check, fail, type Finding, ok, warn } from "../check.ts";

export const codexProgramCheck: Check = {
  id: "codex.program",
  async look(installation): Promise<Finding> {
    const codex = await installation.codex();
    const { command } = codex.server;
    const path = codex.environment.PATH ?? codex.environment.Path;
    const found = await findProgram(command, path);
    const rule = isAbsolute(command)
      ? "as conf.toml names it"
      : `the first "${command}" in PATH${command === "codex" ? "" : ", as conf.toml names it"}`;
    if (found === undefined) {
      return fail(
        `there is no program "${command}"${isAbsolute(command) ? "" : " in PATH"}`,
        "Install Codex with `npm install -g @openai/codex`, or set codex.command",
        isAbsolute(command) ? [] : [`looked in: ${(path ?? "nothing").split(delimiter).join(" ")}`],
      );
    }
    if (packageOf(codex.server) !== undefined) {
      return warn(
        `${found}: a package runner, ${rule}`,
        "A package runner may leave Codex behind when it ends: install Codex instead",
      );
    }
    const native = await nativeProgram(command, path);
    return ok(
      `${found}: ${rule}`,
      native === command || native === found ? [] : [
        `npm's script stands for ${native}, which is started`,
      ],
    );
  },
};
