/** Starts the programs that the configuration names, and nothing else, for an application that may not. */
import type { Clock } from "../../../core/clock.ts";
import { pause, waitAtMost } from "../../../core/deadline.ts";
import { describeError } from "../../../core/errors.ts";
import { startDetached } from "../start_detached.ts";
import { FolderPolicy } from "./folder_policy.ts";
import { appServerGuard, type Guard, GuardedLines, mcpGuard } from "./guarded_lines.ts";
import type {
  AllowedProgram,
  BrokerLimits,
  BrokerOrder,
  BrokerReport,
  OutputName,
} from "./messages.ts";
import { RequestPolicy } from "./request_policy.ts";
import { StartedAhead, UNCLAIMED } from "./started_ahead.ts";

interface BrokerSettings {
  readonly limits: BrokerLimits;
  readonly clock: Clock;
  readonly report: (report: BrokerReport) => void;
}

/** How long programs may take to end when nobody needs them any more. */
const GRACE_MS = 2_000;
/** What a program has left running may keep its output open. */
const LAST_OUTPUT_MS = 1_000;
/** How long a program that was started ahead waits for whoever needs it. */
const AHEAD_MS = 60_000;
/** Output that waits to be taken, for each program. */
const MOST_WAITING = 4 * 1024 * 1024;
const SIGNALS = ["SIGTERM", "SIGKILL"];

type Bytes = Uint8Array<ArrayBuffer>;

/** Serves one application. */
export class Broker {
  readonly #settings: BrokerSettings;
  readonly #children = new Map<number, BrokeredChild>();
  /** What nobody has asked for yet. */
  readonly #ahead = new Map<StartedAhead, BrokeredChild>();
  /** Each ends when what was started ahead is handed over, or gone. */
  readonly #watches = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(settings: BrokerSettings) {
    this.#settings = settings;
  }

  /**
   * Starts what an application asks for first; the first order for it is handed what was started.
   * @param greeting what the application says first to an app-server
   */
  startAhead(greeting: string): void {
    for (const program of this.#settings.limits.programs) {
      if (program.ahead !== true || this.#closing.signal.aborted) continue;
      const ahead = new StartedAhead(program, this.#settings.report);
      const gone = (): void => void this.#children.delete(ahead.id);
      const child = this.#spawn(UNCLAIMED, program, program.arguments, {
        report: ahead.report,
        gone,
      });
      if (child === undefined) continue;
      if (program.speaks === "app-server") child.greet(greeting);
      this.#ahead.set(ahead, child);
      // Does not reject.
      const watch = this.#endUnclaimed(ahead).finally(() => this.#watches.delete(watch));
      this.#watches.add(watch);
    }
  }

  receive(order: BrokerOrder): void {
    if (order.type === "start") return this.#start(order.id, order.command, order.arguments);
    const child = this.#children.get(order.id);
    switch (order.type) {
      case "input":
        return child?.write(order.bytes);
      case "end-input":
        return child?.endInput();
      case "taken":
        return child?.taken(order.bytes);
      case "kill":
        return SIGNALS.includes(order.signal) ? child?.kill(order.signal) : undefined;
    }
  }

  /** Ends every program. Resolves when all are gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    const children = [...this.#children.values(), ...this.#ahead.values()];
    const ends = children.map((child) => child.end(this.#settings.clock));
    await Promise.all([...ends, ...this.#watches]);
  }

  #start(id: number, command: string, words: readonly string[]): void {
    const { limits, report } = this.#settings;
    if (this.#closing.signal.aborted || this.#children.has(id)) return;
    const program = limits.programs.find((each) => allows(each, command, words, limits));
    if (program === undefined) {
      const message = `the configuration names no "${[command, ...words].join(" ")}"`;
      return report({ type: "not-started", id, why: "not-permitted", message });
    }
    if (this.#claim(id, program)) return;
    const gone = (): void => void this.#children.delete(id);
    const child = this.#spawn(id, program, words, { report, gone });
    if (child !== undefined) this.#children.set(id, child);
  }

  /** @returns undefined when it cannot be started, which is reported */
  #spawn(
    id: number,
    program: AllowedProgram,
    words: readonly string[],
    { report, gone }: Pick<ChildParts, "report" | "gone">,
  ): BrokeredChild | undefined {
    const { limits } = this.#settings;
    try {
      const child = startDetached(program.started, words, limits.environment);
      const guard = guardOf(program, limits);
      const brokered = new BrokeredChild(child, { id, guard, report, gone });
      report({ type: "started", id, pid: child.pid });
      return brokered;
    } catch (error) {
      const { NotFound, NotCapable } = Deno.errors;
      const why = error instanceof NotFound
        ? "missing"
        : error instanceof NotCapable
        ? "not-permitted"
        : "other";
      report({ type: "not-started", id, why, message: describeError(error) });
      return undefined;
    }
  }

  /** Hands over what was started ahead. @returns false where there is none that can be used */
  #claim(id: number, wanted: AllowedProgram): boolean {
    for (const [ahead, child] of this.#ahead) {
      if (ahead.program !== wanted) continue;
      this.#ahead.delete(ahead);
      if (!ahead.isUsable) return false;
      if (!ahead.isOver) this.#children.set(id, child);
      ahead.claim(id);
      return true;
    }
    return false;
  }

  async #endUnclaimed(ahead: StartedAhead): Promise<void> {
    const { clock } = this.#settings;
    const needless = await pause(
      clock,
      AHEAD_MS,
      AbortSignal.any([ahead.claimed, this.#closing.signal]),
    );
    if (!needless) return;
    const child = this.#ahead.get(ahead);
    this.#ahead.delete(ahead);
    await child?.end(clock);
  }
}

function allows(
  { command, started, arguments: allowed }: AllowedProgram,
  wanted: string,
  words: readonly string[],
  { rights: { inbox, ...rights } }: BrokerLimits,
): boolean {
  if (wanted !== command && wanted !== started) return false;
  if (words.length !== allowed.length) return false;
  const folders = new FolderPolicy({ inbox, ...rights });
  return allowed.every((pattern, index) => {
    const word = words[index] ?? "";
    const [before = "", after] = pattern.split("{file}");
    if (after === undefined) return word === pattern;
    const path = word.slice(before.length, word.length - after.length);
    return word === pattern.replaceAll("{file}", () => path) && folders.isInside(path, inbox);
  });
}

function guardOf({ speaks }: AllowedProgram, { rights }: BrokerLimits): Guard | undefined {
  switch (speaks) {
    case "app-server":
      return appServerGuard(new RequestPolicy(rights));
    case "mcp":
      return mcpGuard(new FolderPolicy(rights));
    case "nothing":
      return undefined;
  }
}

interface ChildParts {
  readonly id: number;
  /** Absent = it is not spoken with. */
  readonly guard: Guard | undefined;
  readonly report: (report: BrokerReport) => void;
  readonly gone: () => void;
}

class BrokeredChild {
  readonly #child: Deno.ChildProcess;
  readonly #parts: ChildParts;
  readonly #lines: GuardedLines | undefined;
  readonly #writer: WritableStreamDefaultWriter<Bytes>;
  readonly #over = new AbortController();
  readonly #outputs: Promise<unknown>;
  #waiting = 0;
  #takenMore = Promise.withResolvers<void>();

  constructor(child: Deno.ChildProcess, parts: ChildParts) {
    this.#child = child;
    this.#parts = parts;
    this.#writer = child.stdin.getWriter();
    this.#lines = parts.guard &&
      new GuardedLines(parts.guard, (bytes) => this.#tell("stdout", bytes));
    // None rejects.
    this.#outputs = Promise.all([this.#pass("stdout"), this.#pass("stderr")]);
    void this.#watch();
  }

  write(bytes: Bytes): void {
    const { id, report } = this.#parts;
    const passed = this.#lines === undefined ? undefined : this.#lines.input(bytes);
    const written = passed === undefined ? Promise.resolve() : this.#writer.write(passed);
    written.then(
      () => report({ type: "written", id }),
      (error) => report({ type: "written", id, failure: describeError(error) }),
    );
  }

  /** Says what the application is going to say first. */
  greet(line: string): void {
    const bytes = this.#lines?.ahead(line);
    // One that has ended is started once more.
    if (bytes !== undefined) this.#writer.write(bytes).catch(() => undefined);
  }

  endInput(): void {
    // It may have ended before.
    this.#writer.close().catch(() => undefined);
  }

  taken(bytes: number): void {
    this.#waiting -= Math.max(0, bytes);
    this.#takenMore.resolve();
    this.#takenMore = Promise.withResolvers<void>();
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended in the meantime.
    }
  }

  /** Resolves when it is gone, and all that it has said is told. */
  async end(clock: Clock): Promise<void> {
    this.kill("SIGTERM");
    if (await pause(clock, GRACE_MS, this.#over.signal)) this.kill("SIGKILL");
    await this.#child.status;
    await waitAtMost(clock, LAST_OUTPUT_MS, this.#outputs);
  }

  async #pass(stream: OutputName): Promise<void> {
    const { id, report } = this.#parts;
    const reader = this.#child[stream].getReader();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const bytes = stream === "stdout" && this.#lines !== undefined
          ? this.#lines.output(part.value)
          : part.value;
        if (bytes !== undefined) this.#tell(stream, bytes);
        // What has ended is read to its end, whoever takes it.
        while (this.#waiting > MOST_WAITING && !this.#over.signal.aborted) {
          await this.#takenMore.promise;
        }
      }
    } catch {
      // The pipe broke: the end of the program says more.
    }
    const last = stream === "stdout" ? this.#lines?.lastOutput() : undefined;
    if (last !== undefined && last.length > 0) this.#tell(stream, last);
    report({ type: "output-end", id, stream });
  }

  #tell(stream: OutputName, bytes: Bytes): void {
    if (bytes.length === 0) return;
    this.#waiting += bytes.length;
    // A view is copied with all that it is a part of: 64 kB for a line of a hundred bytes.
    const own = bytes.length < bytes.buffer.byteLength ? bytes.slice() : bytes;
    this.#parts.report({ type: "output", id: this.#parts.id, stream, bytes: own });
  }

  async #watch(): Promise<void> {
    const { id, report, gone } = this.#parts;
    const { code, signal } = await this.#child.status;
    this.#over.abort();
    this.#takenMore.resolve();
    // What it has left running gets no more either.
    this.endInput();
    gone();
    report({ type: "exited", id, code, signal });
  }
}
