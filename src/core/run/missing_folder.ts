/** Tells when the folder in which a run works has gone meanwhile. */
import type { Notice } from "../chat/chat.ts";
import type { Profile } from "../session/settings.ts";
import type { WorkspaceRecord } from "../workspace/recording.ts";
import type { RunState } from "./run_state.ts";

/**
 * The answer is one of a Codex that could do nothing from then on. A run whose folder is missing at
 * its beginning fails with that.
 * @returns what to tell; undefined where the folder is there, or was known to be gone
 */
export function missingFolder(
  record: WorkspaceRecord,
  { workspace }: Pick<RunState, "workspace">,
  { machine, workingDirectory: folder }: Profile,
): Notice | undefined {
  if (!isMissing(record) || isMissing(workspace)) return undefined;
  return { type: "folder.missing", folder, ...(machine === undefined ? {} : { machine }) };
}

function isMissing(record: WorkspaceRecord | undefined): boolean {
  return record?.type === "not-recorded" && record.reason === "missing";
}
