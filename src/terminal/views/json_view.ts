/** Writes each event of a run as a line of JSON, for programs. */
import type { Clock } from "../../core/clock.ts";
import type { RunEvent, RunOutcome } from "../../core/run/events.ts";
import type { Run } from "../../core/run/run.ts";
import type { Redactor } from "../../core/redaction/redact.ts";
import { jsonText } from "../../core/text/control_characters.ts";
import { type Line, textOf } from "../text/styled_line.ts";
import type { ShownRun, View } from "./view.ts";

export interface JsonViewSettings {
  readonly print: (text: string) => void;
  /** Takes everything that is no event. */
  readonly tell: (text: string) => void;
  readonly redactor: Pick<Redactor, "value">;
  readonly clock: Clock;
}

export class JsonView implements View {
  readonly columns = Infinity;
  readonly #settings: JsonViewSettings;

  constructor(settings: JsonViewSettings) {
    this.#settings = settings;
  }

  show({ run }: ShownRun, event: RunEvent): void {
    // Left out: a secret in pieces is not recognized, and the whole message follows.
    if (event.type === "turn.event" && event.event.type === "message.delta") return;
    this.#print(run, event);
  }

  finish({ run }: ShownRun, outcome: RunOutcome, latencyMs: number): void {
    this.#print(run, { type: "run.finished", outcome, latencyMs });
  }

  /** The turn's own events tell its approvals and questions. */
  ask(): void {}
  settled(): void {}
  askQuestion(): void {}
  questionSettled(): void {}
  askPlan(): void {}
  planSettled(): void {}

  say(lines: readonly Line[]): void {
    for (const line of lines) this.#settings.tell(`${textOf(line)}\n`);
  }

  #print(run: Run, event: RunEvent): void {
    const { clock, redactor, print } = this.#settings;
    const line = { at: clock.now().toISOString(), run_id: run.id, ...event };
    print(`${jsonText(redactor.value(line))}\n`);
  }
}
