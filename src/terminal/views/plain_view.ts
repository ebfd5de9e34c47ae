/** Writes a line when something happens, for files, pipes and terminals that cannot redraw. */
import type { Clock } from "../../core/clock.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import { type ApprovalRequest, choicesOf } from "../../core/codex/approval.ts";
import type { TurnEvent } from "../../core/codex/codex.ts";
import type { QuestionProgress } from "../../core/codex/field_answers.ts";
import type { QuestionRequest } from "../../core/codex/question.ts";
import type { RunEvent, RunOutcome } from "../../core/run/events.ts";
import type { Run } from "../../core/run/run.ts";
import { shortPath } from "../../core/text/file_paths.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Line, span, toTerminal } from "../text/styled_line.ts";
import { waitingText } from "../../texts/run_texts.ts";
import { standingOf, standingText } from "../../texts/standing_text.ts";
import type { Texts } from "../../texts/texts.ts";
import { approvalLines } from "./approval_lines.ts";
import {
  answerLines,
  answerMarkdown,
  headingLines,
  newsLines,
  pictureLines,
  resultLine,
  settledLines,
} from "./event_lines.ts";
import { questionEndLines, questionLines } from "./question_lines.ts";
import { planEndLines, planQuestionLines } from "./plan_lines.ts";
import type { ApprovalEnd, PlanEnd, QuestionEnd, ShownRun, View } from "./view.ts";

export interface PlainViewSettings {
  /** Takes the answers. */
  readonly print: (text: string) => void;
  /** Takes everything else. */
  readonly tell: (text: string) => void;
  /** Prints answers as Codex wrote them, for a file or another program. */
  readonly raw: boolean;
  readonly columns: number;
  /** The person may add to a request. */
  readonly talks: boolean;
  readonly colors: boolean;
  readonly texts: Texts;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly echo: () => boolean;
  readonly clock: Clock;
}

const STEP_LIMIT = 200;

export class PlainView implements View {
  readonly #settings: PlainViewSettings;

  constructor(settings: PlainViewSettings) {
    this.#settings = settings;
  }

  get columns(): number {
    return this.#settings.columns;
  }

  show(shown: ShownRun, event: RunEvent): void {
    this.say(newsLines(shown, event, this.#settings));
    if (event.type === "stage.started") {
      this.say([[span(standingText(standingOf(shown.state), this.#settings.texts), "bold")]]);
    } else if (event.type === "turn.event") this.#tellStep(event.event, shown);
  }

  finish({ state, folder }: ShownRun, outcome: RunOutcome): void {
    const { texts, echo, redact, raw, print, columns, colors } = this.#settings;
    if (echo()) this.say([[span(`! ${texts.notices.demo}`, "warning")]]);
    this.say(headingLines(outcome, state, texts));
    const markdown = redact(answerMarkdown(outcome, texts));
    if (raw && markdown !== "") print(`${withoutControls(markdown)}\n`);
    else {
      for (const line of answerLines(markdown, columns, folder)) {
        print(`${toTerminal(line, colors)}\n`);
      }
    }
    this.say(pictureLines(state));
    this.say([resultLine(state, outcome, texts)]);
  }

  ask(_run: Run, request: ApprovalRequest): void {
    const { texts } = this.#settings;
    this.say([...approvalLines(request, texts, this.columns), [
      span(`  ${texts.terminal.prompt(choicesOf(request).length)}`, "dim"),
    ]]);
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
    const { tell, colors } = this.#settings;
    for (const line of lines) tell(`${toTerminal(line, colors)}\n`);
  }

  /** @param agent the name of the sub-agent that does it */
  #tellStep(event: TurnEvent, shown: ShownRun, agent?: string): void {
    if (event.type === "agent.event") return this.#tellStep(event.event, shown, event.agent.name);
    const short = (text: string): string =>
      withoutControls(onOneLine(this.#settings.redact(text), STEP_LIMIT));
    const doer = agent === undefined ? [] : [span(`  ◦ ${short(agent)}`, "dim")];
    if (event.type === "item.started" && event.item.type === "command") {
      this.say([[...doer, span("  $ ", "dim"), span(short(event.item.command))]]);
    } else if (event.type === "item.completed" && event.item.type === "files") {
      const paths = event.item.changes.map(({ path }) => shortPath(path, shown.folder)).join(", ");
      this.say([[...doer, span(`  ± ${short(paths)}`, "dim")]]);
    } else if (event.type === "waiting") {
      this.say([[span(`  ${waitingText(event.reason, this.#settings.texts)}`, "warning")]]);
    } else if (event.type === "retrying") {
      const { retrying } = this.#settings.texts.run;
      this.say([[span(`  ${short(retrying(event.message))}`, "warning")]]);
    }
  }
}
