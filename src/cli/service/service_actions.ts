/** Writes and removes the service's file, and runs the service manager. */
import { dirname } from "node:path";
import { findProgram } from "../../integrations/codex/codex_program.ts";
import { childEnvironment } from "../../integrations/codex/environment.ts";
import { fileFailure, writeFileAtomically } from "../../integrations/files/durable_files.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError, type Process } from "../process.ts";
import { shown } from "./service_managers.ts";
import type { ServiceManager } from "./service_plan.ts";

/** The text of the installed file; undefined when there is none. */
export async function installedText(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw notCreated(fileFailure("read", path, error));
  }
}

/**
 * Only its owner may read it: it names folders, and perhaps a proxy.
 * @throws {CommandError} when another text is there already, or it cannot be written
 */
export async function writeServiceFile(
  { path, text }: ServiceManager,
  { force }: { readonly force: boolean },
): Promise<"written" | "unchanged"> {
  const present = await installedText(path);
  if (present === text) return "unchanged";
  if (present !== undefined && !force) {
    throw new CommandError(EXIT_CODES.cannotCreate, `${path} exists and differs`, {
      remedy: "Compare it with `codex-orchestrator service print`; --force replaces it",
    });
  }
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await writeFileAtomically(path, text);
  } catch (error) {
    throw notCreated(fileFailure("write", path, error));
  }
  return "written";
}

/** @returns whether there was one */
export async function removeServiceFile(path: string): Promise<boolean> {
  try {
    await Deno.remove(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw notCreated(fileFailure("remove", path, error));
  }
}

function notCreated({ message, remedy, cause }: ReturnType<typeof fileFailure>): CommandError {
  return new CommandError(EXIT_CODES.cannotCreate, message, {
    cause,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Needed to reach the user's own systemd. */
const NAMES = ["DBUS_SESSION_BUS_ADDRESS"];

interface ManagerAnswer {
  readonly ok: boolean;
  /** What it printed, on either stream. */
  readonly text: string;
}

/** Runs the service manager's program. @throws {CommandError} when it does not exist here */
export async function askManager(
  { variables }: Process,
  command: readonly string[],
): Promise<ManagerAnswer> {
  const [name = "", ...args] = command;
  const program = await findProgram(name, variables.PATH);
  if (program === undefined) {
    throw new CommandError(EXIT_CODES.noInput, `There is no ${name} on this computer`, {
      remedy: `Run \`${shown(command)}\` yourself where it exists`,
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
 * Runs the commands one after the other, and shows each before it runs.
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
      const said = text === "" ? "no output" : text;
      throw new CommandError(EXIT_CODES.failed, `\`${shown(command)}\` failed: ${said}`);
    }
    if (text !== "") process.print(`${text}\n`);
  }
}
