/** Runs orchestrators over stores in memory, one after another as processes do. */
import { MemoryPlans } from "../fakes/memory_plans.ts";
import type { Clock } from "../../src/core/clock.ts";
import { type Machines, onlyThisMachine } from "../../src/core/codex/codex.ts";
import { Orchestrator } from "../../src/core/run/orchestrator.ts";
import type { Run } from "../../src/core/run/run.ts";
import type { RunObserver } from "../../src/core/run/run_state.ts";
import { QueueHolds } from "../../src/core/run/queue_holds.ts";
import { RunRecorder } from "../../src/core/run/run_recorder.ts";
import { RunTracer } from "../../src/core/run/run_tracer.ts";
import type { Mode, Profile, Profiles } from "../../src/core/session/settings.ts";
import { createGoalWorkflow } from "../../src/workflows/goal.ts";
import { createReviewWorkflow } from "../../src/workflows/review_on_demand.ts";
import { createPlanWorkflow } from "../../src/workflows/plan.ts";
import { createSingleWorkflow } from "../../src/workflows/single.ts";
import { MemorySnapshots } from "../fakes/memory_snapshots.ts";
import { MemoryAttachments } from "../fakes/memory_attachments.ts";
import { MemoryChanges, MemoryRunLogs } from "../fakes/memory_records.ts";
import { MemoryHolds, MemoryRuns, MemorySessions, MemoryTraces } from "../fakes/memory_stores.ts";
import { RecordingChat } from "../fakes/recording_chat.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { ScriptedBackend, type ScriptedTurn } from "../fakes/scripted_backend.ts";

export const ANN = { chatId: "1", userId: "1" };
/** The machine of the profile `far`. */
export const FAR = "wss://build";
export const BEN = { chatId: "2", userId: "2" };

function profile(name: string, workingDirectory: string): Profile {
  return {
    name,
    workingDirectory,
    sandbox: "workspace-write",
    approvalPolicy: "on-request",
    agents: {
      single: { developer: {} },
      plan: { selector: {}, planner: {}, developer: {}, reviewer: {} },
    },
  };
}

const PROFILES: Profiles = {
  default: "default",
  all: new Map([
    ["default", profile("default", "/a")],
    ["other", profile("Other", "/b")],
    ["far", { ...profile("far", "/a"), machine: FAR }],
  ]),
};

/** Time that stands still; a sleep ends when it is aborted, or at once with `skipSleeps`. */
class StillClock implements Clock {
  skipSleeps = false;
  /** The time of day, in milliseconds since 1970. */
  time = 0;
  readonly #sleepers: (() => void)[] = [];

  now(): Date {
    return new Date(this.time);
  }

  monotonic(): number {
    return this.time;
  }

  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    if (this.skipSleeps) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#sleepers.push(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  /** Ends every sleep. */
  wake(): void {
    for (const resolve of this.#sleepers.splice(0)) resolve();
  }
}

export class EngineHarness {
  readonly chat = new RecordingChat();
  readonly sessions = new MemorySessions();
  readonly runs = new MemoryRuns();
  readonly holds = new MemoryHolds();
  readonly traces = new MemoryTraces();
  readonly runLogs = new MemoryRunLogs();
  readonly changes = new MemoryChanges();
  readonly log = new RecordingLog();
  readonly clock = new StillClock();
  readonly snapshots = new MemorySnapshots();
  readonly recorder = new RunRecorder({
    plans: new MemoryPlans(),
    logs: this.runLogs,
    changes: this.changes,
    snapshots: this.snapshots,
    clock: this.clock,
    log: this.log,
    redact: (text) => text.replaceAll("hunter2", "•••••••"),
  });
  readonly attachments = new MemoryAttachments();
  downtimeMs = 0;
  observers: readonly RunObserver[] = [];
  #ids = 0;

  /** A process: several may follow one another over the same stores. */
  orchestrator(
    backend: ScriptedBackend,
    machines: Machines = onlyThisMachine(backend),
  ): Orchestrator {
    const agents = { machines, clock: this.clock };
    const single = createSingleWorkflow(agents);
    const plan = createPlanWorkflow({
      ...agents,
      single,
      maxReviewRounds: 3,
      planQuestionMs: 1_000,
      budget: {},
    });
    const { sessions, runs, attachments, recorder, chat, clock, log } = this;
    return new Orchestrator({
      undos: { putRight: () => Promise.resolve() },
      stores: { sessions, runs, steps: runs, snapshots: this.snapshots },
      workers: {
        workflows: {
          single,
          plan,
          compact: single,
          checks: single,
          review: createReviewWorkflow(agents),
          goal: createGoalWorkflow(agents),
        },
        machines,
        attachments,
      },
      settings: {
        profiles: PROFILES,
        maxReviewRounds: 3,
        goals: "ask",
        folderConflicts: "wait",
        downtimeMs: this.downtimeMs,
        askAfterMs: 3_600_000,
      },
      holds: new QueueHolds({ store: this.holds, clock, log }),
      newRunId: () => `run-${++this.#ids}`,
      recorder,
      observers: [new RunTracer(this.traces), ...this.observers],
      chat,
      clock,
      log,
    });
  }

  run(prompt: string, session = ANN): Run {
    return {
      id: `run-${++this.#ids}`,
      session,
      prompt,
      origin: { chatId: session.chatId, messageId: this.#ids, language: "en" },
      createdAt: new Date(0).toISOString(),
    };
  }

  async singleMode(...keys: readonly (typeof ANN)[]): Promise<void> {
    for (const key of keys) await this.#mode(key, "single");
  }

  async #mode(key: typeof ANN, mode: Mode): Promise<void> {
    await this.sessions.change(key, (session) => ({ ...session, mode }));
  }
}

export function developers(...turns: ScriptedTurn[]): ScriptedBackend {
  return new ScriptedBackend({ developer: turns });
}
