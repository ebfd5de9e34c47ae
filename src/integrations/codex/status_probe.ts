/**
 * Asks another program about the Codex process, where `/status` is configured not to ask the process
 * itself: the configured command, or the list of processes.
 */
import { z } from "../../core/schema.ts";
import type { Clock } from "../../core/clock.ts";
import type { CodexSettings, ProgramSettings } from "../../core/codex/codex_settings.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { programOutput, type StartProgram } from "./child_process.ts";
import { FIND_PROCESS } from "./codex_program.ts";

export interface ProcessReport {
  readonly running: boolean;
  readonly ready: boolean;
  readonly pid?: number;
  readonly uptimeMs?: number;
}

export interface StatusProbeSettings {
  readonly status: CodexSettings["status"];
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Starts programs; absent = from here. */
  readonly start?: StartProgram | undefined;
}

const FRESH_MS = 3_000;
const PROBE_DEADLINE_MS = 5_000;
const SECOND_MS = 1_000;
const flag = z.union([z.boolean(), z.stringbool()]);
const report = z.object({
  running: flag,
  ready: flag.optional(),
  pid: z.coerce.number().int().positive().optional().catch(undefined),
  uptime_sec: z.coerce.number().nonnegative().optional().catch(undefined),
});

export class StatusProbe {
  readonly #settings: StatusProbeSettings;
  readonly #program: ProgramSettings | undefined;
  readonly #closed = new AbortController();
  #latest: ProcessReport | undefined;
  #takenAt = -Infinity;
  #running: Promise<void> | undefined;

  constructor(settings: StatusProbeSettings) {
    this.#settings = settings;
    const { direct, command, detectProcess } = settings.status;
    this.#program = direct ? undefined : command ?? (detectProcess ? FIND_PROCESS : undefined);
  }

  /** Returns the latest report at once; an old one is renewed in the background. */
  current(): ProcessReport | undefined {
    const { clock } = this.#settings;
    const old = clock.monotonic() - this.#takenAt > FRESH_MS;
    if (this.#program !== undefined && old && !this.#closed.signal.aborted) {
      this.#running ??= this.#renew(this.#program).finally(() => this.#running = undefined);
    }
    return this.#latest;
  }

  /** Resolves when no probe is running any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#running;
  }

  /** Never rejects: without a report, health comes from the process itself. */
  async #renew(program: ProgramSettings): Promise<void> {
    const { environment, clock, log, start } = this.#settings;
    const late = (): Error =>
      new Error(`"${program.command}" took longer than ${PROBE_DEADLINE_MS / SECOND_MS} s`);
    try {
      const settings = { environment, clock, log, start, deadlineMs: PROBE_DEADLINE_MS, late };
      const output = await programOutput(program, settings);
      this.#latest = program === FIND_PROCESS ? processReport(output) : parseReport(output);
    } catch (error) {
      this.#latest = undefined;
      log.warn("codex.status-command.failed", { error: describeError(error) });
    }
    this.#takenAt = clock.monotonic();
  }
}

/**
 * Reads JSON, or `running=true,ready=true,pid=1,uptime_sec=2`.
 * @throws {Error} when it is neither
 */
export function parseReport(output: string): ProcessReport {
  const text = output.trim();
  const fields: unknown = text.startsWith("{")
    ? JSON.parse(text)
    : Object.fromEntries(text.split(/[,\s]+/).map((pair) => pair.split("=", 2)));
  const { running, ready, pid, uptime_sec } = report.parse(fields);
  return {
    running,
    ready: ready ?? running,
    ...(pid === undefined ? {} : { pid }),
    ...(uptime_sec === undefined ? {} : { uptimeMs: uptime_sec * SECOND_MS }),
  };
}

function processReport(output: string): ProcessReport {
  const [first] = output.trim().split("\n");
  const pid = Number(first);
  return Number.isInteger(pid) && pid > 0
    ? { running: true, ready: true, pid }
    : { running: false, ready: false };
}
