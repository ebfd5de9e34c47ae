/** Keeps the threads of a backend whose turns this program plays itself, without a Codex process. */
import type { Clock } from "../../core/clock.ts";
import type {
  BackendHealth,
  BackendKind,
  CodexThread,
  ThreadOptions,
  Turn,
  TurnInput,
  TurnOptions,
} from "../../core/codex/codex.ts";
import { ThreadBusyError } from "../../core/errors.ts";
import { LiveTurn, type TurnLimits } from "./live_turn.ts";

export interface PlayedThreadsSettings {
  readonly kind: BackendKind;
  /** As health reports name what runs. */
  readonly command: string;
  readonly clock: Clock;
  readonly limits: TurnLimits;
  /** Plays a turn to its end. Must not reject: a failure is how the turn ends. */
  readonly play: (turn: LiveTurn, played: PlayedTurn) => Promise<void>;
  /** Takes words that come in the middle of a turn. */
  readonly steer: (turn: LiveTurn, text: string) => Promise<void>;
}

export interface PlayedTurn {
  readonly threadId: string;
  readonly input: TurnInput;
  readonly options: ThreadOptions;
}

export class PlayedThreads {
  readonly #settings: PlayedThreadsSettings;
  readonly #turns = new Set<LiveTurn>();
  readonly #stop = new AbortController();
  readonly #startedAt: number;

  constructor(settings: PlayedThreadsSettings) {
    this.#settings = settings;
    this.#startedAt = settings.clock.monotonic();
  }

  /** @throws {ThreadBusyError} from `run()` while a turn of the same object is at work */
  thread(id: string, options: ThreadOptions): CodexThread {
    let running: LiveTurn | undefined;
    return {
      id,
      run: (input, turnOptions): Turn => {
        if (running !== undefined && !running.over.aborted) throw new ThreadBusyError();
        running = this.#begin(id, turnOptions);
        // Does not reject, see the settings.
        void this.#settings.play(running, { threadId: id, input, options });
        return running;
      },
    };
  }

  health(): BackendHealth {
    const { kind, command, clock } = this.#settings;
    return {
      kind,
      command,
      running: true,
      ready: true,
      restarts: 0,
      uptimeMs: Math.round(clock.monotonic() - this.#startedAt),
    };
  }

  /** Ends all turns, and waits for them. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#turns].map(({ result }) => result));
  }

  #begin(threadId: string, options: TurnOptions): LiveTurn {
    const { clock, limits, steer } = this.#settings;
    const signal = AbortSignal.any([options.signal, this.#stop.signal]);
    const turn: LiveTurn = new LiveTurn({
      clock,
      limits,
      options: { ...options, signal },
      threadId,
      control: {
        interrupt: () => Promise.resolve(turn.settle({ status: "interrupted" })),
        escalate: () => Promise.resolve(),
        steer: (text) => steer(turn, text),
      },
    });
    this.#turns.add(turn);
    turn.over.addEventListener("abort", () => this.#turns.delete(turn), { once: true });
    return turn;
  }
}
