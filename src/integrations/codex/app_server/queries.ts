/** Answers queries by the app-server: models, earlier conversations, limits of the account, files. */
import type { Clock } from "../../../core/clock.ts";
import type {
  CodexQueries,
  ModelInfo,
  RateLimits,
  RateLimitWindow,
  ReadFile,
  ThreadSummary,
} from "../../../core/codex/codex_queries.ts";
import { withDeadline } from "../../../core/deadline.ts";
import { CodexError } from "../../../core/errors.ts";
import { requestIn } from "../../../core/text/prompt_sections.ts";
import type { Answers, Ask, ListedThread, ModelAnswer } from "./answers.ts";
import { readFolderFile } from "./folder_file.ts";
import { INVALID_REQUEST, RpcError } from "./json_rpc.ts";
import type { RateLimitSnapshot, WireRateLimitWindow } from "./protocol_shapes.ts";

interface QuerySettings {
  /** @throws {CodexError} when Codex cannot be started */
  ready(): Promise<{ readonly ask: Ask }>;
  readonly limits: KnownRateLimits;
  readonly clock: Clock;
}

/** Somebody waits in a chat, for the start of Codex as well as for an answer. */
const READY_DEADLINE_MS = 10_000;
const ANSWER_DEADLINE_MS = 10_000;

export class AppServerQueries implements CodexQueries {
  readonly #settings: QuerySettings;

  constructor(settings: QuerySettings) {
    this.#settings = settings;
  }

  models(workingDirectory: string): Promise<readonly ModelInfo[]> {
    return withPurpose("list the models", listModels(this.#ask, workingDirectory));
  }

  threads(workingDirectory: string, limit: number): Promise<readonly ThreadSummary[]> {
    return withPurpose(
      "list earlier conversations",
      listThreads(this.#ask, workingDirectory, limit),
    );
  }

  async nameThread(threadId: string, name: string): Promise<void> {
    await withPurpose("name the conversation", this.#ask("thread/name/set", { threadId, name }));
  }

  forkThread(threadId: string): Promise<string> {
    return withPurpose("copy the conversation", forkThread(this.#ask, threadId));
  }

  rateLimits(): Promise<RateLimits | undefined> {
    return withPurpose(
      "tell the limits of the account",
      readRateLimits(this.#ask, this.#settings.limits),
    );
  }

  async fileNames(workingDirectory: string): Promise<readonly string[]> {
    const { entries } = await withPurpose(
      "look into the folder",
      this.#ask("fs/readDirectory", { path: workingDirectory }),
    );
    return entries.filter(({ isFile }) => isFile).map(({ fileName }) => fileName);
  }

  readFile(workingDirectory: string, path: string, mostBytes: number): Promise<ReadFile> {
    return withPurpose(
      "fetch the file",
      readFolderFile(this.#ask, { workingDirectory, path, mostBytes }),
    );
  }

  readonly #ask: Ask = async <Method extends keyof Answers>(
    method: Method,
    params: unknown,
    deadlineMs = ANSWER_DEADLINE_MS,
  ) => {
    const { ready, clock } = this.#settings;
    const connection = await withDeadline(ready(), {
      clock,
      ms: READY_DEADLINE_MS,
      late: () => new CodexError("unresponsive", "Codex is still starting"),
    });
    return await connection.ask(method, params, deadlineMs);
  };
}

/** Says what was asked for: Codex's own error means little without it. */
async function withPurpose<Value>(what: string, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const message = `Cannot ${what}: Codex says "${error.message}"`;
    throw new CodexError("request", message, { cause: error });
  }
}

const MOST_MODEL_PAGES = 10;

/** Asks `model/list` to its last page, and `config/read` for the default. */
export async function listModels(
  ask: Ask,
  workingDirectory: string,
): Promise<readonly ModelInfo[]> {
  const [offered, { model, model_reasoning_effort: effort }] = await Promise.all([
    offeredModels(ask),
    configured(ask, workingDirectory),
  ]);
  const models = offered.map((each) => modelInfo(each, model, effort));
  if (model === undefined || models.some(({ slug }) => slug === model)) return models;
  // A model of another provider, which Codex's catalogue does not list.
  const own: ModelInfo = {
    slug: model,
    name: model,
    description: "",
    efforts: [],
    isDefault: true,
    ...(effort === undefined ? {} : { defaultEffort: effort }),
  };
  return [own, ...models];
}

async function offeredModels(ask: Ask): Promise<readonly ModelAnswer[]> {
  const offered: ModelAnswer[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_MODEL_PAGES; page++) {
    const params = { includeHidden: false, ...(cursor === undefined ? {} : { cursor }) };
    const { data, nextCursor } = await ask("model/list", params);
    offered.push(...data.filter(({ hidden }) => !hidden));
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return offered;
}

/** What the person's own config.toml settles before Codex's catalogue does. */
async function configured(
  ask: Ask,
  workingDirectory: string,
): Promise<Answers["config/read"]["config"]> {
  try {
    // A project may have a config.toml of its own.
    const params = { includeLayers: false, cwd: workingDirectory };
    return (await ask("config/read", params)).config;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    // The catalogue has a default of its own.
    return {
      model: undefined,
      model_reasoning_effort: undefined,
      sandbox_workspace_write: undefined,
    };
  }
}

function modelInfo(
  model: ModelAnswer,
  configuredModel: string | undefined,
  configuredEffort: string | undefined,
): ModelInfo {
  const { model: slug, displayName, description = "", isDefault } = model;
  const defaultEffort = configuredEffort ?? model.defaultReasoningEffort;
  return {
    slug,
    name: displayName ?? slug,
    description,
    efforts: model.supportedReasoningEfforts.map(({ reasoningEffort, description }) => ({
      name: reasoningEffort,
      description,
    })),
    isDefault: configuredModel === undefined ? isDefault : configuredModel === slug,
    ...(defaultEffort === undefined ? {} : { defaultEffort }),
  };
}

/** Leaves the copy at once: it is loaded anew, with the settings of the next turn. */
async function forkThread(ask: Ask, threadId: string): Promise<string> {
  const { thread: { id } } = await ask("thread/fork", { threadId, excludeTurns: true });
  await ask("thread/unsubscribe", { threadId: id });
  return id;
}

/** Where a person works with Codex; threads of Codex's own helpers are nobody's conversation. */
const SOURCE_KINDS = ["cli", "vscode", "exec", "appServer"];
const MOST_THREAD_PAGES = 5;
const THREAD_PAGE_SIZE = 100;
/** In UTF-16 units. Whoever shows it cuts it to their width, once its secrets are masked. */
const TITLE_LIMIT = 300;

/** Asks `thread/list`, page by page until there are enough. */
async function listThreads(
  ask: Ask,
  workingDirectory: string,
  limit: number,
): Promise<readonly ThreadSummary[]> {
  const threads: ThreadSummary[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_THREAD_PAGES && threads.length < limit; page++) {
    const { data, nextCursor } = await ask("thread/list", {
      cwd: workingDirectory,
      limit: Math.min(limit, THREAD_PAGE_SIZE),
      sortKey: "updated_at",
      sortDirection: "desc",
      // Empty: of all providers.
      modelProviders: [],
      sourceKinds: SOURCE_KINDS,
      ...(cursor === undefined ? {} : { cursor }),
    });
    threads.push(
      ...data.filter(({ ephemeral, parentThreadId }) => !ephemeral && parentThreadId === undefined)
        .map(summaryOf),
    );
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return threads.slice(0, limit);
}

function summaryOf({ id, name, preview, updatedAt }: ListedThread): ThreadSummary {
  const named = name?.trim() ?? "";
  return {
    id,
    title: titleOf(named === "" ? requestIn(preview.trim()) : named),
    updatedAt: new Date(updatedAt * 1000).toISOString(),
  };
}

/** The first line that says something. */
function titleOf(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^[#>*\s-]+/, "").trim());
  const first = (lines.find((line) => line !== "") ?? "").replaceAll(/\s+/g, " ");
  if (first.length <= TITLE_LIMIT) return first;
  // Cut at a blank where there is one: a secret that is masked only as a whole stays whole, or goes.
  return `${first.slice(0, TITLE_LIMIT).replace(/\s\S*$|[\ud800-\udbff]$/, "")}…`;
}

/** The account's limits as Codex told them last; it does so with each answer of the model. */
export class KnownRateLimits {
  #latest: RateLimits | undefined;

  get latest(): RateLimits | undefined {
    return this.#latest;
  }

  /** Forgets them: the account may be another one from now on. */
  clear(): void {
    this.#latest = undefined;
  }

  /** When all windows have reset that are used up; undefined where none is. ISO 8601. */
  resetsAt(now: Date): string | undefined {
    const { primary, secondary } = this.#latest ?? {};
    const times = [primary, secondary].flatMap((window) =>
      window?.resetsAt !== undefined && window.usedPercent >= 100 &&
        Date.parse(window.resetsAt) > now.getTime()
        ? [window.resetsAt]
        : []
    );
    return times.sort().at(-1);
  }

  /** Adds a snapshot. What is absent in it was said before and still counts (Codex's protocol). */
  add({ rateLimits }: RateLimitSnapshot): void {
    const { limitId, planType, primary, secondary } = rateLimits;
    // Others are those of single models.
    if (limitId !== undefined && limitId !== "codex") return;
    this.#latest = {
      ...this.#latest,
      ...(planType === undefined ? {} : { plan: planType }),
      ...(primary === undefined ? {} : { primary: windowOf(primary) }),
      ...(secondary === undefined ? {} : { secondary: windowOf(secondary) }),
    };
  }
}

/** Asks `account/rateLimits/read`; where Codex has nothing to read, takes what it told before. */
async function readRateLimits(
  ask: Ask,
  known: KnownRateLimits,
): Promise<RateLimits | undefined> {
  try {
    known.add(await ask("account/rateLimits/read", {}));
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    // A login without an allowance, such as an API key.
    const hasNone = error.code === INVALID_REQUEST;
    if (!hasNone && known.latest === undefined) throw error;
  }
  return known.latest;
}

function windowOf(
  { usedPercent, windowDurationMins, resetsAt }: WireRateLimitWindow,
): RateLimitWindow {
  return {
    usedPercent: Math.min(100, Math.max(0, usedPercent)),
    ...(windowDurationMins === undefined ? {} : { windowMinutes: windowDurationMins }),
    ...(resetsAt === undefined ? {} : { resetsAt: new Date(resetsAt * 1000).toISOString() }),
  };
}
