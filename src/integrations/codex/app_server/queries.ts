/** What the app-server tells beside its turns. */

import { z } from "zod";
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
import { type Ask, asking } from "./answers.ts";
import type { AppServerConnection } from "./connection.ts";
import { readFolderFile } from "./files.ts";
import { RpcError } from "./json_rpc.ts";
import { maybe } from "./protocol.ts";

interface QueryHost {
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

const MOST_MODEL_PAGES = 10;

const MODEL = z.object({
  model: z.string().min(1),
  displayName: maybe(z.string()),
  description: maybe(z.string()),
  hidden: z.boolean().default(false),
  isDefault: z.boolean().default(false),
  defaultReasoningEffort: maybe(z.string()),
  supportedReasoningEfforts: z.array(
    z.object({ reasoningEffort: z.string().min(1), description: z.string().default("") }),
  ).default([]),
});
const MODEL_PAGE = z.object({ data: z.array(MODEL), nextCursor: maybe(z.string()) });

/** What the person's own config.toml settles before Codex's catalogue does. */
const CONFIG = z.object({
  config: z.object({ model: maybe(z.string()), model_reasoning_effort: maybe(z.string()) }),
});

/** `model/list` to its last page, with the default that `config/read` tells. */
export async function listModels(
  ask: Ask,
  workingDirectory: string,
): Promise<readonly ModelInfo[]> {
  const offered: z.infer<typeof MODEL>[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_MODEL_PAGES; page++) {
    const params = { includeHidden: false, ...(cursor === undefined ? {} : { cursor }) };
    const { data, nextCursor } = await ask("model/list", params, MODEL_PAGE);
    offered.push(...data.filter(({ hidden }) => !hidden));
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  const { model, model_reasoning_effort: effort } = await configured(ask, workingDirectory);
  const models = offered.map((each) => modelInfo(each, model, effort));
  if (model === undefined || models.some(({ slug }) => slug === model)) return models;
  // A model of another provider, as people with one have it in their config.toml.
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

async function configured(
  ask: Ask,
  workingDirectory: string,
): Promise<z.infer<typeof CONFIG>["config"]> {
  try {
    // A project may have a config.toml of its own.
    const params = { includeLayers: false, cwd: workingDirectory };
    return (await ask("config/read", params, CONFIG)).config;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    // The catalogue has a default of its own.
    return { model: undefined, model_reasoning_effort: undefined };
  }
}

function modelInfo(
  model: z.infer<typeof MODEL>,
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

/** Where a person works with Codex; its own helpers' threads are nobody's conversation. */
const SOURCE_KINDS = ["cli", "vscode", "exec", "appServer"];
const MOST_THREAD_PAGES = 5;
const PAGE_SIZE = 100;
/** In UTF-16 units. Who shows it cuts it to their width, once its secrets are masked. */
const TITLE_LIMIT = 300;
/** The last second that a date can hold. */
const LAST_SECOND = 8.64e12;

const THREAD = z.object({
  id: z.string(),
  name: maybe(z.string()),
  preview: z.string().default(""),
  ephemeral: z.boolean().default(false),
  parentThreadId: maybe(z.string()),
  /** Unix seconds. */
  updatedAt: z.number().min(0).max(LAST_SECOND),
});
const THREAD_PAGE = z.object({ data: z.array(THREAD), nextCursor: maybe(z.string()) });

/** `thread/list`, page by page until there are enough. */
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
      limit: Math.min(limit, PAGE_SIZE),
      sortKey: "updated_at",
      sortDirection: "desc",
      // Empty: of all providers.
      modelProviders: [],
      sourceKinds: SOURCE_KINDS,
      ...(cursor === undefined ? {} : { cursor }),
    }, THREAD_PAGE);
    threads.push(
      ...data.filter(({ ephemeral, parentThreadId }) => !ephemeral && parentThreadId === undefined)
        .map(summaryOf),
    );
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return threads.slice(0, limit);
}

function summaryOf({ id, name, preview, updatedAt }: z.infer<typeof THREAD>): ThreadSummary {
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
  // At a blank where there is one: what is masked only as a whole stays whole, or goes.
  return `${first.slice(0, TITLE_LIMIT).replace(/\s\S*$|[\ud800-\udbff]$/, "")}…`;
}

/** Codex is logged in with something that has no allowance, such as an API key. */
const INVALID_REQUEST = -32600;

const WINDOW = z.object({
  usedPercent: z.number(),
  windowDurationMins: maybe(z.number().positive()),
  /** Unix seconds. */
  resetsAt: maybe(z.number().min(0).max(LAST_SECOND)),
});
const SNAPSHOT = z.object({
  rateLimits: z.object({
    limitId: maybe(z.string()),
    planType: maybe(z.string()),
    primary: maybe(WINDOW),
    secondary: maybe(WINDOW),
  }),
});
type Snapshot = z.infer<typeof SNAPSHOT>;

/** What Codex has told by itself; it does so with each answer of the model. */
export class RateLimitNotes {
  #latest: RateLimits | undefined;

  get latest(): RateLimits | undefined {
    return this.#latest;
  }

  /** Remembers the limits of a notification, if it tells any. */
  take(method: string, params: unknown): void {
    if (method !== "account/rateLimits/updated") return;
    const read = SNAPSHOT.safeParse(params);
    if (read.success) this.add(read.data);
  }

  /** What is absent in it was said before and still counts (from Codex's own protocol). */
  add({ rateLimits }: Snapshot): void {
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

/** `account/rateLimits/read`; where Codex has nothing to read, what it has told by itself. */
async function readRateLimits(
  ask: Ask,
  notes: RateLimitNotes,
): Promise<RateLimits | undefined> {
  try {
    notes.add(await ask("account/rateLimits/read", {}, SNAPSHOT));
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const old = notes.latest !== undefined;
    if (error.code !== INVALID_REQUEST && !old) throw error;
  }
  return notes.latest;
}

function windowOf(
  { usedPercent, windowDurationMins, resetsAt }: z.infer<typeof WINDOW>,
): RateLimitWindow {
  return {
    usedPercent: Math.min(100, Math.max(0, usedPercent)),
    ...(windowDurationMins === undefined ? {} : { windowMinutes: windowDurationMins }),
    ...(resetsAt === undefined ? {} : { resetsAt: new Date(resetsAt * 1000).toISOString() }),
  };
}
