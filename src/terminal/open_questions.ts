/**
 * Codex's questions, one after the other: shown, then answered by what is typed from then on, and
 * declined when nobody answers in time.
 */
import type { Redact } from "../core/redaction/redact.ts";
import {
  type ApprovalDecision,
  type ApprovalRequest,
  redactedRequest,
} from "../core/codex/codex.ts";
import type { ApprovalAnswer } from "../core/chat/chat.ts";
import type { Clock } from "../core/clock.ts";
import type { Run } from "../core/run/run.ts";
import type { QuestionEnd, View } from "./views/view.ts";

export interface OpenQuestionsSettings {
  readonly view: Pick<View, "ask" | "settled">;
  /** False where nobody sits: every question is denied, and that is said. */
  readonly canAsk: boolean;
  /** How long a question waits before it is declined, in milliseconds. */
  readonly timeoutMs: number;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly clock: Clock;
}

interface Question {
  readonly run: Run;
  readonly request: ApprovalRequest;
  readonly settle: (end: QuestionEnd) => void;
}

const KEYS: Readonly<Record<string, ApprovalDecision>> = {
  "1": "accept",
  "2": "accept-for-session",
  "3": "decline",
  "4": "cancel",
};
/** Who answered, as the trace tells it. */
const PERSON = "the person at the terminal";

export class OpenQuestions {
  readonly #settings: OpenQuestionsSettings;
  /** The first one is shown. */
  #waiting: readonly Question[] = [];

  constructor(settings: OpenQuestionsSettings) {
    this.#settings = settings;
  }

  /** Whether one is shown and waits for what is typed. */
  get open(): boolean {
    return this.#waiting.length > 0;
  }

  /** The one that is shown, to be told from the one before; undefined when there is none. */
  get shown(): object | undefined {
    return this.#waiting[0];
  }

  /** @throws the signal's reason when the question is void */
  async ask(run: Run, asked: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    const { view, canAsk, redact, clock, timeoutMs } = this.#settings;
    const request = redactedRequest(asked, redact);
    if (!canAsk) {
      view.settled(run, request, "nobody");
      return { decision: "decline" };
    }
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<QuestionEnd>();
    const over = new AbortController();
    signal.addEventListener("abort", () => resolve("void"), { signal: over.signal });
    // Does not reject: the end of the question ends the wait quietly.
    void clock.sleep(timeoutMs, over.signal).then(() => resolve("timed-out"), () => {});
    const question = { run, request, settle: resolve };
    this.#add(question);
    const end = await promise;
    over.abort();
    this.#remove(question, end);
    if (end === "void") throw signal.reason;
    return answerOf(end);
  }

  /** @returns false when the line is no answer, or nothing is asked */
  answer(line: string): boolean {
    const [question] = this.#waiting;
    const decision = KEYS[line.trim()];
    if (question === undefined || decision === undefined) return false;
    question.settle(decision);
    return true;
  }

  #add(question: Question): void {
    this.#waiting = [...this.#waiting, question];
    if (this.#waiting.length === 1) this.#settings.view.ask(question.run, question.request);
  }

  #remove(question: Question, end: QuestionEnd): void {
    const { view } = this.#settings;
    const shown = this.#waiting[0] === question;
    this.#waiting = this.#waiting.filter((each) => each !== question);
    // What was never shown ends unseen.
    if (!shown) return;
    view.settled(question.run, question.request, end);
    const [next] = this.#waiting;
    if (next !== undefined) view.ask(next.run, next.request);
  }
}

function answerOf(end: Exclude<QuestionEnd, "void">): ApprovalAnswer {
  return end === "timed-out" || end === "nobody"
    ? { decision: "decline" }
    : { decision: end, who: PERSON };
}
