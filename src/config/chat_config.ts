/** Loads the configuration of a chat in the terminal: without Telegram, and perhaps without a file. */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { type Profile, profileNamed, type Profiles } from "../core/session/settings.ts";
import { readConfFileIfThere } from "./conf_file.ts";
import type { Environment } from "./environment.ts";
import { type Config, type ConfigSource, parseConfig } from "./load.ts";
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
  const { path, text } = await readConfFileIfThere(environment, wishes.flag);
  return await parseChatConfig(text, { path, environment, ...wishes });
}

/**
 * Checks and merges the text of a conf.toml for a chat.
 * @throws {ConfigError} with every problem at once
 */
export async function parseChatConfig(
  text: string,
  { path, environment, files, ...wishes }:
    & Pick<ConfigSource, "path" | "environment" | "files">
    & Omit<ChatWishes, "flag">,
): Promise<ChatConfig> {
  const read = await parseConfig(text, {
    path,
    environment,
    withoutTelegram: true,
    unsetFolder: environment.workingDirectory,
    ...(files === undefined ? {} : { files }),
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
