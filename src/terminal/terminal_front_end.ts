/** The chat in the terminal, put together: view, questions, conversation and what is typed. */
import type { Announcement, ChatPort } from "../core/chat/chat.ts";
import type { Clock } from "../core/clock.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { Engine } from "../core/run/engine.ts";
import type { Log } from "../core/log.ts";
import type { Redactor } from "../core/redaction/redact.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import { type SessionKey, terminalSession } from "../core/session/session.ts";
import type { ChatEnd, ChatOptions } from "./chat_options.ts";
import { Conversation } from "./conversation.ts";
import { LiveInput } from "./input/live_input.ts";
import { inputLines } from "./input/line_input.ts";
import { ApprovalPrompts } from "./approval_prompts.ts";
import type { Terminal } from "./terminal.ts";
import { TerminalChat } from "./terminal_chat.ts";
import { problem } from "./text/reply_lines.ts";
import { span } from "./text/styled_line.ts";
import { announcementText } from "../texts/activity_texts.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import { errorText } from "../texts/trouble_texts.ts";
import { createView, type ViewInUse } from "./views/create_view.ts";
import { welcomeLines } from "./views/welcome_lines.ts";

export interface TerminalFrontEndParts {
  readonly options: ChatOptions;
  readonly terminal: Terminal;
  readonly sessionService: SessionService;
  readonly records: RunRecords;
  readonly redactor: Redactor;
  /** How long a question of Codex waits, in milliseconds. */
  readonly approvalTimeoutMs: number;
  readonly echo: () => boolean;
  /** Resolves with what keeps Codex from starting; undefined when it is ready. Never rejects. */
  readonly ready: Promise<{ readonly error: unknown } | undefined>;
  readonly newRunId: () => string;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the process is asked to end. */
  readonly stop: AbortSignal;
}

type ResumableEngine = Engine & { resume(): boolean };

export class TerminalFrontEnd {
  readonly #parts: TerminalFrontEndParts;
  readonly #texts: Texts;
  readonly #session: SessionKey;
  readonly #view: ViewInUse;
  readonly #prompts: ApprovalPrompts;
  readonly #chat: TerminalChat;
  #input: LiveInput | undefined;

  constructor(parts: TerminalFrontEndParts) {
    const { options, redactor, clock, approvalTimeoutMs } = parts;
    const texts = textsFor(options.language);
    const { forPeople: redact } = redactor;
    this.#parts = parts;
    this.#texts = texts;
    this.#session = terminalSession(options.conversation);
    this.#view = createView({ ...parts, texts, typed: () => this.#input?.typed() });
    this.#prompts = new ApprovalPrompts({
      view: this.#view,
      canAsk: options.answered || (options.attended && options.view !== "json"),
      timeoutMs: approvalTimeoutMs,
      redact,
      clock,
    });
    this.#chat = new TerminalChat({ view: this.#view, prompts: this.#prompts, texts, clock });
  }

  get chat(): ChatPort {
    return this.#chat;
  }

  /** Tells whoever sits at the terminal. */
  announce(announcement: Announcement): void {
    this.#view.say(problem(announcementText(announcement, this.#texts)));
  }

  /** Serves the person until they leave, or the one request is answered. */
  async run(engine: ResumableEngine): Promise<ChatEnd> {
    const { options, stop } = this.#parts;
    if (!stop.aborted) await this.#prepare(engine);
    // Nothing is begun that was stopped while the program started.
    if (stop.aborted) return "interrupted";
    const conversation = this.#conversation(engine);
    const onStop = (): void => conversation.leaveNow();
    stop.addEventListener("abort", onStop, { once: true });
    try {
      return options.request === undefined
        ? await this.#talk(engine, conversation)
        : await this.#answer(engine, options.request, conversation);
    } finally {
      stop.removeEventListener("abort", onStop);
    }
  }

  /** Nothing is at work any more: the terminal is as it was before. */
  close(): Promise<void> {
    this.#view.close();
    return Promise.resolve();
  }

  /** What the command line asks for is done as if it had been typed first. */
  async #prepare(engine: ResumableEngine): Promise<void> {
    const { anew, mode, profile } = this.#parts.options;
    if (anew) await engine.reset(this.#session, { all: false });
    if (mode !== undefined) await engine.setMode(this.#session, mode);
    if (profile !== undefined) await engine.selectProfile(this.#session, profile);
  }

  /** What an earlier chat left: it goes on, or is asked about. */
  #resume(engine: ResumableEngine): void {
    if (engine.resume()) return;
    this.#view.say(problem(this.#texts.terminal.cannotResume));
  }

  async #talk(engine: ResumableEngine, conversation: Conversation): Promise<ChatEnd> {
    const { options, ready, stop } = this.#parts;
    const report = await engine.status(this.#session);
    this.#view.say(welcomeLines(report, this.#texts, this.#view.columns));
    this.#resume(engine);
    // Does not reject.
    void ready.then((trouble) => {
      if (trouble === undefined || conversation.left.aborted) return;
      const { notices } = this.#texts;
      this.#view.say(problem(notices.notReady(errorText(trouble.error, this.#texts))));
    });
    const history = report.session.history
      .flatMap(({ role, content }) => role === "user" ? [content] : []);
    const typing = options.view === "live"
      ? this.#typeLive(conversation, history)
      : this.#typeLines(conversation);
    await aborted(conversation.left);
    await typing;
    return stop.aborted ? "interrupted" : "well";
  }

  async #answer(
    engine: ResumableEngine,
    request: string,
    conversation: Conversation,
  ): Promise<ChatEnd> {
    const { options, stop } = this.#parts;
    const over = new AbortController();
    const typing = options.view === "live"
      ? this.#typeLive(conversation, [], over.signal)
      : options.answered
      ? this.#takeAnswers(conversation, over.signal)
      : Promise.resolve();
    this.#resume(engine);
    const ended = await conversation.takeOne(request);
    if (ended === undefined) await this.#chat.idle(AbortSignal.any([conversation.left, stop]));
    over.abort();
    await typing;
    if (ended !== undefined) return ended;
    if (conversation.left.aborted) return "interrupted";
    const { status = "cancelled" } = this.#chat.lastOutcome ?? {};
    return ({ answered: "well", failed: "failed", cancelled: "interrupted" } as const)[status];
  }

  /** @param over ends the typing; else the person does */
  async #typeLive(
    conversation: Conversation,
    history: readonly string[],
    over: AbortSignal = conversation.left,
  ): Promise<void> {
    const { terminal, options } = this.#parts;
    const { prompt, answer } = this.#texts.terminal;
    const answerLabel = (): string => {
      const { choices } = this.#prompts;
      return choices === 0 ? answer : prompt(choices);
    };
    const talks = options.request === undefined;
    const input = new LiveInput({
      terminal,
      asked: () => this.#prompts.shown,
      answerLabel: () => `${answerLabel()} › `,
      talks,
      history,
      onLine: (line, isAnswer) => {
        const label = isAnswer ? answerLabel() : "";
        // Something new begins, where an answer belongs to what is above it.
        const space = isAnswer ? [] : [[]];
        if (line.trim() !== "") this.#view.say([...space, ...typedLines(label, line)]);
        // Does not reject: what goes wrong is said.
        void conversation.take(line);
      },
      onInterrupt: () => {
        // As in a shell: the first press takes a line back that is not wanted any more.
        if (this.#chat.busy || input.clearMessage() === "") conversation.interrupt();
      },
      onEnd: () => talks ? conversation.leave() : undefined,
      onChange: () => this.#view.draw(),
    });
    this.#input = input;
    await input.read(AbortSignal.any([over, conversation.left]));
  }

  async #typeLines(conversation: Conversation): Promise<void> {
    const { terminal } = this.#parts;
    for await (const line of inputLines(terminal, conversation.left)) await conversation.take(line);
    this.#prompts.nobodyAnswers();
    if (!conversation.left.aborted) conversation.leave();
  }

  /** Lines answer questions, and nothing else; at their end nobody answers any more. */
  async #takeAnswers(conversation: Conversation, over: AbortSignal): Promise<void> {
    const ended = AbortSignal.any([over, conversation.left]);
    for await (const line of inputLines(this.#parts.terminal, ended)) conversation.answer(line);
    this.#prompts.nobodyAnswers();
  }

  #conversation(engine: Engine): Conversation {
    const { options, redactor, ...parts } = this.#parts;
    return new Conversation({
      ...parts,
      engine,
      chat: this.#chat,
      prompts: this.#prompts,
      session: this.#session,
      view: this.#view,
      redact: redactor.forPeople,
      language: options.language,
      texts: this.#texts,
    });
  }
}

/** What was typed stays on the screen, above what comes of it. */
function typedLines(label: string, line: string): ReturnType<typeof problem> {
  const prompt = label === "" ? "› " : `${label} › `;
  return line.split("\n").map((text, index) => [
    span(index === 0 ? prompt : " ".repeat(prompt.length), "accent"),
    span(text, "bold"),
  ]);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
