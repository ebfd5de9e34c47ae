/** Presents the engine at the terminal: hands what happens to runs to a view. */
import type { ApprovalAnswer, ChatPort, Notice, QuestionReply } from "../core/chat/chat.ts";
import type { Clock } from "../core/clock.ts";
import type { ApprovalRequest } from "../core/codex/approval.ts";
import type { QuestionRequest } from "../core/codex/question.ts";
import type { RunOutcome } from "../core/run/events.ts";
import type { PlanDecision, ProposedPlan } from "../core/run/plan.ts";
import type { Run } from "../core/run/run.ts";
import type { RunChange } from "../core/run/run_state.ts";
import type { ApprovalPrompts } from "./approval_prompts.ts";
import { noticeText } from "../texts/notice_text.ts";
import { span } from "./text/styled_line.ts";
import type { Texts } from "../texts/texts.ts";
import { newlyShown, type ShownRun, type View } from "./views/view.ts";

export interface TerminalChatParts {
  readonly view: View;
  readonly prompts: ApprovalPrompts;
  readonly texts: Texts;
  readonly clock: Clock;
}

export class TerminalChat implements ChatPort {
  readonly #parts: TerminalChatParts;
  readonly #runs = new Map<string, ShownRun>();
  readonly #watchers = new Set<() => void>();
  /** The outcome of the last run; undefined before the first has ended. */
  lastOutcome: RunOutcome | undefined;

  constructor(parts: TerminalChatParts) {
    this.#parts = parts;
  }

  /** Whether a run is at work or queued. */
  get busy(): boolean {
    return [...this.#runs.values()].some(({ state }) => state.status !== "awaiting-confirmation");
  }

  show({ run, profile, event, state }: RunChange): void {
    const folder = profile === undefined ? {} : { folder: profile.workingDirectory };
    const shown = { ...this.#runs.get(run.id) ?? newlyShown(run), ...folder, state };
    if (event.type === "run.finished") this.#finish(shown, event.outcome, event.latencyMs);
    else this.#goOn(shown, event);
    for (const look of this.#watchers) look();
  }

  /** Counts a request as a run from its submission on: one that begins at once has no event yet. */
  expect(run: Run): void {
    if (!this.#runs.has(run.id)) this.#runs.set(run.id, newlyShown(run));
  }

  /** The request did not become a run. */
  forget(runId: string): void {
    this.#runs.delete(runId);
  }

  /** The person has asked for the end of the run. */
  stopping(runId: string): void {
    const shown = this.#runs.get(runId);
    if (shown !== undefined) this.#runs.set(runId, { ...shown, stopping: true });
  }

  askApproval(run: Run, request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    return this.#parts.prompts.ask(run, request, signal);
  }

  askQuestion(run: Run, question: QuestionRequest, signal: AbortSignal): Promise<QuestionReply> {
    return this.#parts.prompts.askQuestion(run, question, signal);
  }

  /** The plan is on the screen already. Where nothing is asked, what is typed is for other things. */
  async decidePlan(
    run: Run,
    { awaits }: Pick<ProposedPlan, "awaits">,
    signal: AbortSignal,
  ): Promise<PlanDecision> {
    if (awaits === "go") return await this.#parts.prompts.askPlan(run, signal);
    signal.throwIfAborted();
    return await new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  notify(_run: Run, notice: Notice): void {
    const { view, texts } = this.#parts;
    view.say([[span(`! ${noticeText(notice, texts)}`, "warning")]]);
  }

  /** Resolves at once, as everything is written when it is shown. */
  settled(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves when no run is at work or queued, or when the signal aborts. */
  idle(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.busy && !signal.aborted) return;
        this.#watchers.delete(look);
        signal.removeEventListener("abort", look);
        resolve();
      };
      this.#watchers.add(look);
      signal.addEventListener("abort", look);
      look();
    });
  }

  #goOn(shown: ShownRun, event: RunChange["event"]): void {
    if (event.type === "run.suspended") this.#runs.delete(shown.run.id);
    else this.#runs.set(shown.run.id, shown);
    this.#parts.view.show(shown, event);
  }

  #finish(shown: ShownRun, outcome: RunOutcome, latencyMs: number): void {
    this.#runs.delete(shown.run.id);
    this.lastOutcome = outcome;
    this.#parts.view.finish(shown, outcome, latencyMs);
  }
}
