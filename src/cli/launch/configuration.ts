/** Has conf.toml read, and holds what comes of it against its text. */
import type { ConfFile } from "../../config/conf_file.ts";
import { ConfigError } from "../../config/errors.ts";
import type { Environment } from "../../config/environment.ts";
import { isFolder, readTextFile, type TextFile } from "../../config/file_access.ts";
import { heldConfig, namedPaths, withoutValues } from "../../config/held_config.ts";
import type { Config } from "../../config/load.ts";
import { conversationFolder } from "../../config/paths.ts";
import { setsNothing } from "../../config/written.ts";
import { join } from "node:path";
import type { ConfigurationOrder, Configurator, KnownFiles } from "./configuring.ts";

interface Wanted {
  readonly file: ConfFile;
  readonly environment: Environment;
  readonly chat?: ConfigurationOrder["chat"];
}

interface ReadConfiguration {
  readonly config: Config;
  /** Names the conversation of a chat. */
  readonly conversation: string;
}

const CONVERSATION = /^[A-Za-z0-9_-]+$/;

/** @throws {ConfigError} with every problem at once */
export async function readConfiguration(
  configurator: Configurator,
  { file: { path, text, created }, environment, chat }: Wanted,
): Promise<ReadConfiguration> {
  const answer = await configurator.read({
    text,
    path,
    created,
    environment: withoutValues(environment),
    files: await knownFiles(text, { configFile: path, home: environment.home }),
    ...(chat === undefined ? {} : { chat }),
  });
  if (answer.type === "refused") throw new ConfigError(answer.problems, answer.notes);
  const { conversation = "" } = answer;
  if (chat !== undefined && !CONVERSATION.test(conversation)) {
    throw new ConfigError([{ place: path, detail: "gives the conversation no name" }]);
  }
  const { stateFolder } = environment;
  const config = heldConfig(answer.config, {
    text,
    path,
    environment,
    withoutTelegram: chat !== undefined,
    folders: chat?.folder === undefined ? [] : [chat.folder],
    stateFolder: chat === undefined ? stateFolder : conversationFolder(stateFolder, conversation),
    tracesFolder: chat === undefined ? undefined : join(stateFolder, "traces"),
  });
  return { config, conversation };
}

/**
 * The template of a first start, which must set nothing: it comes from where libraries of others run.
 * @throws {ConfigError} when it does
 */
export async function checkedTemplate(configurator: Configurator): Promise<string> {
  const text = await configurator.template();
  if (setsNothing(text)) return text;
  throw new ConfigError([{ place: "template", detail: "sets more than its defaults" }]);
}

/** Prompts are short; what is larger is no text for a model. */
const MOST_BYTES = 1_000_000;

async function knownFiles(
  text: string,
  places: Parameters<typeof namedPaths>[1],
): Promise<KnownFiles> {
  const texts = new Map<string, TextFile>();
  const folders = new Set<string>();
  await Promise.all(
    namedPaths(text, places).map(async (path) => {
      if (await isFolder(path)) folders.add(path);
      else if (await isSmallFile(path)) texts.set(path, await readTextFile(path));
    }),
  );
  return { texts, folders };
}

async function isSmallFile(path: string): Promise<boolean> {
  try {
    const { isFile, size, mode } = await Deno.stat(path);
    const isProgram = mode !== null && (mode & 0o111) !== 0;
    return isFile && size <= MOST_BYTES && !isProgram;
  } catch (error) {
    // Why it cannot be read is told to the person.
    return !(error instanceof Deno.errors.NotFound);
  }
}
