/**
 * A backend that is looked for when it is first needed, and again as long as it is not found: a
 * program that was started before Codex was installed recovers by itself.
 */
import type {
  BackendCapabilities,
  BackendHealth,
  BackendKind,
  CodexBackend,
  CodexThread,
  ThreadOptions,
} from "../../core/codex/codex.ts";
import type { CodexQueries } from "../../core/codex/codex_queries.ts";
import { CodexError, describeError } from "../../core/errors.ts";
import { abortable } from "../../core/deadline.ts";
import { LazyThread } from "./lazy_thread.ts";

export interface LazyBackendSettings {
  /** What is most likely found, for those who ask before. */
  readonly expected: { readonly kind: BackendKind; readonly command: string };
  /** @throws {CodexError} with a remedy, when there is no Codex that can be used */
  readonly open: () => Promise<CodexBackend>;
}

const CAPABILITIES: Readonly<Record<BackendKind, BackendCapabilities>> = {
  "app-server": { steer: true, outputSchema: true, resume: true, images: true },
  mcp: { steer: false, outputSchema: false, resume: false, images: false },
  echo: { steer: false, outputSchema: false, resume: true, images: false },
};

export class LazyBackend implements CodexBackend {
  readonly #settings: LazyBackendSettings;
  #found: CodexBackend | undefined;
  #opening: Promise<CodexBackend> | undefined;
  #lastError: string | undefined;
  #closed = false;

  constructor(settings: LazyBackendSettings) {
    this.#settings = settings;
  }

  readonly queries: CodexQueries = {
    models: async (...asked) => (await this.#open()).queries.models(...asked),
    threads: async (...asked) => (await this.#open()).queries.threads(...asked),
    rateLimits: async () => (await this.#open()).queries.rateLimits(),
    readFile: async (...asked) => (await this.#open()).queries.readFile(...asked),
  };

  get kind(): BackendKind {
    return this.#found?.kind ?? this.#settings.expected.kind;
  }

  get capabilities(): BackendCapabilities {
    return this.#found?.capabilities ?? CAPABILITIES[this.kind];
  }

  async start(signal?: AbortSignal): Promise<void> {
    const opening = this.#open();
    const backend = await (signal === undefined ? opening : abortable(opening, signal));
    await backend.start(signal);
  }

  startThread(options: ThreadOptions): CodexThread {
    return this.#thread((backend) => backend.startThread(options));
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return this.#thread((backend) => backend.resumeThread(id, options), id);
  }

  health(): BackendHealth {
    if (this.#found !== undefined) return this.#found.health();
    return {
      ...this.#settings.expected,
      running: false,
      ready: false,
      restarts: 0,
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    // What is being opened now ends by the check behind it.
    await this.#opening?.catch(() => undefined);
    await this.#found?.close();
  }

  #thread(make: (backend: CodexBackend) => CodexThread, id?: string): CodexThread {
    const found = this.#found;
    return found === undefined ? new LazyThread(() => this.#open(), make, id) : make(found);
  }

  #open(): Promise<CodexBackend> {
    this.#opening ??= this.#search().finally(() => this.#opening = undefined);
    return this.#opening;
  }

  async #search(): Promise<CodexBackend> {
    if (this.#closed) throw new CodexError("exited", "Codex was shut down");
    if (this.#found !== undefined) return this.#found;
    try {
      this.#found = await this.#settings.open();
      this.#lastError = undefined;
      return this.#found;
    } catch (error) {
      this.#lastError = describeError(error);
      throw error;
    }
  }
}
