/** What a person types becomes a request, an answer to a question, or a command. */
import type { Redact } from "../core/redaction/redact.ts";
import type { Clock } from "../core/clock.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { Engine, SteerRefusal } from "../core/run/engine.ts";
import { describeError, UserFacingError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Run } from "../core/run/run.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import type { SessionKey } from "../core/session/session.ts";
import type { CommandContext } from "./commands/command.ts";
import { problem, said } from "./commands/said.ts";
import { understood } from "./commands/table.ts";
import type { ApprovalPrompts } from "./approval_prompts.ts";
import type { TerminalChat } from "./terminal_chat.ts";
import type { Line } from "./text/styled_line.ts";
import { wrapped } from "./text/wrap.ts";
import { EN, type Language, type Texts } from "../texts/terminal_texts.ts";
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

const REFUSALS: Readonly<Record<SteerRefusal, string>> = {
  backend: "This Codex takes nothing in while it works, so this waits as a request of its own.",
  stage: "What is at work now takes nothing in, so this waits as a request of its own.",
  ended: "Codex was not listening at that moment, so this is a request of its own.",
};

export class Conversation {
  readonly #parts: ConversationParts;
  readonly #left = new AbortController();
  #leaving = false;
  /** The run whose end was asked for. */
  #stopping: string | undefined;
  #typed = 0;

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
    const typed = understood(line);
    if (line.trim() === "") return;
    if (prompts.open && typed.type !== "command") {
      if (!prompts.answer(line)) this.#say(problem(texts.approvals.notUnderstood));
    } else await this.#attempt(() => this.#execute(line, typed));
  }

  /** Makes a request of the words. @throws {StorageError} when the disk does not take it */
  submit(prompt: string): Run {
    const { engine, chat } = this.#parts;
    const run = this.#newRun(prompt);
    chat.expect(run);
    try {
      engine.submit(run, `terminal:${run.id}`);
    } catch (error) {
      chat.forget(run.id);
      throw error;
    }
    return run;
  }

  /** The first time stops what runs; the next time, or when nothing runs, the person leaves. */
  interrupt(): void {
    const { active } = this.#parts.engine.queue(this.#parts.session);
    if (active === undefined || active.run.id === this.#stopping) this.leaveNow();
    else this.#say(this.#cancel({ all: false }));
  }

  /** Leaves as soon as nothing runs. */
  leave(): void {
    const { chat } = this.#parts;
    if (!chat.busy) return this.#left.abort();
    if (!this.#leaving) this.#say(said("Leaving when the work is done; Ctrl-C stops it."));
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

  async #execute(line: string, typed: ReturnType<typeof understood>): Promise<void> {
    if (typed.type === "request") this.submit(line.trim());
    else if (typed.type === "near-miss") {
      const { typed: name, meant } = typed;
      this.#say(problem(`There is no /${name}. Did you mean /${meant}? Nothing was started.`));
    } else this.#say(await typed.command.run(this.#context(typed.args)));
  }

  #context(args: string): CommandContext {
    return {
      ...this.#parts,
      // What commands answer is English, and so are the words within.
      texts: EN,
      args,
      submit: (prompt) => void this.submit(prompt),
      steer: (text) => this.#steer(text),
      cancel: (options) => this.#cancel(options),
      leave: () => this.leave(),
    };
  }

  #cancel(options: { readonly all: boolean }): Line[] {
    const { engine, session, chat } = this.#parts;
    const { stopped, dropped, remaining } = engine.cancel(session, options);
    if (stopped !== undefined) {
      this.#stopping = stopped.run.id;
      chat.stopping(stopped.run.id);
    }
    return [
      ...(dropped === 0 ? [] : said(`${dropped} waiting dropped.`)),
      ...(stopped === undefined || remaining === 0
        ? []
        : said(`What waits goes on now (${remaining}); /cancel all drops it.`)),
    ];
  }

  #steer(text: string): void {
    const { engine, chat } = this.#parts;
    const run = this.#newRun(text);
    const report = engine.steer(run, `terminal:${run.id}`);
    if (report.type === "request" || report.type === "queued") chat.expect(run);
    if (report.type === "queued") this.#say(problem(REFUSALS[report.reason]));
    if (report.type !== "kept") return;
    // Does not reject: see SteerReport.
    void report.taken.then((taken) => {
      if (!taken) this.#say(problem(REFUSALS.ended));
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

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.log.error("chat.command-failed", { error: describeError(error) });
      const kind = error instanceof UserFacingError ? "" : "That did not work: ";
      this.#say(problem(`${kind}${describeError(error)}`));
    }
  }

  #say(lines: readonly Line[]): void {
    const { view } = this.#parts;
    if (lines.length > 0) view.say(lines.flatMap((line) => wrapped(line, view.columns)));
  }
}
