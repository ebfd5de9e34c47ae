/** A run at work: what the engine knows of it while it lasts. */
import { RunAdditions } from "./additions.ts";
import type { Clock } from "../clock.ts";
import type { TokenUsage } from "../codex/codex.ts";
import type { RunView } from "./engine.ts";
import type { ReviewResult } from "./events.ts";
import type { StoredRun } from "./run.ts";
import type { Mode, Profile, Role } from "../session/settings.ts";

export interface RunAtWork {
  readonly run: StoredRun;
  readonly controller: AbortController;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly additions: RunAdditions;
  mode: Mode;
  /** Set once the run has begun. */
  profile?: Profile;
  /** What is asked, with the paths under which Codex finds the files; set once the run has begun. */
  prompt?: string;
  stage?: { readonly role: Role; readonly round: number; readonly startedAt: number };
  reviewRounds: number;
  reviewResult?: ReviewResult;
  usage?: TokenUsage;
  /** True when the end of the program stops it, and not a person. */
  suspended: boolean;
  /** True after `/new`: the session it belonged to is gone and must not be written to. */
  detached: boolean;
}

export function runAtWork(run: StoredRun, clock: Clock): RunAtWork {
  return {
    run,
    controller: new AbortController(),
    startedAt: clock.monotonic(),
    additions: new RunAdditions(run.additions),
    mode: run.mode ?? "plan",
    reviewRounds: 0,
    suspended: false,
    detached: false,
  };
}

/** Stops the run such that the next start finds it. */
export function suspend(active: RunAtWork): void {
  active.suspended = true;
  active.controller.abort();
}

/** The same for people: ages instead of clock readings. */
export function runView(
  { run, mode, profile, stage, startedAt }: RunAtWork,
  now: number,
): RunView {
  return {
    run,
    mode,
    ageMs: Math.round(now - startedAt),
    ...(profile?.machine === undefined ? {} : { machine: profile.machine }),
    ...(stage === undefined ? {} : {
      stage: { role: stage.role, round: stage.round, ageMs: Math.round(now - stage.startedAt) },
    }),
  };
}
