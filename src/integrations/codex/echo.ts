/**
 * No Codex at all: answers each role in its shape, so that the whole flow can be seen.
 *
 * - a selector is told `plan` for a request of many words or one that speaks of building something;
 * - a reviewer asks for changes once, then approves what says that it was revised;
 * - everybody else gets the request back, loudly marked, with a checklist and a message that grows;
 * - a role that may change files asks for an approval first when the request contains "approval"
 *   (or 승인): once per turn, unless approvals are switched off.
 */
import type { Clock } from "../../core/clock.ts";
import type {
  ApprovalRequest,
  BackendHealth,
  CodexBackend,
  CodexThread,
  ThreadOptions,
  Turn,
  TurnInput,
  TurnOptions,
} from "../../core/codex/codex.ts";
import { CodexError, ThreadBusyError } from "../../core/errors.ts";
import { pause } from "../../core/deadline.ts";
import { echoAnswer } from "./echo_answers.ts";
import { LiveTurn, type TurnLimits } from "./live_turn.ts";
import { unsupportedQueries } from "./unsupported_queries.ts";

export interface EchoSettings {
  readonly clock: Clock;
  readonly limits: TurnLimits;
  /** Pause between two events, in milliseconds: slow enough to watch. */
  readonly pauseMs?: number;
}

const DEFAULT_PAUSE_MS = 250;
const MESSAGE_PIECES = 4;

export class EchoBackend implements CodexBackend {
  readonly kind = "echo";
  readonly capabilities = { steer: false, outputSchema: false, resume: true, images: false };
  readonly queries = unsupportedQueries("the echo");
  readonly #settings: EchoSettings;
  readonly #turns = new Set<LiveTurn>();
  readonly #stop = new AbortController();
  readonly #startedAt: number;
  #threads = 0;

  constructor(settings: EchoSettings) {
    this.#settings = settings;
    this.#startedAt = settings.clock.monotonic();
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  startThread(options: ThreadOptions): CodexThread {
    return this.#thread(`echo-${++this.#threads}`, options);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return this.#thread(id, options);
  }

  health(): BackendHealth {
    return {
      kind: "echo",
      command: "echo",
      running: true,
      ready: true,
      restarts: 0,
      uptimeMs: Math.round(this.#settings.clock.monotonic() - this.#startedAt),
    };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#turns].map(({ result }) => result));
  }

  #thread(id: string, options: ThreadOptions): CodexThread {
    let running: LiveTurn | undefined;
    return {
      id,
      run: (input, turnOptions): Turn => {
        if (running !== undefined && !running.over.aborted) {
          throw new ThreadBusyError("The echo is still at work on this conversation");
        }
        running = this.#begin(id, turnOptions);
        // Cannot reject: every wait in it ends quietly with the turn.
        void this.#play(running, { id, input, options });
        return running;
      },
    };
  }

  #begin(threadId: string, options: TurnOptions): LiveTurn {
    const { clock, limits } = this.#settings;
    const signal = AbortSignal.any([options.signal, this.#stop.signal]);
    const turn: LiveTurn = new LiveTurn({
      clock,
      limits,
      options: { ...options, signal },
      threadId,
      control: {
        interrupt: () => Promise.resolve(turn.settle({ status: "interrupted" })),
        escalate: () => Promise.resolve(),
        steer: () => Promise.reject(new CodexError("request", "The echo cannot be steered")),
      },
    });
    this.#turns.add(turn);
    turn.over.addEventListener("abort", () => this.#turns.delete(turn), { once: true });
    return turn;
  }

  async #play(
    turn: LiveTurn,
    { id, input, options }: {
      readonly id: string;
      readonly input: TurnInput;
      readonly options: ThreadOptions;
    },
  ): Promise<void> {
    const turnId = crypto.randomUUID();
    const itemId = `item-${turnId}`;
    turn.push({ type: "started", threadId: id, turnId });
    if (asksForApproval(input, options)) {
      const decision = await turn.ask(exampleApproval(id, turnId, options.workingDirectory));
      if (decision === "cancel") return turn.settle({ status: "interrupted" });
    }
    const { text, plan = [] } = echoAnswer(input);
    if (plan.length > 0) turn.push({ type: "plan", steps: plan });
    turn.push({ type: "item.started", item: { type: "message", id: itemId, text: "" } });
    for (const piece of inPieces(text)) {
      if (!await this.#pause(turn)) return;
      turn.push({ type: "message.delta", itemId, text: piece });
    }
    turn.push({ type: "item.completed", item: { type: "message", id: itemId, text } });
    const done = plan.map((step) => ({ ...step, status: "completed" as const }));
    if (plan.length > 0) turn.push({ type: "plan", steps: done });
    turn.settle({ status: "completed", answer: text });
  }

  #pause(turn: LiveTurn): Promise<boolean> {
    const { clock, pauseMs = DEFAULT_PAUSE_MS } = this.#settings;
    return pause(clock, pauseMs, turn.over);
  }
}

/** In a plan run every role reads the request; only the developer shall ask. */
function asksForApproval(
  { text }: TurnInput,
  { approvalPolicy, sandbox }: ThreadOptions,
): boolean {
  return approvalPolicy !== "never" && sandbox !== "read-only" && /approval|승인/i.test(text);
}

function inPieces(text: string): string[] {
  const length = Math.max(1, Math.ceil(text.length / MESSAGE_PIECES));
  return text.match(new RegExp(`[^]{1,${length}}`, "gu")) ?? [];
}

function exampleApproval(
  threadId: string,
  turnId: string,
  workingDirectory: string,
): ApprovalRequest {
  return {
    id: `echo-${turnId}`,
    kind: "command",
    threadId,
    turnId,
    itemId: "echo",
    workingDirectory,
    command: "echo hello",
    reason: "An example: whatever you decide, nothing is run",
  };
}
