/**
 * Writes the trace of each run while it happens. Every text is masked before it is cut, and a run
 * has room for so many lines only: a run that never ends must not fill the disk.
 */
import { type PlanStep, type TurnEvent, type TurnItem, waitNote } from "../codex/codex.ts";
import { declineNote, isQuestion, type PersonRequest } from "../codex/question.ts";
import {
  agentState,
  isSameApproval,
  NEW_TURN,
  type OpenApproval,
  wholeDiff,
} from "../codex/turn_state.ts";
import { newsNote } from "../codex/news.ts";
import { unreachable } from "../errors.ts";
import { sessionId } from "../session/session.ts";
import { agentSettingsOf, type Role } from "../session/settings.ts";
import type { WorkspaceRecord } from "../workspace/recording.ts";
import { fileDiffs } from "../workspace/unified_diff.ts";
import type { Finding, Review, RunEvent, RunOutcome, StageReport } from "./events.ts";
import { openFindings } from "./findings.ts";
import { runEnd } from "./run_end.ts";
import { decisionNote, planMarkdown, type ProposedPlan } from "./plan.ts";
import { isForPeople, type Place, shortRedacted, subjectOf } from "./run_log.ts";
import {
  currentStage,
  currentTurn,
  reviewResult,
  type RunChange,
  type RunObserver,
  workingMode,
} from "./run_state.ts";
import { withAdditions } from "./steering.ts";
import {
  type ApprovalTrace,
  type NoticeTrace,
  RECORDED_STATUS,
  TRACE_VERSION,
  type TraceRecord,
  type TraceWriter,
} from "./trace.ts";

/** Lines of a run that tell its steps; those of the run itself and of its stages always fit. */
const MOST_STEPS = 1_000;
/** UTF-16 units, all of them. A request or an answer beyond it is in the chat as a file, not here. */
const LONGEST_TEXT = 100_000;
const LONGEST_MESSAGE = 20_000;
const LONGEST_REMARK = 4_000;
const LONGEST_CHECK = 500;
const MOST_FINDINGS = 50;
const MOST_FILES = 200;
const MOST_CHECKS = 50;

/** One line without what every line has. */
type Line<Record_ = TraceRecord> = Record_ extends TraceRecord
  ? Omit<Record_, "schema_version" | "timestamp" | "run_id" | "session_id">
  : never;

export class RunTracer implements RunObserver {
  readonly #traces: TraceWriter;
  /** How many steps each run had to tell so far. */
  readonly #steps = new Map<string, number>();

  constructor(traces: TraceWriter) {
    this.#traces = traces;
  }

  observe(change: RunChange): void {
    const { event, before } = change;
    switch (event.type) {
      case "run.started":
        return this.#write(change, this.#runLine(change));
      case "mode.selected": {
        const { mode, reason } = event;
        return this.#write(change, { type: "selection", mode, reason: this.#short(reason) });
      }
      case "plan.proposed":
        return this.#writeSteps(change, [this.#planLine(event)]);
      case "plan.decided":
        return this.#writeSteps(change, [
          this.#notice({ role: "planner", round: 0 }, "decision", decisionNote(event.decision)),
        ]);
      case "stage.started": {
        const { role, round } = event;
        const line = { type: "stage_start", stage: role, round, ...chosen(change, role) } as const;
        return this.#write(change, line);
      }
      case "turn.event":
        return this.#writeSteps(change, this.#turnLines(change, event.event, event));
      case "stage.finished":
        this.#writeSteps(change, this.#cutShort(change, event.stage));
        return this.#write(change, this.#stageLine(change, event.stage));
      case "stage.replayed":
        return this.#writeSteps(change, [this.#notice(lastPlace(before), "replayed", event.step)]);
      case "run.steered":
        return this.#writeSteps(change, [this.#notice(lastPlace(before), "steer", event.text)]);
      case "review.finished":
        return this.#write(change, this.#reviewLine(event.round, event.review));
      case "workspace.recorded":
        return this.#write(change, workspaceLine(event.round, event.record));
      case "check.finished":
        return this.#writeSteps(
          change,
          event.replayed === true ? [] : [this.#checkLine(change, event)],
        );
      case "run.suspended":
        return this.#end(change, { type: "suspended" });
      case "run.finished":
        return this.#end(change, this.#requestLine(change, event.outcome));
      case "check.started":
      case "goal.changed":
      case "goal.reported":
      case "workspace.shared":
      case "run.queued":
      case "run.offered":
      case "run.continued":
      case "approval.answered":
      case "question.answered":
        return;
      default:
        return unreachable(event);
    }
  }

  #writeSteps(change: RunChange, lines: readonly Line[]): void {
    const { id } = change.run;
    for (const line of lines) {
      const count = (this.#steps.get(id) ?? 0) + 1;
      this.#steps.set(id, count);
      if (count <= MOST_STEPS) this.#write(change, line);
    }
  }

  #end(change: RunChange, line: Line): void {
    this.#write(change, line);
    this.#steps.delete(change.run.id);
  }

  #write({ run, at }: RunChange, line: Line): void {
    this.#traces.write({
      schema_version: TRACE_VERSION,
      timestamp: at.toISOString(),
      run_id: run.id,
      session_id: sessionId(run.session),
      ...line,
    });
  }

  #runLine({ run, profile, state }: RunChange): Line {
    return {
      type: "run",
      continued: run.mode !== undefined,
      mode: state.mode,
      profile: profile?.name ?? "",
      working_directory: profile?.workingDirectory ?? "",
      input_text: this.#short(run.prompt, LONGEST_TEXT),
    };
  }

  #requestLine({ run, state }: RunChange, outcome: RunOutcome): Line {
    const { additions, review, usage, latencyMs } = state;
    return {
      type: "request",
      mode: workingMode(state),
      review_round: review?.round ?? 0,
      review_result: reviewResult(state) ?? null,
      verdict: runEnd(outcome, state).verdict,
      input_kind: run.prompt.startsWith("/") ? "codex_slash" : "text",
      input_text: this.#short(withAdditions(run.prompt, additions), LONGEST_TEXT),
      output_text: this.#short(outcome.answer?.text ?? "", LONGEST_TEXT),
      status: RECORDED_STATUS[outcome.status],
      latency_ms: latencyMs,
      tokens: usage ?? null,
      error_message: outcome.status === "failed" ? this.#short(outcome.message) : null,
      omitted: Math.max(0, (this.#steps.get(run.id) ?? 0) - MOST_STEPS),
    };
  }

  #reviewLine(round: number, { verdict, summary, findings }: Review): Line {
    const fit = findings.length <= MOST_FINDINGS ? findings : openFirst(findings);
    const omitted = Math.max(0, findings.length - MOST_FINDINGS);
    return {
      type: "review",
      round,
      verdict,
      summary: this.#short(summary),
      findings: fit.slice(0, MOST_FINDINGS).map((finding) => ({
        ...finding,
        message: this.#short(finding.message),
      })),
      ...(omitted === 0 ? {} : { omitted_findings: omitted }),
    };
  }

  #checkLine(
    { state, at }: RunChange,
    { round, name, command, result }: RunEvent & { readonly type: "check.finished" },
  ): Line {
    const begun = state.checks.find((check) => check.round === round && check.name === name);
    return {
      type: "check",
      stage: "developer",
      round,
      started_at: (begun?.startedAt ?? at).toISOString(),
      duration_ms: result.latencyMs,
      name: this.#short(name),
      command: this.#short(command),
      status: result.status,
      exit_code: result.exitCode ?? null,
      output: result.tail === "" ? null : this.#traces.redact(result.tail),
    };
  }

  #stageLine(change: RunChange, stage: StageReport): Line {
    const turn = currentTurn(change.state);
    return {
      type: "stage",
      mode: workingMode(change.state),
      stage: stage.role,
      round: stage.round,
      result: stage.status,
      started_at: new Date(change.at.getTime() - stage.latencyMs).toISOString(),
      latency_ms: stage.latencyMs,
      ...chosen(change, stage.role),
      thread_id: turn.threadId ?? null,
      tokens: stage.usage ?? null,
      checklist: this.#checklist(turn.plan),
      changes: fileDiffs(wholeDiff(turn)).slice(0, MOST_FILES)
        .map(({ path, kind, added, removed }) => ({ path, kind, added, removed })),
      error_message: stage.error === undefined ? null : this.#short(stage.error),
    };
  }

  #checklist(plan: readonly PlanStep[]): readonly PlanStep[] {
    return plan.slice(0, MOST_CHECKS).map(({ text, status }) => ({
      text: this.#short(text, LONGEST_CHECK),
      status,
    }));
  }

  /** @param turn of which it is an event, before it */
  #turnLines(
    change: RunChange,
    event: TurnEvent,
    place: Place,
    turn = currentTurn(change.before),
  ): readonly Line[] {
    switch (event.type) {
      case "item.completed": {
        const { id } = event.item;
        const open = turn.openItems.find(({ item }) => item.id === id);
        return this.#itemLines(event.item, place, open?.startedAt ?? change.at, change.at);
      }
      case "agent.started":
        return [this.#notice({ ...place, agent: event.agent.name }, "agent", "started")];
      case "agent.event": {
        const working = agentState(turn, event.agent)?.turn ?? NEW_TURN;
        const doer = { ...place, agent: event.agent.name };
        return this.#turnLines(change, event.event, doer, working);
      }
      case "agent.ended":
        return [this.#notice({ ...place, agent: event.agent.name }, "agent", event.status)];
      case "waiting":
        return [this.#notice(place, "retry", waitNote(event.reason))];
      case "retrying":
        return [this.#notice(place, "retry", event.message)];
      case "warning":
        return [this.#notice(place, "warning", event.message)];
      case "declined":
        return [this.#notice(place, "warning", declineNote(event.reason))];
      case "news":
        return [this.#notice(place, "warning", newsNote(event.news))];
      case "approval.resolved":
        return [this.#approvalLine(change, event.request, event.decision, place)];
      case "question.resolved":
        return [this.#approvalLine(change, event.request, event.result, place)];
      case "started":
      case "waited":
      case "message.delta":
      case "item.started":
      case "plan":
      case "diff":
      case "usage":
      case "terminals.left":
      case "goal":
      case "context":
      case "approval.requested":
      case "question.requested":
        return [];
      default:
        return unreachable(event);
    }
  }

  /**
   * What Codex has not told the end of when its turn is over was cut short with it, unless it runs on.
   */
  #cutShort({ before, at }: RunChange, place: Place): readonly Line[] {
    const { openItems, terminals } = currentTurn(before);
    return openItems.flatMap(({ item, startedAt }) => {
      const isLeft = item.type === "command" &&
        terminals.some(({ command }) => command === item.command);
      const status = isLeft ? "in_progress" as const : "interrupted" as const;
      return this.#itemLines(item, place, startedAt, at).flatMap((line) =>
        line.type === "command" || line.type === "tool" ? [{ ...line, status }] : []
      );
    });
  }

  #itemLines(item: TurnItem, place: Place, startedAt: Date, at: Date): readonly Line[] {
    const where = inStage(place);
    const took = { started_at: startedAt.toISOString(), duration_ms: span(startedAt, at) };
    switch (item.type) {
      case "command":
        return [{
          type: "command",
          ...where,
          ...took,
          command: this.#short(item.command),
          working_directory: item.workingDirectory,
          status: item.status,
          exit_code: item.exitCode ?? null,
          output: item.output === undefined ? null : this.#traces.redact(item.output),
        }];
      case "files": {
        const { status, changes } = item;
        return [{ type: "files", ...where, status, changes: changes.slice(0, MOST_FILES) }];
      }
      case "tool": {
        const { name, status } = item;
        return [{ type: "tool", ...where, ...took, name, status }];
      }
      case "picture": {
        const name = `🖼 ${this.#short(item.path)}`;
        return [{ type: "tool", ...where, ...took, name, status: "completed" }];
      }
      case "message": {
        if (!isForPeople(item, place.role, place.agent)) return [];
        const text = this.#short(item.text, LONGEST_MESSAGE);
        return [{ type: "message", ...where, text, commentary: item.commentary === true }];
      }
      case "reasoning":
      case "other":
        return [];
      default:
        return unreachable(item);
    }
  }

  #approvalLine(
    { before, at }: RunChange,
    request: PersonRequest,
    decision: ApprovalTrace["decision"],
    place: Place,
  ): Line {
    const approval = openApproval(before, request);
    const askedAt = approval?.askedAt ?? currentStage(before)?.startedAt ?? at;
    const who = approval?.answer?.who;
    const closedBy = approval?.answer === undefined
      ? "run"
      : who === undefined
      ? "timeout"
      : "person";
    return {
      type: "approval",
      ...inStage(request.agent === undefined ? place : { ...place, agent: request.agent }),
      started_at: askedAt.toISOString(),
      waited_ms: span(askedAt, at),
      kind: request.kind,
      subject: this.#short(subjectOf(request)),
      reason: isQuestion(request) || request.reason === undefined
        ? null
        : this.#short(request.reason),
      decision,
      decided_by: who ?? null,
      closed_by: closedBy,
    };
  }

  /** As if the planner had said it: it is what the planner's answer means. */
  #planLine(proposed: ProposedPlan): Line {
    const text = this.#short(planMarkdown(proposed), LONGEST_MESSAGE);
    return { type: "message", stage: "planner", round: 0, text, commentary: false };
  }

  #notice(place: Place, kind: NoticeTrace["kind"], text: string): Line {
    return { type: "notice", ...inStage(place), kind, text: this.#short(text) };
  }

  #short(text: string, limit = LONGEST_REMARK): string {
    return shortRedacted(text, limit, (whole) => this.#traces.redact(whole));
  }
}

function openFirst(findings: readonly Finding[]): readonly Finding[] {
  const open = openFindings(findings);
  return [...open, ...findings.filter((finding) => !open.includes(finding))];
}

function inStage({ role, round, agent }: Place): Pick<NoticeTrace, "stage" | "round" | "agent"> {
  return { stage: role, round, ...(agent === undefined ? {} : { agent }) };
}

/** The stage at work, or the last one that was. */
function lastPlace(state: RunChange["state"]): Place {
  return currentStage(state) ?? { role: "developer", round: 0 };
}

function openApproval(
  state: RunChange["state"],
  asked: PersonRequest,
): OpenApproval | undefined {
  return currentTurn(state).approvals.find(({ request }) => isSameApproval(request, asked));
}

function chosen(
  { profile, state }: RunChange,
  role: Role,
): { model: string | null; reasoning_effort: string | null } {
  const settings = profile === undefined ? {} : agentSettingsOf(profile, workingMode(state), role);
  return { model: settings.model ?? null, reasoning_effort: settings.reasoningEffort ?? null };
}

function span(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime());
}

function workspaceLine(round: number, record: WorkspaceRecord): Line {
  if (record.type === "not-recorded") {
    const nothing = { files: 0, added: 0, removed: 0, changes: [] };
    return { type: "workspace", round, refused: record.reason, ...nothing };
  }
  const changes = record.files.slice(0, MOST_FILES).map(({ path, kind, lines }) => ({
    path,
    kind,
    added: lines?.added ?? 0,
    removed: lines?.deleted ?? 0,
  }));
  return { type: "workspace", round, refused: null, ...record.totals, changes };
}
