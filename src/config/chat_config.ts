/** Loads the configuration of a chat in the terminal: without Telegram, and perhaps without a file. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { type Profile, profileNamed, type Profiles } from "../core/session/settings.ts";
import { type Config, configPathIn, parseConfig } from "./load.ts";
import { CONFIG_PATH_VARIABLE, type Environment, variable } from "./environment.ts";
import { ConfigError } from "./errors.ts";
import { readTextFile } from "./file_access.ts";
import { conversationFolder } from "./paths.ts";

export interface ChatWishes {
  /** The path given with `--conf`. */
  readonly flag?: string | undefined;
  /** The folder in which Codex works, whatever profiles say; absolute. */
  readonly folder?: string | undefined;
  readonly profile?: string | undefined;
  /** Codex is not used. */
  readonly echo: boolean;
}

export interface ChatConfig {
  readonly config: Config;
  /** Names the conversation of the folder. */
  readonly conversation: string;
}

/** Time for a stopped turn to end, beyond the usual grace. */
const CLOSING_MS = 3_000;
const LONGEST_NAME = 40;

/**
 * Reads conf.toml if it exists, and writes nothing. What belongs to Telegram may be missing.
 * @throws {ConfigError} with every problem at once
 */
export async function loadChatConfig(
  environment: Environment,
  wishes: ChatWishes,
): Promise<ChatConfig> {
  const { path, text } = await readConf(environment, wishes.flag);
  const read = await parseConfig(text, {
    path,
    environment,
    withoutTelegram: true,
    unsetFolder: environment.workingDirectory,
  });
  const profiles = inFolder(read.profiles, wishes.folder);
  const profile = profileNamed(profiles, wishes.profile ?? profiles.default);
  const conversation = conversationIn(profile);
  const { codex, telegram, stateFolder } = read;
  const config = {
    ...read,
    profiles,
    // A chat does not need the token, so it does not get it.
    telegram: { ...telegram, botToken: "" },
    codex: wishes.echo ? { ...codex, backend: "echo" as const } : codex,
    // Leaving stops the run: only its end is waited for.
    runs: { ...read.runs, shutdownGraceMs: codex.cancelGraceMs + CLOSING_MS },
    stateFolder: conversationFolder(stateFolder, conversation),
    tracesFolder: join(stateFolder, "traces"),
  };
  return { config, conversation };
}

async function readConf(
  environment: Environment,
  flag: string | undefined,
): Promise<{ readonly path: string; readonly text: string }> {
  const named = variable(environment, CONFIG_PATH_VARIABLE);
  const path = configPathIn(environment, flag);
  const file = await readTextFile(path);
  if (file.ok) return { path, text: file.text };
  const mayBeMissing = flag === undefined && named === undefined;
  if (mayBeMissing && file.missing) return { path, text: "" };
  throw new ConfigError([{ place: path, detail: `cannot be read: ${file.reason}` }]);
}

/** Moves the profiles of this computer into the folder; it says nothing about other machines. */
function inFolder(profiles: Profiles, folder: string | undefined): Profiles {
  if (folder === undefined) return profiles;
  const moved = [...profiles.all].map(([name, profile]): [string, Profile] => [
    name,
    profile.machine === undefined ? { ...profile, workingDirectory: folder } : profile,
  ]);
  return { ...profiles, all: new Map(moved) };
}

/** The name of the folder's conversation: readable, and valid in any file system. */
function conversationIn({ workingDirectory, machine = "" }: Profile): string {
  const digest = createHash("sha256").update(`${machine}\0${workingDirectory}`).digest("hex");
  const name = basename(workingDirectory).replaceAll(/[^A-Za-z0-9_-]+/g, "-").slice(
    0,
    LONGEST_NAME,
  );
  return `${name.replace(/^-+|-+$/g, "") || "folder"}-${digest.slice(0, 8)}`;
}
