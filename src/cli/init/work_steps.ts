/** Whether there is a Codex that can work: found, new enough, logged in. */
import { dirname, join, resolve, sep } from "node:path";
import { isFolder } from "../../config/file_access.ts";
import { expandHome } from "../../config/paths.ts";
import { CodexError } from "../../core/errors.ts";
import { createCodexBackend } from "../../integrations/codex/create_backend.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../process.ts";
import { presentFolder, type Setup, SILENT_LOG } from "./setup.ts";

/** What is missing is told, and no reason to stop: the bot says so as well until it is mended. */
export async function checkCodex(setup: Setup): Promise<void> {
  const { prompt, options } = setup;
  if (options.skipCodexCheck) return;
  for (;;) {
    const trouble = await troubleWithCodex(setup);
    if (trouble === undefined) return;
    prompt.say(`${trouble.message}.`);
    if (trouble.remedy !== undefined) prompt.say(`${trouble.remedy}.`);
    if (trouble.kind === "not-installed") prompt.say("Then log it in with `codex login`.");
    const again = await prompt.choose("What now?", [
      { label: "go on; it can be mended later", value: false },
      { label: "look again, I have mended it", value: true },
    ]);
    if (!again) return;
  }
}

/** Starts it as the bot would, and ends it again. */
async function troubleWithCodex(
  { process, present, clock, prompt }: Setup,
): Promise<CodexError | undefined> {
  const backend = createCodexBackend(present.config.codex, {
    clock,
    log: SILENT_LOG,
    environment: process.variables,
    clientVersion: process.version,
  });
  try {
    await backend.start(process.stop);
    const { version = "" } = backend.health();
    prompt.say(`Codex ${version} is here and ready.`);
    return undefined;
  } catch (error) {
    if (error instanceof CodexError) return error;
    throw error;
  } finally {
    await backend.close();
  }
}

/** @returns an absolute path. @throws {CommandError} when the folder that was named is none */
export async function chooseFolder(setup: Setup): Promise<string> {
  const { options, environment, prompt } = setup;
  const absolute = (path: string): string =>
    resolve(environment.workingDirectory, expandHome(path, environment.home));
  if (options.workingDirectory !== undefined) {
    return await named(absolute(options.workingDirectory), setup);
  }
  const fallback = await usualFolder(setup);
  for (;;) {
    const folder = absolute(await prompt.line("In which folder shall Codex work?", fallback));
    if (!await isFolder(folder)) {
      if (!prompt.asks) throw noFolder(folder);
      prompt.say(`There is no folder ${folder}.`);
      continue;
    }
    if (!warn(folder, setup)) return folder;
    if (!prompt.asks || await prompt.confirm("Use it all the same?", false)) return folder;
  }
}

async function named(folder: string, setup: Setup): Promise<string> {
  if (!await isFolder(folder)) throw noFolder(folder);
  warn(folder, setup);
  return folder;
}

/** @returns whether there was something to warn of */
function warn(folder: string, { environment, prompt }: Setup): boolean {
  const { home, stateFolder } = environment;
  if (!isWithin(stateFolder, folder)) return false;
  const what = folder === home ? "That is your whole home" : `That holds ${stateFolder}`;
  prompt.say(`${what}: Codex may change everything in it, the bot's own files and token included.`);
  return true;
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`);
}

/** As it is now; else the repository in which the person stands; else the home. */
async function usualFolder({ present, environment }: Setup): Promise<string> {
  const { home, workingDirectory } = environment;
  const now = present.confText === undefined ? undefined : presentFolder(present.config);
  if (now !== undefined && now !== home) return now;
  return await isInRepository(workingDirectory) ? workingDirectory : home;
}

async function isInRepository(folder: string): Promise<boolean> {
  if (await exists(join(folder, ".git"))) return true;
  const parent = dirname(folder);
  return parent !== folder && await isInRepository(parent);
}

/** A worktree has a file there, a repository a folder. */
async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    // Not there, or not to be seen: no repository for us.
    return false;
  }
}

function noFolder(folder: string): CommandError {
  return new CommandError(EXIT_CODES.noInput, `There is no folder ${folder}`, {
    remedy: "Make it, or name another one",
  });
}
