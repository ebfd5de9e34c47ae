/** The description of the service on disk. */
import { dirname } from "node:path";
import { fileFailure, writeFileAtomically } from "../../integrations/files/durable_files.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../command_error.ts";
import type { ServiceManager } from "./service_plan.ts";

/** @returns undefined when there is none */
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
    throw new CommandError(EXIT_CODES.cannotCreate, `${path} is there already, and differs`, {
      remedy: "Compare it with what `codex-orchestrator service print` prints; --force replaces it",
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
