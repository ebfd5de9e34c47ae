/** Turns the events of one turn into lines of the trace, each when what it tells is over. */
import type { ApprovalRequest, PlanStep, TurnEvent, TurnItem } from "../codex/codex.ts";
import { questionId, shortText, subjectOf } from "./run_log_fold.ts";
import type { Role } from "../session/settings.ts";
import type {
  ApprovalTrace,
  CommandTrace,
  FilesTrace,
  MessageTrace,
  NoticeTrace,
  ToolTrace,
} from "./trace.ts";

type Common = "schema_version" | "timestamp" | "run_id" | "session_id";
export type Step =
  | Omit<CommandTrace, Common>
  | Omit<FilesTrace, Common>
  | Omit<ToolTrace, Common>
  | Omit<MessageTrace, Common>
  | Omit<ApprovalTrace, Common>
  | Omit<NoticeTrace, Common>;

/** All in UTF-16 units. */
const LONGEST_COMMAND = 4_000;
const LONGEST_MESSAGE = 20_000;
const LONGEST_LINE = 500;
const MOST_FILES = 200;
const MOST_CHECKS = 50;

interface Place {
  readonly stage: Role;
  readonly round: number;
}

export class TracedTurn {
  threadId: string | undefined;
  diff = "";
  #checklist: readonly PlanStep[] = [];
  readonly #place: Place;
  readonly #startedAt: Date;
  readonly #mask: (text: string) => string;
  readonly #open = new Map<string, { readonly item: TurnItem; readonly at: Date }>();
  readonly #asked = new Map<string, Date>();
  readonly #answered = new Map<string, string | undefined>();

  /** @param mask hides secrets, before anything is cut */
  constructor(place: Place, startedAt: Date, mask: (text: string) => string) {
    this.#place = place;
    this.#startedAt = startedAt;
    this.#mask = mask;
  }

  get checklist(): readonly PlanStep[] {
    return this.#checklist.slice(0, MOST_CHECKS).map(({ text, status }) => ({
      text: this.#short(text, LONGEST_LINE),
      status,
    }));
  }

  fold(event: TurnEvent, now: Date): readonly Step[] {
    switch (event.type) {
      case "started":
        this.threadId = event.threadId;
        return [];
      case "diff":
        this.diff = event.unifiedDiff;
        return [];
      case "plan":
        this.#checklist = event.steps;
        return [];
      case "item.started":
        this.#open.set(event.item.id, { item: event.item, at: now });
        return [];
      case "item.completed": {
        const at = this.#open.get(event.item.id)?.at ?? now;
        this.#open.delete(event.item.id);
        return this.#ended(event.item, at, now);
      }
      case "retrying":
        return [this.#notice("retry", event.message)];
      case "warning":
        return [this.#notice("warning", event.message)];
      case "approval.requested":
        this.#asked.set(questionId(event.request), now);
        return [];
      case "approval.resolved":
        return [this.#approval(event, now)];
      default:
        return [];
    }
  }

  /** @param who absent = nobody answered in time */
  decided(request: ApprovalRequest, who: string | undefined): void {
    this.#answered.set(questionId(request), who);
  }

  /** What Codex has not told the end of when its turn is over was cut short with it. */
  endOpen(now: Date): readonly Step[] {
    const open = [...this.#open.values()];
    this.#open.clear();
    return open.flatMap(({ item, at }) => this.#ended(item, at, now)).flatMap((step): Step[] =>
      step.type === "command" || step.type === "tool" ? [{ ...step, status: "interrupted" }] : []
    );
  }

  #ended(item: TurnItem, at: Date, now: Date): readonly Step[] {
    const took = { started_at: at.toISOString(), duration_ms: span(at, now) };
    switch (item.type) {
      case "command":
        return [{
          type: "command",
          ...this.#place,
          ...took,
          command: this.#short(item.command, LONGEST_COMMAND),
          working_directory: item.workingDirectory,
          status: item.status,
          exit_code: item.exitCode ?? null,
          output: item.output === undefined ? null : this.#mask(item.output),
        }];
      case "files": {
        const { status } = item;
        const changes = item.changes.slice(0, MOST_FILES);
        return [{ type: "files", ...this.#place, status, changes }];
      }
      case "tool": {
        const { name, status } = item;
        return [{ type: "tool", ...this.#place, ...took, name, status }];
      }
      case "message":
        return this.#message(item);
      default:
        return [];
    }
  }

  #message(item: TurnItem & { readonly type: "message" }): readonly Step[] {
    const { text } = item;
    const commentary = item.commentary === true;
    const { stage } = this.#place;
    // What a selector or a reviewer says in the end is read by the program, and traced by its sense.
    const forPeople = commentary || stage === "developer" || stage === "planner";
    if (!forPeople || text.trim() === "") return [];
    return [{
      type: "message",
      ...this.#place,
      text: this.#short(text, LONGEST_MESSAGE),
      commentary,
    }];
  }

  #approval(
    { request, decision }: TurnEvent & { readonly type: "approval.resolved" },
    now: Date,
  ): Step {
    const id = questionId(request);
    const at = this.#asked.get(id) ?? this.#startedAt;
    const who = this.#answered.get(id);
    const closedBy = who !== undefined ? "person" : this.#answered.has(id) ? "timeout" : "run";
    return {
      type: "approval",
      ...this.#place,
      started_at: at.toISOString(),
      waited_ms: span(at, now),
      kind: request.kind,
      subject: this.#short(subjectOf(request), LONGEST_COMMAND),
      reason: request.reason === undefined ? null : this.#short(request.reason, LONGEST_COMMAND),
      decision,
      decided_by: who ?? null,
      closed_by: closedBy,
    };
  }

  #notice(kind: "retry" | "warning", text: string): Step {
    return { type: "notice", ...this.#place, kind, text: this.#short(text, LONGEST_COMMAND) };
  }

  #short(text: string, limit: number): string {
    return shortText(text, limit, { redact: this.#mask });
  }
}

function span(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime());
}
