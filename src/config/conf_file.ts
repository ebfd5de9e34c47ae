/** The file conf.toml: read, or written from the template where there is none. */
import { dirname } from "node:path";
import { configPath } from "./paths.ts";
import { CONFIG_PATH_VARIABLE, type Environment, variable } from "./environment.ts";
import { ConfigError } from "./errors.ts";
import { exists, fileErrorReason, readTextFile } from "./file_access.ts";

/** The path of conf.toml, whether it exists or not. @param flag the path given with `--conf` */
export function configPathIn(environment: Environment, flag: string | undefined): string {
  return configPath({
    flag,
    variable: variable(environment, CONFIG_PATH_VARIABLE),
    home: environment.home,
    workingDirectory: environment.workingDirectory,
  });
}

export interface ConfFile {
  readonly path: string;
  readonly text: string;
  /** It did not exist, and was written from the template just now. */
  readonly created: boolean;
}

/**
 * Reads conf.toml; writes it from the template first if it is missing.
 * @throws {ConfigError} when it can be neither read nor written
 */
export async function readConfFile(
  path: string,
  environment: Environment,
  template: () => string | Promise<string>,
): Promise<ConfFile> {
  const created = await createIfMissing(path, environment, template);
  const file = await readTextFile(path);
  if (file.ok) return { path, text: file.text, created };
  throw new ConfigError([{ place: path, detail: `cannot be read: ${file.reason}` }]);
}

/**
 * Reads conf.toml if it exists, and writes nothing.
 * @throws {ConfigError} when it cannot be read, or the person has named one that does not exist
 */
export async function readConfFileIfThere(
  environment: Environment,
  flag: string | undefined,
): Promise<ConfFile> {
  const named = variable(environment, CONFIG_PATH_VARIABLE);
  const path = configPathIn(environment, flag);
  const file = await readTextFile(path);
  if (file.ok) return { path, text: file.text, created: false };
  const mayBeMissing = flag === undefined && named === undefined;
  if (mayBeMissing && file.missing) return { path, text: "", created: false };
  throw new ConfigError([{ place: path, detail: `cannot be read: ${file.reason}` }]);
}

async function createIfMissing(
  path: string,
  environment: Environment,
  template: () => string | Promise<string>,
): Promise<boolean> {
  try {
    // An existing file needs no permission to write beside it.
    if (await exists(path)) return false;
    return await writeMissingConfig(path, environment, await template());
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const reason = error instanceof Deno.errors.NotFound
      ? "neither does its folder"
      : `it cannot be written: ${fileErrorReason(error)}`;
    throw new ConfigError([{ place: path, detail: `does not exist, and ${reason}` }]);
  }
}

/**
 * Writes the template to `path` unless there is a file by now.
 *
 * Creates only the state folder: any other missing folder is a typo in the path.
 *
 * @returns whether the file was written
 * @throws the file system's error when it cannot be written
 */
async function writeMissingConfig(
  path: string,
  environment: Environment,
  template: string,
): Promise<boolean> {
  if (dirname(path) === environment.stateFolder) {
    await Deno.mkdir(environment.stateFolder, { recursive: true, mode: 0o700 });
  }
  return await writeNew(path, template);
}

/**
 * Writes a temporary file and then links it to the path: a crash leaves the whole file or none, and a
 * file that was created meanwhile is left as it is.
 */
async function writeNew(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(temporary, text, { createNew: true, mode: 0o600 });
    using file = await Deno.open(temporary, { write: true });
    await file.sync();
    await linkTo(temporary, path, text);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  } finally {
    await removeIfThere(temporary);
  }
}

async function linkTo(temporary: string, path: string, text: string): Promise<void> {
  try {
    await Deno.link(temporary, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    // Some file systems have no links; the text is only the template, so a torn file is no loss.
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
