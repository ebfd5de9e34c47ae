/** Presents the engine in the chat: a display for each run, approvals, and notices. */
import type { ApprovalAnswer, ChatPort, Notice, QuestionReply } from "../../core/chat/chat.ts";
import type { ApprovalRequest } from "../../core/codex/approval.ts";
import type { QuestionRequest } from "../../core/codex/question.ts";
import type { PlanDecision, ProposedPlan } from "../../core/run/plan.ts";
import type { Run } from "../../core/run/run.ts";
import { sessionId } from "../../core/session/session.ts";
import type { RunChange } from "../../core/run/run_state.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Log } from "../../core/log.ts";
import { plainText } from "../render/formatted_text.ts";
import type { MarkdownRenderer } from "../render/rendered.ts";
import { noticeText } from "../../texts/notice_text.ts";
import { type Texts, textsFor } from "../../texts/texts.ts";
import type { ApprovalSettings, ApprovalStore } from "./person_request.ts";
import type { PlanMessageStore } from "./plan_messages.ts";
import { PersonRequests } from "./person_requests.ts";
import type { TelegramPace } from "../pace.ts";
import { lostOf } from "../replies.ts";
import { destinationOf, type StatusMessages } from "./status_message.ts";
import { RunDisplay } from "./run_display.ts";

export interface PresenterDependencies extends ApprovalSettings {
  readonly outbox: Pick<
    Outbox,
    | "send"
    | "sendRich"
    | "edit"
    | "sendDocument"
    | "sendNamedPictures"
    | "mark"
    | "typing"
    | "withdraw"
    | "answerCallback"
    | "setButtons"
  >;
  /** Whether answers go to this chat as rich messages; absent = to none. */
  readonly rich?: (chatId: number) => boolean;
  /** Draws answers; absent = as Markdown. */
  readonly renderer?: MarkdownRenderer;
  readonly log: Log;
  readonly statusMessages: StatusMessages;
  readonly approvalStore: ApprovalStore;
  readonly planMessages: PlanMessageStore;
  /** Whether the backend is the echo, which is said with each answer. */
  readonly echo: () => boolean;
  readonly pace: TelegramPace;
}

/** Notices that warn of nothing. */
const NOTICE_SIGNS: Readonly<Partial<Record<Notice["type"], string>>> = {
  "queue.goes-on": "▶️",
  "agent.ended": "🤖",
};

export class Presenter implements ChatPort {
  readonly requests: PersonRequests;
  readonly #deps: PresenterDependencies;
  readonly #displays = new Map<string, RunDisplay>();
  readonly #delivering = new Set<Promise<unknown>>();

  constructor(deps: PresenterDependencies) {
    this.#deps = deps;
    this.requests = new PersonRequests(deps);
  }

  show(change: RunChange): void {
    const { run, event } = change;
    this.requests.plans.show(change);
    const display = this.#displays.get(run.id) ?? this.#newDisplay(run);
    if (event.type !== "run.finished") {
      display.show(change);
      return;
    }
    this.#displays.delete(run.id);
    this.#track(display.finish(change, event.outcome));
  }

  askApproval(
    run: Run,
    request: ApprovalRequest,
    signal: AbortSignal,
  ): Promise<ApprovalAnswer> {
    return this.requests.approvals.ask(run, request, signal);
  }

  askQuestion(
    run: Run,
    question: QuestionRequest,
    signal: AbortSignal,
  ): Promise<QuestionReply> {
    return this.requests.questions.ask(run, question, signal);
  }

  decidePlan(
    run: Run,
    proposed: Pick<ProposedPlan, "revision" | "awaits">,
    signal: AbortSignal,
  ): Promise<PlanDecision> {
    return this.requests.plans.decide(run, proposed, signal);
  }

  notify(run: Run, notice: Notice): void {
    const sign = NOTICE_SIGNS[notice.type] ?? "⚠️";
    const texts = textsFor(this.#deps.languageOf(run));
    const content = plainText(`${sign} ${noticeText(notice, texts)}`);
    const message = { ...destinationOf(run), content, lost: lostOf(texts) };
    this.#track(this.#deps.outbox.send(message, "reply"));
  }

  async settled(): Promise<void> {
    while (this.#delivering.size > 0) await Promise.all(this.#delivering);
  }

  /** Stops updating. Runs that are not finished stay as they were last shown. */
  close(): void {
    for (const display of this.#displays.values()) display.stop();
    this.#displays.clear();
  }

  #newDisplay(run: Run): RunDisplay {
    const { languageOf } = this.#deps;
    const display = new RunDisplay({
      ...this.#deps,
      run,
      isBehindLongWork: () => this.#isBusy(run),
      // The person may choose another language during the run.
      get texts(): Texts {
        return textsFor(languageOf(run));
      },
    });
    this.#displays.set(run.id, display);
    return display;
  }

  /** Tells whether another request of the same conversation is at work for long enough to be shown. */
  #isBusy({ id, session }: Run): boolean {
    const conversation = sessionId(session);
    return [...this.#displays.values()].some(({ run, hasStatus }) =>
      hasStatus && run.id !== id && sessionId(run.session) === conversation
    );
  }

  #track(delivery: Promise<unknown>): void {
    const tracked = delivery.finally(() => this.#delivering.delete(tracked));
    this.#delivering.add(tracked);
  }
}
