/** Runs the application inside its worker, and reports however it ends. */
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { describeError, UserFacingError } from "../core/errors.ts";
import { createRedactor, type Redactor } from "../core/redaction/redact.ts";
import { pause } from "../core/deadline.ts";
import type { HostEnvironment } from "../runtime.ts";
import { failureOf, stackOf } from "./failure.ts";
import type { ApplicationOrder, ApplicationReport, ApplicationStart } from "./messages.ts";
import { brokeredStart } from "../integrations/codex/broker/client.ts";
import { OWNER_ONLY } from "../integrations/files/durable_files.ts";
import { CHAT_LOG } from "../integrations/logging/log_file.ts";
import { createPlainLog } from "../integrations/logging/log_line.ts";

export interface ApplicationHostSettings {
  /** @returns the exit code */
  readonly run: (
    start: Pick<ApplicationStart, "config" | "chat">,
    host: HostEnvironment,
    signal: AbortSignal,
  ) => Promise<number>;
  readonly clock: Clock;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  readonly report: (report: ApplicationReport) => void;
  /** Ends the worker. */
  readonly close: () => void;
}

/** How long the application may take to end Codex after a fault. */
const FAULT_GRACE_MS = 5_000;

export class ApplicationHost {
  readonly #settings: ApplicationHostSettings;
  readonly #stop = new AbortController();
  readonly #ended = new AbortController();
  #redactor: Redactor = createRedactor({ secrets: [] });
  /** Of the chat, which has one. */
  #logFile: string | undefined;
  #running = false;
  #dying = false;

  constructor(settings: ApplicationHostSettings) {
    this.#settings = settings;
  }

  receive(order: ApplicationOrder): void {
    switch (order.type) {
      case "ping":
        return this.#settings.report({ type: "pong" });
      case "stop":
        return this.#stop.abort();
      case "start":
        // Cannot reject: every failure becomes a report.
        return void this.#run(order.application);
    }
  }

  /**
   * Handles an error that nobody caught: logs it, since the runtime would print it with the secrets
   * in it, and gives the application a moment to end what it has started.
   */
  async fault(error: unknown): Promise<void> {
    const { clock } = this.#settings;
    const log = createPlainLog({
      verbose: false,
      write: this.#writeFault,
      clock,
      redactor: this.#redactor,
    });
    log.error("program.fault", { error: stackOf(error) });
    if (this.#dying) return;
    this.#dying = true;
    this.#stop.abort();
    if (this.#running) await pause(clock, FAULT_GRACE_MS, this.#ended.signal);
    this.#finish({ type: "died", reason: this.#firstLine(stackOf(error)) });
  }

  async #run(start: ApplicationStart): Promise<void> {
    const { config, chat, variables, version, verbose, traced, broker } = start;
    this.#running = true;
    if (chat !== undefined) this.#logFile = join(config.stateFolder, CHAT_LOG);
    this.#redactor = createRedactor({ secrets: config.secrets });
    const onCodexEnded = (): void => this.#settings.report({ type: "codex-ended" });
    const host = {
      variables,
      version,
      verbose,
      traced,
      write: this.#write,
      start: broker && brokeredStart(broker),
      onCodexEnded,
    };
    try {
      this.#over(await this.#settings.run(start, host, this.#stop.signal));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Leaves a line unsaid that cannot be written: a log on a full disk must stop no work. */
  readonly #write = (line: string): void => {
    try {
      this.#settings.print(line);
    } catch {
      // To tell of it would take the same way.
    }
  };

  /** Keeps a fault of the chat off the screen, which has answers, or JSON for another program. */
  readonly #writeFault = (line: string): void => {
    if (this.#logFile === undefined) return this.#write(line);
    try {
      Deno.writeTextFileSync(this.#logFile, line, { append: true, mode: OWNER_ONLY });
    } catch {
      this.#write(line);
    }
  };

  #failed(error: unknown): void {
    if (error instanceof UserFacingError && !this.#dying) {
      const { code, text } = failureOf(error);
      this.#settings.printError(`${this.#redactor.forLogs(text)}\n`);
      return this.#over(code, this.#firstLine(describeError(error)));
    }
    this.#ended.abort();
    // Cannot reject: it only waits and reports.
    void this.fault(error);
  }

  /** Reports the end, unless a fault came first, which `fault` reports. */
  #over(code: number, reason?: string): void {
    this.#ended.abort();
    if (this.#dying) return;
    this.#finish({ type: "ended", code, ...(reason === undefined ? {} : { reason }) });
  }

  #firstLine(text: string): string {
    return this.#redactor.forLogs(text).split("\n", 1)[0] ?? "";
  }

  #finish(report: ApplicationReport): void {
    this.#settings.report(report);
    this.#settings.close();
  }
}
