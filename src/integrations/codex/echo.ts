/**
 * Plays Codex without any Codex, so that the whole flow can be seen. It answers each role in the
 * shape that is asked for:
 *
 * - a selector chooses `plan` for a request of many words, or one that speaks of building something;
 * - a reviewer asks for changes once, then approves what says that it was revised;
 * - everybody else repeats the request, clearly marked, with a checklist and a message that grows;
 * - a role that may change files asks for an approval first when the request contains "approval"
 *   (or 승인): once per turn, unless approvals are switched off.
 */
import { WITHOUT_ACTIVITY } from "../../core/codex/thread_activity.ts";
import type { Clock } from "../../core/clock.ts";
import type { ApprovalRequest } from "../../core/codex/approval.ts";
import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  PlanStep,
  RestartReport,
  ThreadOptions,
  TurnInput,
} from "../../core/codex/codex.ts";
import { pause } from "../../core/deadline.ts";
import { CodexError } from "../../core/errors.ts";
import { CAPABILITIES, unsupportedQueries, unsupportedTerminals } from "./backend_parts.ts";
import type { LiveTurn, TurnLimits } from "./live_turn.ts";
import { PlayedThreads, type PlayedTurn } from "./played_threads.ts";

interface EchoSettings {
  readonly clock: Clock;
  readonly limits: TurnLimits;
  /** Pause between two events, in milliseconds: slow enough to watch. */
  readonly pauseMs?: number;
}

const DEFAULT_PAUSE_MS = 250;
const MESSAGE_PIECES = 4;

export class EchoBackend implements CodexBackend {
  readonly kind = "echo";
  readonly capabilities = CAPABILITIES[this.kind];
  readonly activity = WITHOUT_ACTIVITY;
  readonly queries = unsupportedQueries("the echo");
  readonly terminals = unsupportedTerminals("the echo");
  readonly #settings: EchoSettings;
  readonly #played: PlayedThreads;
  #threads = 0;

  constructor(settings: EchoSettings) {
    this.#settings = settings;
    const { clock, limits } = settings;
    this.#played = new PlayedThreads({
      kind: this.kind,
      command: "echo",
      clock,
      limits,
      // Every wait in it ends quietly with the turn.
      play: (turn, played) => this.#play(turn, played),
      steer: () => Promise.reject(new CodexError("request", "The echo cannot be steered")),
    });
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  startThread(options: ThreadOptions): CodexThread {
    return this.#played.thread(`echo-${++this.#threads}`, options);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return this.#played.thread(id, options);
  }

  health(): BackendHealth {
    return this.#played.health();
  }

  restart(): Promise<RestartReport> {
    return Promise.resolve({ type: "restarted" });
  }

  close(): Promise<void> {
    return this.#played.close();
  }

  async #play(
    turn: LiveTurn,
    { threadId, input, options }: PlayedTurn,
  ): Promise<void> {
    const turnId = crypto.randomUUID();
    const itemId = `item-${turnId}`;
    turn.push({ type: "started", threadId, turnId });
    if (asksForApproval(input, options)) {
      const decision = await turn.ask(exampleApproval(threadId, turnId, options.workingDirectory));
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
    reason: "Example only: nothing runs, whatever you decide",
  };
}

interface EchoAnswer {
  readonly text: string;
  readonly plan?: readonly PlanStep[];
}

/** Short: the chat adds what it means, in the language of the person. */
const MARK = "[ECHO]";
/** A request of this many words is taken for one that deserves a plan. */
const MANY_WORDS = 25;
const BUILDING =
  /\b(?:add|build|create|feature|implement|migrate|plan|redesign|refactor|rewrite)\b|구현|기능|여러|리팩|추가|만들/i;

function echoAnswer({ text, outputSchema }: TurnInput): EchoAnswer {
  const asked = propertiesOf(outputSchema);
  if (asked.includes("mode")) return { text: selection(text) };
  if (asked.includes("verdict")) return { text: review(text) };
  if (/^# (?:Review of|Findings)/m.test(text)) {
    return {
      text: `${MARK}\n\nrevised: changed as the review asked\n\n${quoted(shortened(text))}`,
    };
  }
  return {
    text: `${MARK}\n\n${shortened(text)}`,
    plan: [
      { text: "Read the request", status: "completed" },
      { text: "Repeat it", status: "in_progress" },
    ],
  };
}

function selection(text: string): string {
  const request = sectionOf(text, "Request");
  const plan = BUILDING.test(request) || request.split(/\s+/).length >= MANY_WORDS;
  return JSON.stringify(
    plan
      ? { mode: "plan", reason: "the request is about building something" }
      : { mode: "single", reason: "a short request" },
  );
}

function review(text: string): string {
  return JSON.stringify(
    /^revised: /m.test(text)
      ? { verdict: "approved", summary: "The answer was revised", findings: [] }
      : {
        verdict: "needs_changes",
        summary: "Example of a review that requests a change",
        findings: [{ severity: "major", file: null, message: "Say that the answer was revised" }],
      },
  );
}

function propertiesOf(schema: TurnInput["outputSchema"]): string[] {
  const properties = schema?.properties;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

/** The part of the text under a heading; the whole text where there is none. */
function sectionOf(text: string, title: string): string {
  const start = text.lastIndexOf(`# ${title}\n`);
  return start < 0 ? text : text.slice(start + title.length + 3);
}

/** The review without its title, which everybody has seen in the status message. */
function quoted(review: string): string {
  const lines = review.split("\n").filter((line) => !line.startsWith("# Review of"));
  return lines.join("\n").trim().split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
}

function shortened(text: string): string {
  return text.length <= 1_500 ? text : `${text.slice(0, 1_500)} …`;
}
