/** Turns what a person types into a request, an answer to a question, or a command. */
import { type TerminalContext, waitsForCodex } from "../commands/command.ts";
import { stopRequests } from "../commands/queue.ts";
import type { Reply } from "../commands/reply.ts";
import { perform, type Typed, understood } from "../commands/table.ts";
import type { Redact } from "../core/redaction/redact.ts";
import type { Clock } from "../core/clock.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { Engine, StatusReport } from "../core/run/engine.ts";
import { describeError, unreachable } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { following } from "../core/run/ended_reviews.ts";
import type { Run } from "../core/run/run.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import type { SessionKey } from "../core/session/session.ts";
import type { ApprovalPrompts, LineOutcome } from "./approval_prompts.ts";
import type { ChatEnd } from "./chat_options.ts";
import type { TerminalChat } from "./terminal_chat.ts";
import { problem, replyLines, said } from "./text/reply_lines.ts";
import type { Line } from "./text/styled_line.ts";
import { wrapped } from "./text/wrap.ts";
import { problemText } from "../texts/question_texts.ts";
import type { Language, Texts } from "../texts/texts.ts";
import { failureText } from "../texts/trouble_texts.ts";
import type { View } from "./views/view.ts";

export interface ConversationParts {
  readonly engine: Engine;
  readonly chat: TerminalChat;
  readonly prompts: ApprovalPrompts;
  readonly sessionService: SessionService;
  readonly records: RunRecords;
  readonly session: SessionKey;
  readonly view: View;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly language: Language;
  readonly texts: Texts;
  readonly newRunId: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #left = new AbortController();
  #leaving = false;
  /** The run whose end was asked for. */
  #stopping: string | undefined;
  #typed = 0;
  /** The command at work that decides what the next request works with; does not reject. */
  #deciding: Promise<unknown> | undefined;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** Aborts when the person has left. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** Never rejects: what goes wrong is said. */
  async take(line: string): Promise<void> {
    const { prompts, texts } = this.#parts;
    const typed = understood(line, texts);
    if (line.trim() === "") return;
    if (prompts.open && typed.type !== "command") {
      this.answer(line);
    } else await this.#inOrder(typed);
  }

  /** Lets nothing overtake a command that asks Codex first: lines may be pasted. */
  async #inOrder(typed: Typed): Promise<void> {
    const before = this.#waits(typed) ? this.#deciding : undefined;
    const work = (): Promise<boolean> => this.#attempt(() => this.#execute(typed), nameOf(typed));
    const done = before === undefined ? work() : before.then(work);
    if (typed.type === "command" && typed.command.needs?.codex === "first") {
      const deciding = done.finally(() => {
        if (this.#deciding === deciding) this.#deciding = undefined;
      });
      this.#deciding = deciding;
    }
    await done;
  }

  #waits(typed: Typed): boolean {
    if (typed.type === "command") return waitsForCodex(typed.command, this.#parts);
    return typed.type === "request";
  }

  /**
   * Takes the one request of a start as it would be taken if it were typed: a command is one here, too.
   * @returns how it ended where nothing was begun; undefined while it is worked on
   * @throws {StorageError} when the disk refuses a request
   */
  async takeOne(request: string): Promise<ChatEnd | undefined> {
    const typed = understood(request, this.#parts.texts);
    switch (typed.type) {
      case "request":
        this.submit(typed.text);
        return undefined;
      case "command": {
        let reply: Reply | undefined;
        const isDone = await this.#attempt(async () => {
          reply = await perform(typed.command, this.#context(typed.args));
        }, nameOf(typed));
        this.#answer(reply);
        if (!isDone || reply?.refused === true) return "failed";
        return this.#parts.chat.busy ? undefined : "well";
      }
      case "elsewhere":
      case "near-miss":
        await this.#execute(typed);
        return "failed";
      default:
        return unreachable(typed);
    }
  }

  /** Takes a line as an answer, or drops it: what comes before its question is none. */
  answer(line: string): void {
    const { prompts } = this.#parts;
    if (prompts.open) this.#sayOutcome(prompts.answer(line));
  }

  /** Says why a typed line was not taken; one that was shows on the screen. */
  #sayOutcome(outcome: LineOutcome): void {
    const { terminal, questions } = this.#parts.texts;
    switch (outcome.type) {
      case "taken":
        return;
      case "not-understood":
        return this.#say(problem(terminal.notUnderstood(numbersTo(outcome.choices))));
      case "not-taken":
        return this.#say(problem(questions.notTaken(problemText(outcome.problem, questions))));
      default:
        return unreachable(outcome);
    }
  }

  /** Submits a request. @throws {StorageError} when the disk refuses it */
  submit(prompt: string, work: Pick<Run, "goal" | "task"> = {}): Run {
    const run = { ...this.#newRun(prompt), ...work };
    this.#submitRun(run, `terminal:${run.id}`);
    return run;
  }

  /** Stops the current request; the second time, or when nothing runs, leaves. */
  interrupt(): void {
    const { active } = this.#parts.engine.queue(this.#parts.session);
    if (active === undefined || active.run.id === this.#stopping) this.leaveNow();
    else {
      const onStopping = (run: Run): void => this.#onStopping(run);
      this.#answer(stopRequests({ ...this.#parts, onStopping }, { all: false }));
    }
  }

  /** Leaves as soon as nothing runs. */
  leave(): void {
    const { chat } = this.#parts;
    if (!chat.busy) return this.#left.abort();
    if (!this.#leaving) this.#say(said(this.#parts.texts.terminal.leaving));
    this.#leaving = true;
    // Does not reject.
    void chat.idle(this.#left.signal).then(() => this.#left.abort());
  }

  /** Stops everything and leaves. */
  leaveNow(): void {
    const { engine, session } = this.#parts;
    engine.cancel(session, { all: true });
    this.#left.abort();
  }

  async #execute(typed: Typed): Promise<void> {
    const { texts } = this.#parts;
    switch (typed.type) {
      case "request":
        this.submit(typed.text);
        break;
      case "elsewhere":
        this.#answer(typed.reply);
        break;
      case "near-miss":
        this.#say(problem(texts.commands.nearMiss(`/${typed.typed}`, `/${typed.meant}`)));
        break;
      case "command":
        this.#answer(await perform(typed.command, this.#context(typed.args)));
    }
  }

  #context(args: string): TerminalContext {
    return {
      ...this.#parts,
      place: "terminal",
      args,
      status: () => this.#status(),
      submit: (prompt, _attachments, goal) =>
        void this.submit(prompt, goal === undefined ? {} : { goal }),
      submitFollowing: (prompt, follows) => {
        const run = following(this.#newRun(prompt), follows);
        this.#submitRun(run, `terminal:${run.id}`);
      },
      submitRun: (run, sourceId) => this.#submitRun(run, sourceId),
      submitTask: (task, args = "") => void this.submit(`/${task} ${args}`.trim(), { task }),
      steer: (text) => this.#steer(text),
      onStopping: (run) => this.#onStopping(run),
      // Nothing is sent here but words, and questions are answered where they are asked.
      forgetAttachments: () => {},
      openQuestions: () => [],
      deliveries: () => ({ plainTextResends: 0, richFallbacks: 0 }),
      leave: () => this.leave(),
    };
  }

  /** @throws {StorageError} when the disk refuses it */
  #submitRun(run: Run, sourceId: string): boolean {
    const { engine, chat } = this.#parts;
    chat.expect(run);
    let isNew = false;
    try {
      isNew = engine.submit(run, sourceId);
    } finally {
      // Nobody waits for the end of what never begins.
      if (!isNew) chat.forget(run.id);
    }
    return isNew;
  }

  async #status(): Promise<StatusReport> {
    const { engine, session, texts } = this.#parts;
    const report = await engine.status(session);
    const { setAside } = report;
    if (setAside !== undefined) this.#say(problem(texts.notices.sessionSetAside(setAside)));
    return report;
  }

  #onStopping({ id }: Run): void {
    this.#stopping = id;
    this.#parts.chat.stopping(id);
  }

  #steer(text: string): void {
    const { engine, chat, texts } = this.#parts;
    const run = this.#newRun(text);
    const report = engine.steer(run, `terminal:${run.id}`);
    if (report.type === "request" || report.type === "queued") chat.expect(run);
    if (report.type === "queued") this.#say(problem(texts.notAdded[report.reason]));
    if (report.type !== "kept") return;
    // Does not reject: see SteerReport.
    void report.end.then((end) => {
      switch (end) {
        case "queued":
          return this.#say(problem(texts.notAdded.ended));
        case "stopped":
          return this.#say(problem(texts.steerStopped));
        case "taken":
        case "kept":
          return;
        default:
          return end satisfies never;
      }
    });
  }

  #newRun(prompt: string): Run {
    const { session, newRunId, clock, language } = this.#parts;
    const { chatId } = session;
    return {
      id: newRunId(),
      session,
      prompt,
      origin: { chatId, messageId: ++this.#typed, language },
      createdAt: clock.now().toISOString(),
    };
  }

  /** @returns false when it failed, which is said with the command that tries it again */
  async #attempt(work: () => Promise<void>, command?: string): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#parts.log.error("chat.command-failed", { error: describeError(error) });
      this.#say(problem(failureText(error, this.#parts.texts, command)));
      return false;
    }
  }

  #answer(reply: Reply | undefined): void {
    if (reply !== undefined) this.#say(replyLines(reply, this.#parts.view.columns));
  }

  #say(lines: readonly Line[]): void {
    const { view } = this.#parts;
    if (lines.length > 0) view.say(lines.flatMap((line) => wrapped(line, view.columns)));
  }
}

/** As in `1, 2, 3`. */
function numbersTo(last: number): string {
  return Array.from({ length: last }, (_, index) => String(index + 1)).join(", ");
}

/** @returns undefined where it is no command of the chat */
function nameOf(typed: Typed): string | undefined {
  return typed.type === "command" ? typed.command.name : undefined;
}
