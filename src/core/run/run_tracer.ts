/**
 * Writes the trace of each run while it happens. Every text is masked before it is cut, and a run
 * has room for so many lines only: a run that never ends must not fill the disk.
 */
import type { RunAtWork } from "./active_run.ts";
import { withAdditions } from "./additions.ts";
import type { Clock } from "../clock.ts";
import type { ApprovalRequest } from "../codex/codex.ts";
import type { RunEvent, RunOutcome, StageReport } from "./events.ts";
import { shortText } from "./run_log_fold.ts";
import { sessionId } from "../session/session.ts";
import { agentSettingsOf, type Mode, type Profile } from "../session/settings.ts";
import { RECORDED_STATUS, TRACE_VERSION, type TraceRecord, type TraceWriter } from "./trace.ts";
import { TracedTurn } from "./traced_turn.ts";
import { fileDiffs } from "../workspace/unified_diff.ts";

/** Lines of a run that tell its steps; those of the run itself and of its stages always fit. */
const MOST_STEPS = 1_000;
/** UTF-16 units. A request or an answer beyond it is in the chat as a file, not here. */
const LONGEST_TEXT = 100_000;
const LONGEST_REMARK = 4_000;
const MOST_FINDINGS = 50;
const MOST_FILES = 200;

interface Traced {
  readonly profile?: Profile;
  /** The selector may choose another one than the session has. */
  mode: Mode;
  turn?: TracedTurn;
  steps: number;
}

/** One line without what every line has. */
type Part<Record_ = TraceRecord> = Record_ extends TraceRecord
  ? Omit<Record_, "schema_version" | "timestamp" | "run_id" | "session_id">
  : never;

export class RunTracer {
  readonly #traces: TraceWriter;
  readonly #clock: Clock;
  readonly #runs = new Map<string, Traced>();

  constructor(traces: TraceWriter, clock: Clock) {
    this.#traces = traces;
    this.#clock = clock;
  }

  /** A process takes the run up. @param continued an earlier one had begun it */
  begin(active: RunAtWork, profile: Profile, continued: boolean): void {
    const { mode } = active;
    this.#runs.set(active.run.id, { profile, mode, steps: 0 });
    this.#write(active, {
      type: "run",
      continued,
      mode,
      profile: profile.name,
      working_directory: profile.workingDirectory,
      input_text: this.#short(active.run.prompt, LONGEST_TEXT),
    });
  }

  note(active: RunAtWork, event: RunEvent): void {
    const traced = this.#of(active);
    switch (event.type) {
      case "mode.selected": {
        const { mode, reason } = event;
        traced.mode = mode;
        return this.#write(active, { type: "selection", mode, reason: this.#short(reason) });
      }
      case "stage.started":
        return this.#noteStart(active, traced, event);
      case "turn.event":
        for (const step of traced.turn?.fold(event.event, this.#clock.now()) ?? []) {
          this.#writeStep(active, traced, step);
        }
        return;
      case "stage.finished":
        return this.#noteStage(active, traced, event.stage);
      case "stage.replayed":
        return this.#notice(active, traced, "replayed", event.step);
      case "run.steered":
        return this.#notice(active, traced, "steer", event.text);
      case "review.finished": {
        const { round, review: { verdict, summary, findings } } = event;
        return this.#write(active, {
          type: "review",
          round,
          verdict,
          summary: this.#short(summary),
          findings: findings.slice(0, MOST_FINDINGS).map((finding) => ({
            ...finding,
            message: this.#short(finding.message),
          })),
        });
      }
      default:
        return;
    }
  }

  /** A question was answered. @param who absent = nobody did in time */
  decided({ run }: RunAtWork, request: ApprovalRequest, who: string | undefined): void {
    this.#runs.get(run.id)?.turn?.decided(request, who);
  }

  suspended(active: RunAtWork): void {
    this.#write(active, { type: "suspended" });
    this.#runs.delete(active.run.id);
  }

  end(active: RunAtWork, outcome: RunOutcome, latencyMs: number): void {
    const { run, additions, reviewRounds, reviewResult, usage } = active;
    const { steps, mode } = this.#of(active);
    this.#write(active, {
      type: "request",
      mode,
      review_round: reviewRounds,
      review_result: reviewResult ?? null,
      input_kind: run.prompt.startsWith("/") ? "codex_slash" : "text",
      input_text: this.#short(withAdditions(run.prompt, additions.texts), LONGEST_TEXT),
      output_text: this.#short(outcome.answer?.text ?? "", LONGEST_TEXT),
      status: RECORDED_STATUS[outcome.status],
      latency_ms: latencyMs,
      tokens: usage ?? null,
      error_message: outcome.status === "failed" ? this.#short(outcome.message) : null,
      omitted: Math.max(0, steps - MOST_STEPS),
    });
    this.#runs.delete(run.id);
  }

  #noteStart(
    active: RunAtWork,
    traced: Traced,
    { role, round }: Pick<StageReport, "role" | "round">,
  ): void {
    const mask = (text: string): string => this.#traces.redact(text);
    traced.turn = new TracedTurn({ stage: role, round }, this.#clock.now(), mask);
    this.#write(active, { type: "stage_start", stage: role, round, ...chosen(traced, role) });
  }

  #noteStage(active: RunAtWork, traced: Traced, stage: StageReport): void {
    const now = this.#clock.now();
    for (const step of traced.turn?.endOpen(now) ?? []) this.#writeStep(active, traced, step);
    const { turn } = traced;
    delete traced.turn;
    this.#write(active, {
      type: "stage",
      mode: traced.mode,
      stage: stage.role,
      round: stage.round,
      result: stage.status,
      started_at: new Date(now.getTime() - stage.latencyMs).toISOString(),
      latency_ms: stage.latencyMs,
      ...chosen(traced, stage.role),
      thread_id: turn?.threadId ?? null,
      tokens: stage.usage ?? null,
      checklist: turn?.checklist ?? [],
      changes: fileDiffs(turn?.diff ?? "").slice(0, MOST_FILES)
        .map(({ path, kind, added, removed }) => ({ path, kind, added, removed })),
      error_message: stage.error === undefined ? null : this.#short(stage.error),
    });
  }

  #notice(active: RunAtWork, traced: Traced, kind: "steer" | "replayed", text: string): void {
    const place = { stage: active.stage?.role ?? "developer", round: active.stage?.round ?? 0 };
    this.#writeStep(active, traced, { type: "notice", ...place, kind, text: this.#short(text) });
  }

  #of({ run, mode }: RunAtWork): Traced {
    return this.#runs.get(run.id) ?? { mode, steps: 0 };
  }

  #writeStep(active: RunAtWork, traced: Traced, step: Part): void {
    traced.steps++;
    if (traced.steps <= MOST_STEPS) this.#write(active, step);
  }

  #write({ run }: RunAtWork, part: Part): void {
    this.#traces.write({
      schema_version: TRACE_VERSION,
      timestamp: this.#clock.now().toISOString(),
      run_id: run.id,
      session_id: sessionId(run.session),
      ...part,
    });
  }

  #short(text: string, limit = LONGEST_REMARK): string {
    return shortText(text, limit, { redact: (whole) => this.#traces.redact(whole) });
  }
}

function chosen(
  { profile, mode }: Traced,
  role: StageReport["role"],
): { model: string | null; reasoning_effort: string | null } {
  const settings = profile === undefined ? {} : agentSettingsOf(profile, mode, role);
  return { model: settings.model ?? null, reasoning_effort: settings.reasoningEffort ?? null };
}
