/** Adds to a run's state what is recorded of its folder. */
import { NO_FILES } from "../workspace/changes.ts";
import type { Sharer, WorkspaceRecord } from "../workspace/recording.ts";
import type { RunState } from "./run_state.ts";

/** Replaces what Codex told of files and lines: the record has all of them, whoever changed them. */
export function withWorkspace(state: RunState, record: WorkspaceRecord): RunState {
  if (record.type === "not-recorded") return { ...state, workspace: record };
  const { top, files: changed, totals: { files: count, added, removed } } = record;
  if (count === 0) {
    const { lines: _told, ...rest } = state;
    return { ...rest, workspace: record, files: NO_FILES };
  }
  const files = new Map(
    changed.map(({ path, kind }) =>
      [`${top}/${path}`, kind === "rename" ? "update" : kind] as const
    ),
  );
  return { ...state, workspace: record, files, lines: { added, removed } };
}

export function withSharer(state: RunState, { runId, own, request }: Sharer): RunState {
  const sharer = { runId, own, ...(request === undefined ? {} : { request }) };
  return { ...state, sharers: [...state.sharers, sharer] };
}
