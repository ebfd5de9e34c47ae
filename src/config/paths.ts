/** Resolves paths: the state folder, and what `~` and relative paths mean. */
import { dirname, isAbsolute, join, relative, resolve } from "node:path";

/** The folder for state and for the default conf.toml. */
export function stateFolderOf(home: string): string {
  return join(home, ".codex-orchestrator");
}

/** Where terminal conversations are kept, a folder for each. */
export function conversationsIn(stateFolder: string): string {
  return join(stateFolder, "terminal");
}

/** Where a terminal conversation is kept. */
export function conversationFolder(stateFolder: string, conversation: string): string {
  return join(conversationsIn(stateFolder), conversation);
}

const CONVERSATION_SESSION = /^terminal:([A-Za-z0-9_-]+)$/;

/**
 * The folder with the `state.db` of a session, by its name in traces.
 * @param session may be any text
 */
export function stateFolderOfSession(stateFolder: string, session: string): string {
  const [, conversation] = CONVERSATION_SESSION.exec(session) ?? [];
  return conversation === undefined ? stateFolder : conversationFolder(stateFolder, conversation);
}

/**
 * The configuration file: `--conf`, else CODEX_CONF_PATH, else conf.toml in the state folder.
 * A relative path is taken from the folder in which the program was started.
 */
export function configPath(places: {
  readonly flag: string | undefined;
  readonly variable: string | undefined;
  readonly home: string;
  readonly workingDirectory: string;
}): string {
  const chosen = places.flag ?? places.variable;
  return chosen === undefined
    ? join(stateFolderOf(places.home), "conf.toml")
    : resolve(places.workingDirectory, expandHome(chosen, places.home));
}

/** Turns `~` and `~/x` into a path under `home`; leaves `~name`, which names another user. */
export function expandHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") || path.startsWith("~\\")
    ? join(home, path.slice(1))
    : path;
}

/** The absolute path of a path in conf.toml; relative ones begin at the folder of that file. */
export function pathFromConfig(
  path: string,
  places: { readonly configFile: string; readonly home: string },
): string {
  return resolve(dirname(places.configFile), expandHome(path, places.home));
}

/** A program in conf.toml: a bare name is looked up in PATH later, anything else is a path. */
export function programFromConfig(
  command: string,
  places: { readonly configFile: string; readonly home: string },
): string {
  const isPath = isAbsolute(command) || /[\\/]/.test(command) || command === "~";
  return isPath ? pathFromConfig(command, places) : command;
}

/** Whether `path` is that folder or lies anywhere in it. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!/^\.\.(?:[\\/]|$)/.test(way) && !/^(?:[A-Za-z]:|[\\/])/.test(way));
}
