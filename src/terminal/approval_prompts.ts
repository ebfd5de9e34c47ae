/**
 * Asks for Codex's approvals and asks its questions, one after the other: each is shown, then answered
 * by what is typed after that, and declined when nobody answers in time.
 */
import {
  type ApprovalDecision,
  type ApprovalRequest,
  choicesOf,
  redactedRequest,
} from "../core/codex/approval.ts";
import {
  beginQuestion,
  currentField,
  type FieldProblem,
  isLookedOver,
  type QuestionProgress,
  typedAnswer,
  withAnswer,
  withChange,
} from "../core/codex/field_answers.ts";
import {
  type FieldValues,
  type QuestionAnswer,
  type QuestionRequest,
  redactedQuestion,
} from "../core/codex/question.ts";
import type { Redact } from "../core/redaction/redact.ts";
import type { ApprovalAnswer, QuestionReply } from "../core/chat/chat.ts";
import type { Clock } from "../core/clock.ts";
import { pause } from "../core/deadline.ts";
import type { PlanDecision } from "../core/run/plan.ts";
import type { Run } from "../core/run/run.ts";
import type { ApprovalEnd, QuestionEnd, View } from "./views/view.ts";

export interface ApprovalPromptsSettings {
  readonly view: Pick<
    View,
    "ask" | "settled" | "askQuestion" | "questionSettled" | "askPlan" | "planSettled"
  >;
  /** False where no person can answer: everything is declined, and that is shown. */
  readonly canAsk: boolean;
  /** How long a prompt waits before it is declined, in milliseconds. */
  readonly timeoutMs: number;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly clock: Clock;
}

/** What became of a typed line. */
export type LineOutcome =
  | { readonly type: "taken" }
  /** It is none of so many numbers; 0 = nothing is asked. */
  | { readonly type: "not-understood"; readonly choices: number }
  | { readonly type: "not-taken"; readonly problem: FieldProblem };

const TAKEN: LineOutcome = { type: "taken" };
/** Who answered, as the trace tells it. */
const PLAN_CHOICES = ["go", "change", "cancel"] as const;
const PERSON = "the person at the terminal";

interface Prompt {
  /** Shows what is asked now. */
  readonly show: () => void;
  readonly take: (line: string) => LineOutcome;
  /** Changes with what is asked. */
  readonly shown: () => object;
  readonly choices: () => number;
  readonly end: (why: "nobody") => void;
}

export class ApprovalPrompts {
  readonly #settings: ApprovalPromptsSettings;
  /** The first one is on the screen. */
  #waiting: readonly Prompt[] = [];
  #canAsk: boolean;

  constructor(settings: ApprovalPromptsSettings) {
    this.#settings = settings;
    this.#canAsk = settings.canAsk;
  }

  /** Whether one is on the screen. */
  get open(): boolean {
    return this.#waiting.length > 0;
  }

  /** Identifies what is asked on the screen; undefined when nothing is. */
  get shown(): object | undefined {
    return this.#waiting[0]?.shown();
  }

  /** How many numbers answer it; 0 = words do. */
  get choices(): number {
    return this.#waiting[0]?.choices() ?? 0;
  }

  /** Declines everything from now on: what is typed has come to its end. */
  nobodyAnswers(): void {
    this.#canAsk = false;
    for (const prompt of this.#waiting) prompt.end("nobody");
  }

  /** @throws the signal's reason when Codex no longer waits for the answer */
  async ask(run: Run, asked: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    const { view, redact } = this.#settings;
    const request = redactedRequest(asked, redact);
    const end = await this.#wait<ApprovalEnd>(signal, {
      show: () => view.ask(run, request),
      settled: (ended) => view.settled(run, request, ended),
    }, (resolve) => ({
      shown: () => request,
      choices: () => choicesOf(request).length,
      take: (line) => {
        const choices = choicesOf(request);
        const decision = /^\d$/.test(line) ? choices[Number(line) - 1]?.decision : undefined;
        if (decision === undefined) return { type: "not-understood", choices: choices.length };
        resolve(decision);
        return TAKEN;
      },
    }));
    return decisionOf(end);
  }

  /** @throws the signal's reason when Codex no longer waits for the answer */
  async askQuestion(
    run: Run,
    asked: QuestionRequest,
    signal: AbortSignal,
  ): Promise<QuestionReply> {
    const { view, redact } = this.#settings;
    const question = redactedQuestion(asked, redact);
    const dialog = new QuestionDialog(
      asked.kind === "address" ? asked : question,
      (progress) => view.askQuestion(run, progress),
    );
    const limitMs = asked.kind === "input" ? asked.timeLimitMs : undefined;
    const end = await this.#wait<QuestionEnd>(signal, {
      show: () => dialog.show(),
      settled: (ended) => view.questionSettled(run, question, ended),
    }, (resolve) => ({
      shown: () => dialog.progress,
      choices: () => dialog.choices,
      take: (line) => {
        const { end, outcome } = dialog.take(line);
        if (end !== undefined) resolve(end);
        return outcome;
      },
    }), { limitMs });
    return replyOf(end, dialog.progress.values);
  }

  /**
   * Asks for a decision on the plan that was shown, for as long as it takes.
   * @throws the signal's reason when none is wanted any more
   */
  async askPlan(run: Run, signal: AbortSignal): Promise<PlanDecision> {
    const { view } = this.#settings;
    const asked = { words: false };
    let words = "";
    const end = await this.#wait<"go" | "change" | "cancel">(signal, {
      show: () => view.askPlan(run, asked.words),
      settled: (ended) => view.planSettled(run, ended),
    }, (resolve) => ({
      shown: () => asked,
      choices: () => asked.words ? 0 : PLAN_CHOICES.length,
      take: (line) => {
        if (asked.words) {
          words = line;
          resolve("change");
          return TAKEN;
        }
        const choice = /^\d$/.test(line) ? PLAN_CHOICES[Number(line) - 1] : undefined;
        if (choice === undefined) return { type: "not-understood", choices: PLAN_CHOICES.length };
        if (choice !== "change") resolve(choice);
        else {
          asked.words = true;
          view.askPlan(run, true);
        }
        return TAKEN;
      },
    }), { unlimited: true });
    switch (end) {
      case "go":
      case "cancel":
        return { type: end, who: PERSON };
      case "change":
        return { type: "change", words, who: PERSON };
      default:
        return { type: "nobody" };
    }
  }

  /** Takes a typed line for what is on the screen. */
  answer(line: string): LineOutcome {
    const [prompt] = this.#waiting;
    return prompt?.take(line.trim()) ?? { type: "not-understood", choices: 0 };
  }

  /** Shows a prompt when its turn comes, and waits for its end. */
  async #wait<End extends string>(
    signal: AbortSignal,
    { show, settled }: {
      readonly show: () => void;
      readonly settled: (end: End | "void" | "timed-out" | "nobody") => void;
    },
    promptOf: (resolve: (end: End) => void) => Pick<Prompt, "take" | "shown" | "choices">,
    { limitMs = Infinity, unlimited = false }: {
      readonly limitMs?: number | undefined;
      readonly unlimited?: boolean;
    } = {},
  ): Promise<End | "void" | "timed-out" | "nobody"> {
    const { clock, timeoutMs } = this.#settings;
    if (!this.#canAsk) {
      settled("nobody");
      return "nobody";
    }
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<End | "void" | "timed-out" | "nobody">();
    const over = new AbortController();
    signal.addEventListener("abort", () => resolve("void"), { signal: over.signal });
    // Does not reject: the end of the prompt ends the pause.
    if (!unlimited) {
      void pause(clock, Math.min(timeoutMs, limitMs), over.signal).then((timeUp) => {
        if (timeUp) resolve("timed-out");
      });
    }
    const prompt = { ...promptOf(resolve), show, end: resolve };
    this.#add(prompt);
    const end = await promise;
    over.abort();
    this.#remove(prompt, () => settled(end));
    if (end === "void") throw signal.reason;
    return end;
  }

  #add(prompt: Prompt): void {
    this.#waiting = [...this.#waiting, prompt];
    if (this.#waiting.length === 1) prompt.show();
  }

  #remove(prompt: Prompt, settled: () => void): void {
    const shown = this.#waiting[0] === prompt;
    this.#waiting = this.#waiting.filter((each) => each !== prompt);
    // One that was never shown ends unseen.
    if (!shown) return;
    settled();
    this.#waiting[0]?.show();
  }
}

function decisionOf(end: ApprovalDecision | "timed-out" | "nobody" | "void"): ApprovalAnswer {
  return end === "timed-out" || end === "nobody" || end === "void"
    ? { decision: "decline" }
    : { decision: end, who: PERSON };
}

function replyOf(end: QuestionEnd, values: FieldValues): QuestionReply {
  const answer: QuestionAnswer = end === "answered"
    ? { type: "answered", values }
    : end === "cancel"
    ? { type: "cancel" }
    : { type: "decline", ...(end === "timed-out" ? { unanswered: true as const } : {}) };
  const isOwn = end === "answered" || end === "decline" || end === "cancel";
  return isOwn ? { answer, who: PERSON } : { answer };
}

/** Leads through the fields of a question by typed lines. */
class QuestionDialog {
  progress: QuestionProgress;
  readonly #show: (progress: QuestionProgress) => void;

  constructor(question: QuestionRequest, show: (progress: QuestionProgress) => void) {
    this.progress = beginQuestion(question);
    this.#show = show;
  }

  get choices(): number {
    return currentField(this.progress) === undefined ? 2 : 0;
  }

  show(): void {
    this.#show(this.progress);
  }

  take(line: string): { readonly end?: QuestionAnswer["type"]; readonly outcome: LineOutcome } {
    if (line === ":cancel") return { end: "cancel", outcome: TAKEN };
    if (line === ":decline") return { end: "decline", outcome: TAKEN };
    const field = currentField(this.progress);
    if (field === undefined) return this.#takeLast(line);
    if (line === ":skip" && !field.required) {
      return this.#next(withAnswer(this.progress, undefined));
    }
    if (line === ":default" && field.preset !== undefined) {
      return this.#next(withAnswer(this.progress, field.preset));
    }
    const answer = typedAnswer(field, line);
    return "problem" in answer
      ? { outcome: { type: "not-taken", problem: answer.problem } }
      : this.#next(withAnswer(this.progress, answer.value));
  }

  #takeLast(line: string): ReturnType<QuestionDialog["take"]> {
    if (line === "1") return { end: "answered", outcome: TAKEN };
    if (line === "2") return { end: "decline", outcome: TAKEN };
    const [, number] = /^:change (\d{1,3})$/.exec(line) ?? [];
    const changed = withChange(this.progress, Number(number ?? 0) - 1);
    if (changed !== this.progress) return this.#next(changed);
    return { outcome: { type: "not-understood", choices: 2 } };
  }

  #next(progress: QuestionProgress): ReturnType<QuestionDialog["take"]> {
    this.progress = progress;
    if (currentField(progress) === undefined && !isLookedOver(progress.question)) {
      return { end: "answered", outcome: TAKEN };
    }
    this.show();
    return { outcome: TAKEN };
  }
}
