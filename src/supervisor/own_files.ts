/** Names the files of the state folder that are the application's own. */
import { join } from "node:path";
import { REPORTS_FOLDER } from "../core/run/run_reports.ts";
import { CHAT_LOG } from "../integrations/logging/log_file.ts";
import { ASIDE_FOLDER, COMPANIONS, STATE_FILE } from "../integrations/state/state_files.ts";

/** The front-end that people use; the terminal needs no network. */
export type FrontEndName = "telegram" | "terminal";

export const TRACES_FOLDER = "traces";

/** What the bot may read and write wherever it is told to work. @param stateFolder its real path */
export function filesOfBot(stateFolder: string): readonly string[] {
  return [...ownFiles(stateFolder, "telegram"), join(stateFolder, TRACES_FOLDER)];
}

/**
 * What the application keeps in the state folder, whose other files are not its: conf.toml and `.env`,
 * the lock and the crashes of the launcher, and what Codex records of working folders.
 */
export function ownFiles(stateFolder: string, front: FrontEndName): readonly string[] {
  const names = [
    ...COMPANIONS.map((companion) => `${STATE_FILE}${companion}`),
    ASIDE_FOLDER,
    "sessions",
    "inbox",
    ...(front === "terminal" ? [CHAT_LOG, REPORTS_FOLDER] : []),
  ];
  return names.map((name) => join(stateFolder, name));
}
