/** What the app-server tells beside its turns. */
import type { Clock } from "../../../core/clock.ts";
import type {
  CodexQueries,
  ModelInfo,
  RateLimits,
  ReadFile,
  ThreadSummary,
} from "../../../core/codex/codex_queries.ts";
import { CodexError } from "../../../core/errors.ts";
import { withDeadline } from "../../../core/deadline.ts";
import { type Ask, asking } from "./ask.ts";
import type { AppServerConnection } from "./connection.ts";
import { readFolderFile } from "./file_reading.ts";
import { listModels } from "./model_list.ts";
import { RpcError } from "./peer.ts";
import { type RateLimitNotes, readRateLimits } from "./rate_limits.ts";
import { listThreads } from "./thread_list.ts";

export interface QueryHost {
  /** @throws {CodexError} when Codex cannot be started */
  ready(): Promise<Pick<AppServerConnection, "request">>;
  /** What Codex has told of the limits by itself. */
  readonly limits: RateLimitNotes;
  readonly clock: Clock;
}

/** Somebody waits for it in a chat. */
const READY_DEADLINE_MS = 10_000;

export class AppServerQueries implements CodexQueries {
  readonly #host: QueryHost;
  readonly #ask: Ask;

  constructor(host: QueryHost) {
    this.#host = host;
    this.#ask = asking(() =>
      withDeadline(host.ready(), {
        clock: host.clock,
        ms: READY_DEADLINE_MS,
        late: () =>
          new CodexError("unresponsive", "Codex is still starting", { remedy: "Try again" }),
      })
    );
  }

  models(workingDirectory: string): Promise<readonly ModelInfo[]> {
    return inWords("list the models", listModels(this.#ask, workingDirectory));
  }

  threads(workingDirectory: string, limit: number): Promise<readonly ThreadSummary[]> {
    return inWords("list earlier conversations", listThreads(this.#ask, workingDirectory, limit));
  }

  rateLimits(): Promise<RateLimits | undefined> {
    return inWords(
      "tell the limits of the account",
      readRateLimits(this.#ask, this.#host.limits),
    );
  }

  readFile(workingDirectory: string, path: string, mostBytes: number): Promise<ReadFile> {
    return inWords(
      "fetch the file",
      readFolderFile(this.#ask, { workingDirectory, path, mostBytes }),
    );
  }
}

/** Codex's own words mean little without what was asked of it. */
async function inWords<Value>(what: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const message = `Cannot ${what}: Codex says "${error.message}"`;
    throw new CodexError("request", message, { cause: error });
  }
}
