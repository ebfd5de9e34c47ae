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
import { type AgentDependencies, recordRound } from "./agents.ts";
import type { Evidence } from "./program_findings.ts";
import type { Candidate } from "./prompts.ts";
import { contradiction } from "./report_claims.ts";

/** What is to be checked. */
interface Checked {
  readonly round: number;
  /** The developer's turn may have changed something. */
  readonly changed: boolean;
  /** The folder as the turn has left it; absent where it is not recorded. */
  readonly record?: WorkspaceRecord | undefined;
}

interface RanChecks {
  readonly checks: readonly CheckedCommand[];
  /** The folder as the checks have left it; absent where none was run just now. */
  readonly record?: WorkspaceRecord;
}

/**
 * Runs them one after another, and tells each. Those that an earlier process has run are not run
 * again: which ones there are was stored, as the configuration may be another one by now.
 */
export async function* runChecks(
  deps: AgentDependencies,
  request: RunRequest,
  { round, changed, record }: Checked,
): AsyncGenerator<RunEvent, RanChecks> {
  const { steps, profile } = request;
  const options = listStep(round);
  const next = steps.nextName();
  // An earlier process went on without checks.
  if (next !== undefined && next !== options.name) return { checks: [] };
  const wanted = changed ? profile.checks ?? [] : [];
  if (next === undefined && wanted.length === 0) return { checks: [] };
  const listed = yield* step(steps, options, "", () => listOf(wanted));
  const checks: CheckedCommand[] = [];
  let ran = false;
  for (const check of listed) {
    const { isReplayed, ...result } = yield* runCheck(deps, request, round, check);
    ran ||= !isReplayed && result.status !== "not-run";
    checks.push(result);
  }
  if (!ran || record?.type !== "recorded") return { checks };
  // A check may change files, too, as one that formats them does.
  return { checks, record: yield* recordRound(deps, request, round, { goesOn: true }) };
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
  { candidate, ...checked }: Checked & { readonly candidate: Candidate },
): AsyncGenerator<RunEvent, Evidence & Pick<RanChecks, "record">> {
  const ran = yield* runChecks(deps, request, checked);
  const { checks } = ran;
  const proven = checks.filter(({ status }) => status === "passed").map(({ command }) => command);
  const { answer, commands } = candidate;
  return {
    ...ran,
    checksWrote: treeOf(ran.record) !== undefined && treeOf(ran.record) !== treeOf(checked.record),
    contradiction: contradiction(answer, commands, proven),
  };
}

function treeOf(record: WorkspaceRecord | undefined): string | undefined {
  return record?.type === "recorded" ? record.tree : undefined;
}

/** A step whose work is to keep which checks there are. */
async function* listOf(checks: readonly Check[]): AsyncGenerator<RunEvent, readonly Check[]> {
  yield* [];
  return await Promise.resolve(checks);
}

async function* runCheck(
  { machines }: AgentDependencies,
  request: RunRequest,
  round: number,
  check: Check,
): AsyncGenerator<RunEvent, CheckedCommand & { readonly isReplayed: boolean }> {
  const { name, command } = check;
  const { profile, signal } = request;
  const about = { round, name, command };
  let isReplayed = true;
  const result = yield* step(
    request.steps,
    checkStep(round, name),
    command,
    async function* (): AsyncGenerator<RunEvent, CheckResult> {
      isReplayed = false;
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
  yield isReplayed ? { ...finished, replayed: true } : finished;
  return { name, command, ...result, isReplayed };
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
