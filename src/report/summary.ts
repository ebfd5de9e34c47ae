/** A run in one line; pure. */
import type { Mode } from "../core/session/settings.ts";
import type { RunHistory, RunState } from "./run_history.ts";

export interface RunSummary {
  readonly id: string;
  readonly startedAt: string;
  readonly session: string;
  readonly profile: string | null;
  readonly workflow: Mode;
  readonly state: RunState;
  readonly durationMs: number;
  readonly tokens: number | null;
  /** The first line of the request. */
  readonly request: string;
}

export function summaryOf(run: RunHistory): RunSummary {
  return {
    id: run.id,
    startedAt: new Date(run.startedAt).toISOString(),
    session: run.session,
    profile: run.profile ?? null,
    workflow: run.workflow,
    state: run.state,
    durationMs: run.endedAt - run.startedAt,
    tokens: run.tokens?.totalTokens ?? null,
    request: run.request.trim().split(/\r?\n/, 1)[0] ?? "",
  };
}
