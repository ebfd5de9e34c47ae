/** Runs the service manager's own program, for its output. */
import { childEnvironment } from "../../integrations/codex/environment.ts";
import { findProgram } from "../../integrations/codex/codex_program.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../command_error.ts";
import type { Process } from "../process.ts";
import { shown } from "./service_managers.ts";

/** How the user's own systemd is reached. */
const NAMES = ["DBUS_SESSION_BUS_ADDRESS"];

export interface ManagerAnswer {
  readonly ok: boolean;
  /** What it printed, on either stream. */
  readonly text: string;
}

/** @throws {CommandError} when there is no such program here */
export async function askManager(
  { variables }: Process,
  command: readonly string[],
): Promise<ManagerAnswer> {
  const [name = "", ...args] = command;
  const program = await findProgram(name, variables.PATH);
  if (program === undefined) {
    throw new CommandError(EXIT_CODES.noInput, `There is no ${name} on this computer`, {
      remedy: `Where there is one, run \`${shown(command)}\` yourself`,
    });
  }
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    clearEnv: true,
    env: childEnvironment(variables, NAMES),
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { ok: success, text: `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim() };
}

/**
 * One after the other, each shown before it runs.
 * @throws {CommandError} with what the first one that fails has said
 */
export async function execute(
  process: Process,
  commands: readonly (readonly string[])[],
): Promise<void> {
  for (const command of commands) {
    process.print(`$ ${shown(command)}\n`);
    const { ok, text } = await askManager(process, command);
    if (!ok) {
      const said = text === "" ? "it said nothing" : text;
      throw new CommandError(EXIT_CODES.failed, `\`${shown(command)}\` failed: ${said}`);
    }
    if (text !== "") process.print(`${text}\n`);
  }
}
