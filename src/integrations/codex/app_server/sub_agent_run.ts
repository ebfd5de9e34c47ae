/** One sub-agent: a thread that Codex began for a part of the work of another one. */
import type { FileChange, TurnEvent, TurnFailure, TurnStatus } from "../../../core/codex/codex.ts";
import type { AgentActivity, SubAgent } from "../../../core/codex/thread_activity.ts";
import { doingText, NEW_TURN, reduceTurn, type TurnState } from "../../../core/codex/turn_state.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Log } from "../../../core/log.ts";
import { listFileChanges } from "../../../core/workspace/changes.ts";
import { denialsIn } from "../turn_failure.ts";
import { UsageMeter } from "../usage_meter.ts";
import type { Answers } from "./answers.ts";
import type { Notification } from "./protocol.ts";
import type { WireTurn } from "./protocol_shapes.ts";
import { turnEnd, turnEvents } from "./turn_events.ts";
import { TurnQuestions } from "./turn_questions.ts";

/** What a sub-agent says of itself, for the turn that it works for. */
export type SubAgentReport =
  | { readonly type: "started" }
  | { readonly type: "event"; readonly event: TurnEvent }
  /** `reason` = why it failed. */
  | { readonly type: "ended"; readonly status: TurnStatus; readonly reason?: string };

/** Takes the messages of its thread. It is at work between `turn/started` and `turn/completed`. */
export class SubAgentRun {
  readonly threadId: string;
  readonly questions: TurnQuestions;
  readonly #clock: Clock;
  #name: string;
  #turnId: string | undefined;
  #over = new AbortController();
  #usage = new UsageMeter();
  #state: TurnState = NEW_TURN;
  /** Items whose end was reported, by their ids. */
  #ended = new Set<string>();
  /** Why Codex is about to end the turn by itself. */
  #denials: TurnFailure | undefined;

  constructor(
    { threadId, name }: SubAgent,
    { clock, log }: { readonly clock: Clock; readonly log: Log },
  ) {
    this.threadId = threadId;
    this.questions = new TurnQuestions(log);
    this.#clock = clock;
    this.#name = name;
  }

  /** Set while it is at work. */
  get turnId(): string | undefined {
    return this.#turnId;
  }

  /** Aborts when the turn has ended that it works on. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get agent(): SubAgent {
    return { threadId: this.threadId, name: this.#name };
  }

  get activity(): AgentActivity {
    const doing = doingText(this.#state);
    return { agent: this.agent, ...(doing === undefined ? {} : { doing }) };
  }

  /** What it has done to files in its turn. */
  get changedFiles(): readonly FileChange[] {
    return listFileChanges(this.#state.files);
  }

  /** Its path may be told after its first words. */
  rename(name: string): void {
    this.#name = name;
  }

  /** Takes up a turn whose beginning was told to nobody here. */
  begin(turnId: string): SubAgentReport[] {
    if (this.#turnId === turnId) return [];
    this.#turnId = turnId;
    this.#over = new AbortController();
    this.#usage = new UsageMeter();
    this.#state = NEW_TURN;
    this.#ended = new Set();
    this.#denials = undefined;
    return [{ type: "started" }];
  }

  /** Lets go of a turn that has ended, or whose end nobody will tell. */
  end(status: TurnStatus, reason?: string): SubAgentReport[] {
    if (this.#turnId === undefined) return [];
    this.#turnId = undefined;
    this.#over.abort();
    this.questions.withdraw();
    return [{ type: "ended", status, ...(reason === undefined ? {} : { reason }) }];
  }

  /** Takes over what was read of its turns, after a time in which nobody listened. */
  catchUp(turns: Answers["thread/read"]["thread"]["turns"]): SubAgentReport[] {
    const newest = turns.at(-1);
    if (newest === undefined) return this.end("lost");
    // It has been at work, and has ended, since anybody heard of it.
    if (newest.status !== "inProgress" && this.#turnId !== newest.id) {
      return this.#endAs(newest);
    }
    const begun = this.begin(newest.id);
    const done = newest.items.filter((item) =>
      !this.#ended.has(item.id) && !("status" in item && item.status === "in_progress")
    );
    const told = done.flatMap((item) =>
      this.receive({ method: "item/completed", params: { item } })
    );
    const over = newest.status === "inProgress" ? [] : this.#endAs(newest);
    return [...begun, ...told, ...over];
  }

  receive(notification: Notification): SubAgentReport[] {
    this.questions.note(notification);
    if (notification.method === "item/completed") this.#ended.add(notification.params.item.id);
    switch (notification.method) {
      case "turn/started":
        return this.begin(notification.params.turn.id);
      case "turn/completed":
        return this.#endAs(notification.params.turn);
      case "thread/tokenUsage/updated": {
        const { total, last } = notification.params.tokenUsage;
        return this.#report({ type: "usage", usage: this.#usage.read(total, last) });
      }
      // Its words come whole with its message, and nobody reads them while they are written.
      case "item/agentMessage/delta":
        return [];
      default:
        return turnEvents(notification).flatMap((event) => {
          const denials = denialsIn(event);
          // The end tells it.
          this.#denials ??= denials;
          return denials === undefined ? this.#report(event) : [];
        });
    }
  }

  #endAs(turn: WireTurn): SubAgentReport[] {
    const { status, failure } = turnEnd(turn);
    return status === "interrupted" && this.#denials !== undefined
      ? this.end("failed", this.#denials.message)
      : this.end(status, failure?.message);
  }

  #report(event: TurnEvent): SubAgentReport[] {
    this.#state = reduceTurn(this.#state, event, this.#clock.now());
    return [{ type: "event", event }];
  }
}

/** The name of a sub-agent by its path, e.g. `helper/deep` of `/root/helper/deep`. */
export function nameOfPath(path: string): string | undefined {
  const name = path.replace(/^\/?(?:root\/)?/, "").trim();
  return name === "" || name === "root" ? undefined : name;
}
