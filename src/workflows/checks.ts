/** Runs the profile's checks on what a developer's turn has done, each as a step of the run. */
import { z } from "../core/schema.ts";
import {
  type Check,
  CHECK_STATUSES,
  type CheckedCommand,
  type CheckResult,
} from "../core/checks/check.ts";
import { RunCancelledError } from "../core/errors.ts";
import type { RunEvent } from "../core/run/events.ts";
import { type RunRequest, step, type StepOptions } from "../core/run/workflow.ts";
import type { WorkspaceRecord } from "../core/workspace/recording.ts";
import type { AgentDependencies } from "./agents.ts";
import type { Evidence } from "./program_findings.ts";
import type { Candidate } from "./prompts.ts";
import { contradiction } from "./report_claims.ts";

/**
 * Runs them one after another, and tells each. Those that an earlier process has run are not run
 * again: which ones there are was stored, as the configuration may be another one by now.
 */
export async function* runChecks(
  deps: AgentDependencies,
  request: RunRequest,
  { round, changed }: { readonly round: number; readonly changed: boolean },
): AsyncGenerator<RunEvent, readonly CheckedCommand[]> {
  const { steps, profile } = request;
  const options = listStep(round);
  const next = steps.nextName();
  // An earlier process went on without checks.
  if (next !== undefined && next !== options.name) return [];
  const wanted = changed ? profile.checks ?? [] : [];
  if (next === undefined && wanted.length === 0) return [];
  const checks = yield* step(steps, options, "", () => listed(wanted));
  const results: CheckedCommand[] = [];
  for (const check of checks) results.push(yield* runCheck(deps, request, round, check));
  return results;
}

/**
 * Whether the turn may have changed something; where the folder was not recorded, as Codex told.
 * @param before the record of the round before
 */
export function mayHaveChanged(
  record: WorkspaceRecord,
  { changedFiles, commands }: Pick<Candidate, "changedFiles" | "commands">,
  before?: WorkspaceRecord,
): boolean {
  if (record.type !== "recorded") return changedFiles.length > 0 || commands.length > 0;
  if (before?.type === "recorded") return before.tree !== record.tree;
  return record.totals.files > 0;
}

/** Gathers what proves or disproves the work of a round. */
export async function* gatherEvidence(
  deps: AgentDependencies,
  request: RunRequest,
  { round, candidate, changed }: {
    readonly round: number;
    readonly candidate: Candidate;
    readonly changed: boolean;
  },
): AsyncGenerator<RunEvent, Evidence> {
  const checks = yield* runChecks(deps, request, { round, changed });
  const proven = checks.filter(({ status }) => status === "passed").map(({ command }) => command);
  const { answer, commands } = candidate;
  return { checks, contradiction: contradiction(answer, commands, proven) };
}

/** A step whose work is to keep which checks there are. */
async function* listed(checks: readonly Check[]): AsyncGenerator<RunEvent, readonly Check[]> {
  yield* [];
  return await Promise.resolve(checks);
}

async function* runCheck(
  { machines }: AgentDependencies,
  request: RunRequest,
  round: number,
  check: Check,
): AsyncGenerator<RunEvent, CheckedCommand> {
  const { name, command } = check;
  const { profile, signal } = request;
  const about = { round, name, command };
  let replayed = true;
  const result = yield* step(
    request.steps,
    checkStep(round, name),
    command,
    async function* (): AsyncGenerator<RunEvent, CheckResult> {
      replayed = false;
      yield { type: "check.started", ...about };
      const runner = machines.codexOn(profile.machine).checks;
      const { workingDirectory: folder, sandbox } = profile;
      return await unlessStopped(
        signal,
        runner?.run({ folder, check, sandbox, signal }) ?? Promise.resolve(NOT_RUN),
      );
    },
  );
  const finished = { type: "check.finished", ...about, result } as const;
  yield replayed ? { ...finished, replayed } : finished;
  return { name, command, ...result };
}

const NOT_RUN: CheckResult = { status: "not-run", latencyMs: 0, tail: "" };

/** @throws {RunCancelledError} when the run is stopped meanwhile */
async function unlessStopped(
  signal: AbortSignal,
  running: Promise<CheckResult>,
): Promise<CheckResult> {
  try {
    return await running;
  } catch (error) {
    if (signal.aborted) throw new RunCancelledError("The run was stopped");
    throw error;
  }
}

function listStep(round: number): StepOptions<readonly Check[]> {
  return {
    name: `checks ${round}`,
    role: "developer",
    round,
    repeatable: true,
    parse: (recorded) => CHECKS.parse(recorded),
  };
}

function checkStep(round: number, name: string): StepOptions<CheckResult> {
  return {
    name: `check ${round} ${name}`,
    role: "developer",
    round,
    repeatable: true,
    parse: (recorded) => RESULT.parse(recorded),
  };
}

const CHECKS = z.array(
  z.object({ name: z.string(), command: z.string(), timeoutMs: z.number() }),
);

const RESULT = z.object({
  status: z.enum(CHECK_STATUSES),
  exitCode: z.number().exactOptional(),
  latencyMs: z.number(),
  tail: z.string(),
});
