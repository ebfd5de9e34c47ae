/** Shows runs to a person at a terminal: a block at the bottom is updated, the rest stays above it. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import type { ApprovalRequest } from "../../core/codex/approval.ts";
import type { QuestionProgress } from "../../core/codex/field_answers.ts";
import type { QuestionRequest } from "../../core/codex/question.ts";
import type { RunEvent, RunOutcome } from "../../core/run/events.ts";
import type { Run } from "../../core/run/run.ts";
import type { RunState } from "../../core/run/run_state.ts";
import { type Typed, typedRows } from "../input/typed_line.ts";
import type { Terminal } from "../terminal.ts";
import { type Line, span } from "../text/styled_line.ts";
import type { Texts } from "../../texts/texts.ts";
import { approvalLines } from "./approval_lines.ts";
import { finishedLines, newsLines, settledLines } from "./event_lines.ts";
import { type Block, LiveScreen } from "./live_screen.ts";
import { progressLines } from "./progress_lines.ts";
import { questionEndLines, questionLines } from "./question_lines.ts";
import { planEndLines, planQuestionLines } from "./plan_lines.ts";
import type { ApprovalEnd, PlanEnd, QuestionEnd, ShownRun, View } from "./view.ts";

export interface LiveViewSettings {
  readonly terminal: Pick<Terminal, "write" | "size" | "onResize">;
  readonly colors: boolean;
  readonly texts: Texts;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly echo: () => boolean;
  readonly clock: Clock;
  /** The person may add to a request. */
  readonly talks: boolean;
  /** The line that is being typed; undefined where nothing is typed now. */
  readonly typed: () => Typed | undefined;
}

/** How often the time and the spinner move, in milliseconds. */
const TICK_MS = 250;
/** Changes within this time are drawn once, in milliseconds. */
const FRAME_MS = 40;
const MOST_TYPED_ROWS = 8;
const WIDEST_TEXT = 100;

export class LiveView implements View {
  readonly #settings: LiveViewSettings;
  readonly #screen: LiveScreen;
  readonly #runs = new Map<string, ShownRun>();
  readonly #over = new AbortController();
  #drawing = false;
  #ticking = false;

  constructor(settings: LiveViewSettings) {
    this.#settings = settings;
    this.#screen = new LiveScreen(settings.terminal, settings);
    settings.terminal.onResize(() => this.draw(), this.#over.signal);
  }

  /** Limited in wide windows, as long lines are hard to read. */
  get columns(): number {
    return Math.max(1, Math.min(WIDEST_TEXT, this.#settings.terminal.size().columns - 1));
  }

  show(shown: ShownRun, event: RunEvent): void {
    if (event.type === "run.suspended") this.#runs.delete(shown.run.id);
    else this.#runs.set(shown.run.id, shown);
    const news = newsLines(shown, event, { ...this.#settings, columns: this.columns });
    if (news.length > 0) this.say(news);
    else this.#drawSoon();
    // Neither rejects: every wait ends quietly with the view.
    void this.#tick();
  }

  finish(shown: ShownRun, outcome: RunOutcome): void {
    this.#runs.delete(shown.run.id);
    this.say(finishedLines(shown, outcome, { ...this.#settings, columns: this.columns }));
  }

  ask(_run: Run, request: ApprovalRequest): void {
    this.say(approvalLines(request, this.#settings.texts, this.columns));
  }

  settled(_run: Run, request: ApprovalRequest, end: ApprovalEnd): void {
    this.say(settledLines(request, end, this.#settings.texts));
  }

  askQuestion(_run: Run, progress: QuestionProgress): void {
    this.say(questionLines(progress, this.#settings.texts, this.columns));
  }

  questionSettled(_run: Run, question: QuestionRequest, end: QuestionEnd): void {
    this.say(questionEndLines(question, end, this.#settings.texts));
  }

  askPlan(_run: Run, words: boolean): void {
    this.say(planQuestionLines(words, this.#settings.texts));
  }

  planSettled(_run: Run, end: PlanEnd): void {
    this.say(planEndLines(end, this.#settings.texts));
  }

  say(lines: readonly Line[]): void {
    if (this.#over.signal.aborted) return;
    this.#screen.printAndShow(lines, this.#block());
  }

  /** Draws at once: the person is typing, or the window has another size. */
  draw(): void {
    if (!this.#over.signal.aborted) this.#screen.show(this.#block());
  }

  /** Removes the block and leaves the terminal as it was. */
  close(): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#screen.clear();
  }

  #block(): Block {
    const { terminal, typed } = this.#settings;
    const { columns, rows } = terminal.size();
    const above = [...this.#working(), ...this.#waiting()];
    const now = typed();
    if (now === undefined) return { lines: above };
    const laid = typedRows(now, columns - 1, Math.min(MOST_TYPED_ROWS, Math.max(1, rows - 2)));
    const { cursor } = laid;
    const lines = [...above, ...laid.rows];
    return { lines, cursor: { ...cursor, row: above.length + cursor.row } };
  }

  #working(): Line[] {
    const { texts, redact, clock } = this.#settings;
    const context = { texts, redact, now: clock.now() };
    return this.#inState("starting", "working").flatMap((shown) => progressLines(shown, context));
  }

  #waiting(): Line[] {
    const waiting = this.#inState("queued").length;
    return waiting === 0 ? [] : [[span(`  … ${this.#settings.texts.run.waiting(waiting)}`, "dim")]];
  }

  #inState(...statuses: readonly RunState["status"][]): ShownRun[] {
    return [...this.#runs.values()].filter(({ state }) => statuses.includes(state.status));
  }

  #drawSoon(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    const drawn = async (): Promise<void> => {
      if (await this.#wait(FRAME_MS)) this.draw();
      this.#drawing = false;
    };
    // Does not reject, see #wait.
    void drawn();
  }

  async #tick(): Promise<void> {
    if (this.#ticking) return;
    this.#ticking = true;
    while (this.#inState("starting", "working").length > 0 && await this.#wait(TICK_MS)) {
      this.draw();
    }
    this.#ticking = false;
  }

  /** @returns false when the view was closed first */
  #wait(ms: number): Promise<boolean> {
    return pause(this.#settings.clock, ms, this.#over.signal);
  }
}
