/** Runs one turn by one tool call. Its end is read from events, never from the call's result. */
import type { BackgroundTerminal } from "../../../core/codex/background_terminals.ts";
import type { TurnFailure, TurnInput } from "../../../core/codex/codex.ts";
import type { Clock } from "../../../core/clock.ts";
import { describeError } from "../../../core/errors.ts";
import { pause } from "../../../core/deadline.ts";
import type { LiveTurn } from "../live_turn.ts";
import {
  denialsIn,
  lossOf,
  startFailure,
  ThreadUnavailable,
  turnFailure,
} from "../turn_failure.ts";
import { resetTimeIn } from "../reset_time.ts";
import { UsageMeter } from "../usage_meter.ts";
import {
  approvalEvent,
  approvalRequest,
  type Elicitation,
  elicitationAnswer,
  errorEvent,
  type EventMessage,
  lastingCommand,
  taskComplete,
  taskStarted,
  tokenCount,
  tokenUsage,
  turnEvents,
} from "./protocol.ts";
import type { CallListener, McpConnection, ToolAnswer } from "./connection.ts";

export interface McpTurnSettings {
  readonly connection: McpConnection;
  readonly turn: LiveTurn;
  /** Of a thread that is continued; absent for a new one. */
  readonly threadId?: string;
  /** Told the id of a new thread as soon as Codex has made it. */
  readonly onThread: (threadId: string) => void;
  /** Told when the thread must not be used again. */
  readonly onUnusable: () => void;
  readonly clock: Clock;
  /** Longest the call may take, in milliseconds. */
  readonly timeoutMs: number;
}

const QUESTION_NOT_PASSED_ON: TurnFailure = {
  kind: "other",
  message: "Codex or a tool server asked something that codex mcp-server does not pass on",
  trouble: { kind: "unsupported", wish: "questions", elsewhere: true },
};

export class McpTurnRun implements CallListener {
  readonly #settings: McpTurnSettings;
  readonly #usage = new UsageMeter();
  readonly #reasons = new Map<string, string>();
  /** Commands that have begun and not ended, by their items. */
  readonly #running = new Map<string, Omit<BackgroundTerminal, "threadId">>();
  readonly #cancel = new AbortController();
  #threadId: string | undefined;
  #turnId: string | undefined;
  /** Somebody here ends the turn: its person, or the end of the program. */
  #interrupted = false;
  /** Why Codex is about to end the turn by itself. */
  #denials: TurnFailure | undefined;

  constructor(settings: McpTurnSettings) {
    this.#settings = settings;
    this.#threadId = settings.threadId;
    if (settings.threadId !== undefined) this.#listen(settings.threadId);
  }

  get threadId(): string | undefined {
    return this.#threadId;
  }

  /** Begins the turn. Resolves when the call is over, which is not when the turn is. */
  async start(input: TurnInput, threadArguments: Record<string, unknown>): Promise<void> {
    const { connection, turn } = this.#settings;
    // Cannot reject: the clock rejects by the signal only, and that is caught.
    void this.#watchTime();
    const continued = this.#threadId === undefined ? {} : { threadId: this.#threadId };
    try {
      const answer = await connection.call({
        tool: this.#threadId === undefined ? "codex" : "codex-reply",
        arguments: { prompt: input.text, ...threadArguments, ...continued },
        cancelled: this.#cancel.signal,
        over: turn.over,
      }, this);
      if (answer.failed && this.#turnId === undefined) turn.settle(this.#refusal(answer));
    } catch (error) {
      // A cancelled call is over at once; its turn ends by an event.
      if (this.#cancel.signal.aborted || turn.over.aborted) return;
      // CodexProcess reports the end of the process; the next turn must not come before that.
      if (connection.closed) await connection.exited;
      const message = `The call of Codex broke off: ${describeError(error)}`;
      turn.settle({ status: "lost", failure: lossOf(undefined, message) });
    }
  }

  interrupt(): Promise<void> {
    this.#interrupted = true;
    // Codex forgets a cancellation that comes before the turn has begun, so it waits for that.
    if (this.#turnId !== undefined) this.#cancel.abort();
    return Promise.resolve();
  }

  receive(threadId: string, turnId: string, message: EventMessage): void {
    if (message.type === "session_configured") {
      if (this.#threadId === undefined) this.#learnThread(threadId);
    } else if (message.type === "task_started") {
      this.#begin(threadId, taskStarted.parse(message).turn_id);
    } else if (turnId === this.#turnId) {
      this.#take(message);
    }
  }

  async answer(asked: Elicitation): Promise<Record<string, unknown>> {
    const { turn } = this.#settings;
    const ours = asked.codex_event_id === this.#turnId;
    const id = `${asked.codex_event_id}/${asked.codex_call_id}`;
    const request = ours
      ? approvalRequest(id, asked, this.#reasons.get(asked.codex_call_id))
      : undefined;
    if (request === undefined) {
      const { codex_elicitation: method } = asked;
      turn.push({ type: "declined", reason: { type: "unsupported", method } });
      return elicitationAnswer("decline");
    }
    const { decision, reason } = await turn.askForReason(request);
    this.#interrupted ||= decision === "cancel";
    return elicitationAnswer(decision, reason);
  }

  #learnThread(threadId: string): void {
    this.#threadId = threadId;
    this.#listen(threadId);
    this.#settings.onThread(threadId);
  }

  #listen(threadId: string): void {
    const { connection, turn } = this.#settings;
    const stopListening = connection.listen(threadId, this);
    turn.over.addEventListener("abort", stopListening, { once: true });
  }

  #begin(threadId: string, turnId: string): void {
    if (this.#turnId !== undefined) return;
    this.#turnId = turnId;
    this.#settings.turn.push({ type: "started", threadId, turnId });
    if (this.#interrupted) this.#cancel.abort();
  }

  #take(message: EventMessage): void {
    const { turn, onUnusable } = this.#settings;
    switch (message.type) {
      case "task_complete": {
        const { last_agent_message } = taskComplete.parse(message);
        const answer = typeof last_agent_message === "string" ? { answer: last_agent_message } : {};
        this.#tellCommandsLeft();
        turn.settle({ status: "completed", ...answer });
        break;
      }
      case "turn_aborted":
        this.#tellCommandsLeft();
        turn.settle(
          this.#denials === undefined || this.#interrupted
            ? { status: "interrupted" }
            : { status: "failed", failure: this.#denials },
        );
        break;
      case "error": {
        const { message: said, codex_error_info } = errorEvent.parse(message);
        // The next reply on this thread would return at once, with nothing.
        onUnusable();
        this.#tellCommandsLeft();
        turn.settle({
          status: "failed",
          failure: this.#failure(said, codex_error_info),
        });
        break;
      }
      case "token_count":
        this.#count(message);
        break;
      case "exec_approval_request":
      case "apply_patch_approval_request": {
        const { call_id, reason } = approvalEvent.parse(message);
        if (typeof reason === "string") this.#reasons.set(call_id, reason);
        break;
      }
      case "elicitation_request":
      case "request_permissions":
      case "request_user_input":
        // The MCP server takes no answer to these: the turn would wait for ever.
        onUnusable();
        this.#cancel.abort();
        turn.settle({ status: "failed", failure: QUESTION_NOT_PASSED_ON });
        break;
      default:
        this.#watchCommands(message);
        for (const event of turnEvents(message)) {
          const denials = denialsIn(event);
          // The end of the turn tells it.
          this.#denials ??= denials;
          if (denials === undefined) turn.push(event);
        }
    }
  }

  #watchCommands(message: EventMessage): void {
    const command = lastingCommand(message);
    if (command === undefined) return;
    if (message.type === "item_completed") this.#running.delete(command.id);
    else this.#running.set(command.id, { ...command, startedAt: this.#settings.clock.now() });
  }

  /** Codex ends none of them with the turn, not even with one that was interrupted. */
  #tellCommandsLeft(): void {
    const threadId = this.#threadId;
    if (threadId === undefined || this.#running.size === 0) return;
    const terminals = [...this.#running.values()].map((command) => ({ ...command, threadId }));
    this.#settings.turn.push({ type: "terminals.left", terminals });
  }

  async #watchTime(): Promise<void> {
    const { clock, timeoutMs, turn } = this.#settings;
    if (!await pause(clock, timeoutMs, turn.over)) return;
    turn.timeUp(
      `Codex was stopped: the call took longer than ${timeoutMs / 1000} s ` +
        "(codex.mcp_client_timeout_seconds)",
    );
  }

  #count(message: EventMessage): void {
    const { info } = tokenCount.parse(message);
    if (info === null || info === undefined) return;
    const total = tokenUsage(info.total_token_usage);
    const usage = this.#usage.read(total, tokenUsage(info.last_token_usage));
    this.#settings.turn.push({ type: "usage", usage });
  }

  #refusal({ text }: ToolAnswer): Parameters<LiveTurn["settle"]>[0] {
    this.#settings.onUnusable();
    const failure = /session not found/i.test(text)
      ? startFailure(threadUnavailable("the Codex process that knew it has ended"))
      : this.#failure(text);
    return { status: "failed", failure };
  }

  #failure(message: string, info?: unknown): TurnFailure {
    const limitResetsAt = resetTimeIn(message, this.#settings.clock.now());
    return withoutSummary(turnFailure({
      message,
      info,
      ...(limitResetsAt === undefined ? {} : { limitResetsAt }),
    }));
  }
}

/** A thread of an earlier process cannot be chosen here, nor another one in its place. */
export function threadUnavailable(reason: string): ThreadUnavailable {
  const trouble = { kind: "unsupported", wish: "resume", elsewhere: true } as const;
  return new ThreadUnavailable(reason, undefined, trouble);
}

/** Names no way out that only other backends have: a thread whose turn failed is left anyway. */
function withoutSummary(failure: TurnFailure): TurnFailure {
  const { trouble } = failure;
  if (trouble.kind !== "room") return failure;
  return { ...failure, trouble: { kind: "room-anew", said: trouble.said } };
}
