/** What happened within a stage, step by step; pure. */
import type {
  ApprovalTrace,
  CommandTrace,
  FilesTrace,
  MessageTrace,
  NoticeTrace,
  ToolTrace,
} from "../core/run/trace.ts";

export type Step =
  | CommandTrace
  | FilesTrace
  | ToolTrace
  | MessageTrace
  | ApprovalTrace
  | NoticeTrace;

/** When a step began; what has no beginning happened at once. */
export function startOf(step: Step): number {
  return Date.parse("started_at" in step ? step.started_at : step.timestamp);
}

export function endOf(step: Step): number {
  return Date.parse(step.timestamp);
}

/**
 * In the order in which they began, with paths as they are called in the folder of the run. Codex
 * counts the wait for a person as a part of the command that waits; here it is none.
 */
export function tidySteps(steps: readonly Step[], folder: string | undefined): Step[] {
  const approvals = steps.filter((step) => step.type === "approval");
  return steps.map((step): Step => {
    if (step.type === "command") return withoutWait(step, approvals);
    return step.type === "files" ? withShortPaths(step, folder) : step;
  }).sort((one, other) => startOf(one) - startOf(other));
}

function withoutWait(command: CommandTrace, approvals: readonly ApprovalTrace[]): CommandTrace {
  const [from, to] = [startOf(command), endOf(command)];
  const decidedAt = approvals
    .filter((approval) => startOf(approval) >= from && endOf(approval) <= to)
    .reduce((latest, approval) => Math.max(latest, endOf(approval)), from);
  return {
    ...command,
    started_at: new Date(decidedAt).toISOString(),
    duration_ms: Math.max(0, command.duration_ms - (decidedAt - from)),
  };
}

function withShortPaths(files: FilesTrace, folder: string | undefined): FilesTrace {
  if (folder === undefined) return files;
  const inside = `${folder}/`;
  const changes = files.changes.map(({ path, kind }) => ({
    path: path.startsWith(inside) ? path.slice(inside.length) : path,
    kind,
  }));
  return { ...files, changes };
}
