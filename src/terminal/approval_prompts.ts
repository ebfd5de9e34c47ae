/**
 * Asks for Codex's approvals, one after the other: each is shown, then answered by what is typed after
 * that, and declined when nobody answers in time.
 */
import type { Redact } from "../core/redaction/redact.ts";
import {
  type ApprovalDecision,
  type ApprovalRequest,
  redactedRequest,
} from "../core/codex/codex.ts";
import type { ApprovalAnswer } from "../core/chat/chat.ts";
import type { Clock } from "../core/clock.ts";
import { pause } from "../core/deadline.ts";
import type { Run } from "../core/run/run.ts";
import type { ApprovalEnd, View } from "./views/view.ts";

export interface ApprovalPromptsSettings {
  readonly view: Pick<View, "ask" | "settled">;
  /** False where no person can answer: every approval is declined, and that is shown. */
  readonly canAsk: boolean;
  /** How long a prompt waits before it is declined, in milliseconds. */
  readonly timeoutMs: number;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly clock: Clock;
}

interface Prompt {
  readonly run: Run;
  readonly request: ApprovalRequest;
  readonly settle: (end: ApprovalEnd) => void;
}

const KEYS: Readonly<Record<string, ApprovalDecision>> = {
  "1": "accept",
  "2": "accept-for-session",
  "3": "decline",
  "4": "cancel",
};
/** Who answered, as the trace tells it. */
const PERSON = "the person at the terminal";

export class ApprovalPrompts {
  readonly #settings: ApprovalPromptsSettings;
  /** The first one is on the screen. */
  #waiting: readonly Prompt[] = [];

  constructor(settings: ApprovalPromptsSettings) {
    this.#settings = settings;
  }

  /** Whether one is on the screen. */
  get open(): boolean {
    return this.#waiting.length > 0;
  }

  /** Identifies the one on the screen; undefined when there is none. */
  get shown(): object | undefined {
    return this.#waiting[0];
  }

  /** @throws the signal's reason when Codex no longer waits for the answer */
  async ask(run: Run, asked: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    const { view, canAsk, redact, clock, timeoutMs } = this.#settings;
    const request = redactedRequest(asked, redact);
    if (!canAsk) {
      view.settled(run, request, "nobody");
      return { decision: "decline" };
    }
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<ApprovalEnd>();
    const over = new AbortController();
    signal.addEventListener("abort", () => resolve("void"), { signal: over.signal });
    // Does not reject: the end of the prompt ends the pause.
    void pause(clock, timeoutMs, over.signal).then((timeUp) => {
      if (timeUp) resolve("timed-out");
    });
    const prompt = { run, request, settle: resolve };
    this.#add(prompt);
    const end = await promise;
    over.abort();
    this.#remove(prompt, end);
    if (end === "void") throw signal.reason;
    return answerOf(end);
  }

  /** @returns false when the line is no answer, or no approval is on the screen */
  answer(line: string): boolean {
    const [prompt] = this.#waiting;
    const decision = KEYS[line.trim()];
    if (prompt === undefined || decision === undefined) return false;
    prompt.settle(decision);
    return true;
  }

  #add(prompt: Prompt): void {
    this.#waiting = [...this.#waiting, prompt];
    if (this.#waiting.length === 1) this.#settings.view.ask(prompt.run, prompt.request);
  }

  #remove(prompt: Prompt, end: ApprovalEnd): void {
    const { view } = this.#settings;
    const shown = this.#waiting[0] === prompt;
    this.#waiting = this.#waiting.filter((each) => each !== prompt);
    // One that was never shown ends unseen.
    if (!shown) return;
    view.settled(prompt.run, prompt.request, end);
    const [next] = this.#waiting;
    if (next !== undefined) view.ask(next.run, next.request);
  }
}

function answerOf(end: Exclude<ApprovalEnd, "void">): ApprovalAnswer {
  return end === "timed-out" || end === "nobody"
    ? { decision: "decline" }
    : { decision: end, who: PERSON };
}
