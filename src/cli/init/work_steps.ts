/** Checks Codex (found, new enough, logged in) and asks for the folder in which it works. */
import { dirname, join, resolve } from "node:path";
import { isFolder, realPathOf } from "../../config/file_access.ts";
import { expandHome, isInside } from "../../config/paths.ts";
import { CodexError } from "../../core/errors.ts";
import { createCodexBackend } from "../../integrations/codex/create_backend.ts";
import { NO_LOG } from "../../core/log.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError, type Process } from "../process.ts";
import { presentFolder, type Setup } from "./setup.ts";

/** Says what is wrong with Codex. That is no reason to stop: the bot says so, too, until it is fixed. */
export async function checkCodex(setup: Setup): Promise<void> {
  const { prompt, options } = setup;
  if (options.skipCodexCheck) return;
  for (;;) {
    const trouble = await troubleWithCodex(setup);
    if (trouble === undefined) return;
    prompt.say(`${trouble.message}.`);
    if (trouble.remedy !== undefined) prompt.say(`${trouble.remedy}.`);
    if (trouble.kind === "not-installed") prompt.say("Then log in with `codex login`.");
    const again = await prompt.choose("What now?", [
      { label: "continue; I will fix it later", value: false },
      { label: "check again; I have fixed it", value: true },
    ]);
    if (!again) return;
  }
}

/** Starts Codex as the bot would, and stops it again. */
async function troubleWithCodex(
  { process, present, clock, prompt }: Setup,
): Promise<CodexError | undefined> {
  const backend = createCodexBackend(present.config.codex, {
    clock,
    log: NO_LOG,
    environment: process.variables,
    clientVersion: process.version,
  });
  try {
    await backend.start(process.stop);
    const { version = "" } = backend.health();
    prompt.say(`Codex ${version} is ready.`);
    return undefined;
  } catch (error) {
    if (error instanceof CodexError) return error;
    throw error;
  } finally {
    await backend.close();
  }
}

/** @returns an absolute path. @throws {CommandError} when the named folder does not exist */
export async function chooseFolder(setup: Setup): Promise<string> {
  const { options, environment, prompt } = setup;
  const absolute = (path: string): string =>
    resolve(environment.workingDirectory, expandHome(path, environment.home));
  if (options.workingDirectory !== undefined) {
    return await named(absolute(options.workingDirectory), setup);
  }
  const fallback = await usualFolder(setup);
  for (;;) {
    const folder = absolute(await prompt.line("In which folder should Codex work?", fallback));
    if (!await isFolder(folder)) {
      if (!prompt.asks) throw noFolder(folder);
      prompt.say(`There is no folder ${folder}.`);
      continue;
    }
    if (!warn(folder, setup)) return folder;
    if (!prompt.asks || await prompt.confirm("Use it anyway?", false)) return folder;
  }
}

async function named(folder: string, setup: Setup): Promise<string> {
  if (!await isFolder(folder)) throw noFolder(folder);
  warn(folder, setup);
  return folder;
}

/** @returns whether there was something to warn about */
function warn(folder: string, { environment, prompt }: Setup): boolean {
  const { home, stateFolder } = environment;
  if (!isInside(stateFolder, folder)) return false;
  const what = folder === home ? "That is your whole home folder" : `That contains ${stateFolder}`;
  prompt.say(`${what}: Codex could change everything in it, including the bot's files and token.`);
  return true;
}

/**
 * The configured folder; else the current one, if it is in a repository other than the program's
 * own; else the home folder.
 */
async function usualFolder({ present, environment, process }: Setup): Promise<string> {
  const { home, workingDirectory } = environment;
  const configured = present.confText === undefined ? undefined : presentFolder(present.config);
  if (configured !== undefined && configured !== home) return configured;
  const repository = await repositoryOf(workingDirectory);
  if (repository === undefined) return home;
  return await isOfTheProgram(workingDirectory, repository, process) ? home : workingDirectory;
}

/** Whether the folder is the program's own, or lies in it or in its checkout. */
async function isOfTheProgram(
  folder: string,
  repository: string,
  { program }: Process,
): Promise<boolean> {
  const [here, top, file] = await Promise.all([
    realPathOf(folder),
    realPathOf(repository),
    realPathOf(program.command.at(-1) ?? ""),
  ]);
  // A project may have installed the program, which does not make it the program's.
  const installed = /[\\/]node_modules[\\/]/.test(file);
  return isInside(here, dirname(file)) || (!installed && isInside(file, top));
}

/** The folder with `.git` that holds the folder; undefined when there is none. */
async function repositoryOf(folder: string): Promise<string | undefined> {
  if (await exists(join(folder, ".git"))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : await repositoryOf(parent);
}

/** A worktree has a file there, and a repository a folder. */
async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    // Missing or not accessible: not a repository for us.
    return false;
  }
}

function noFolder(folder: string): CommandError {
  return new CommandError(EXIT_CODES.noInput, `There is no folder ${folder}`, {
    remedy: "Create it, or choose another one",
  });
}
