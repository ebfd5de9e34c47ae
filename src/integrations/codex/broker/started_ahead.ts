/**
 * Keeps a program that was started before anybody asked for it, and what it says, until somebody does:
 * Codex starts while the application is still being loaded.
 */
import type { AllowedProgram, BrokerReport } from "./messages.ts";

/** In the place of the number by which the application knows a program. */
export const UNCLAIMED = 0;

export class StartedAhead {
  readonly program: AllowedProgram;
  readonly #report: (report: BrokerReport) => void;
  readonly #kept: BrokerReport[] = [];
  readonly #claimed = new AbortController();
  #id = UNCLAIMED;
  #isOver = false;
  #hasFailed = false;

  constructor(program: AllowedProgram, report: (report: BrokerReport) => void) {
    this.program = program;
    this.#report = report;
  }

  get id(): number {
    return this.#id;
  }

  /** Aborts when somebody has asked for it. */
  get claimed(): AbortSignal {
    return this.#claimed.signal;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What came to nothing is started once more, by whoever asks for it. */
  get isUsable(): boolean {
    return !this.#hasFailed && (!this.#isOver || this.program.speaks === "nothing");
  }

  readonly report = (report: BrokerReport): void => {
    if (report.type === "exited") this.#isOver = true;
    if (report.type === "not-started" || (report.type === "exited" && report.code !== 0)) {
      this.#hasFailed = true;
    }
    if (this.#id === UNCLAIMED) this.#kept.push(report);
    else this.#report({ ...report, id: this.#id });
  };

  /** Hands it over, with all that it has said by now. */
  claim(id: number): void {
    this.#id = id;
    this.#claimed.abort();
    for (const report of this.#kept.splice(0)) this.#report({ ...report, id });
  }
}
