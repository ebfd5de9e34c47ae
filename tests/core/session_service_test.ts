import { endedReviewParts } from "../fakes/memory_ended_reviews.ts";
import { CAPABILITIES, unsupportedTerminals } from "../../src/integrations/codex/backend_parts.ts";
import { WITHOUT_ACTIVITY } from "../../src/core/codex/thread_activity.ts";
import assert from "node:assert/strict";
import { onlyThisMachine } from "../../src/core/codex/codex.ts";
import type {
  CodexQueries,
  ModelInfo,
  RateLimits,
  ReadFile,
  ThreadSummary,
} from "../../src/core/codex/codex_queries.ts";
import { CodexError } from "../../src/core/errors.ts";
import { SessionService } from "../../src/core/session/session_service.ts";
import type { Profile } from "../../src/core/session/settings.ts";
import { MemorySnapshots } from "../fakes/memory_snapshots.ts";
import { MemorySessions } from "../fakes/memory_stores.ts";

const ANN = { chatId: "1", userId: "1" };
const BEN = { chatId: "1", userId: "2" };
const USAGE = {
  inputTokens: 1,
  cachedInputTokens: 2,
  outputTokens: 3,
  reasoningTokens: 4,
  totalTokens: 5,
};
const MODEL: ModelInfo = {
  slug: "m",
  name: "M",
  description: "",
  efforts: [],
  isDefault: true,
};

function profile(name: string, workingDirectory: string): Profile {
  return {
    name,
    workingDirectory,
    sandbox: "read-only",
    approvalPolicy: "never",
    agents: {
      single: { developer: {} },
      plan: { selector: {}, planner: {}, developer: {}, reviewer: {} },
    },
  };
}

/** Codex as far as the sessionService asks it; every folder has one conversation of its own. */
class ToldQueries implements CodexQueries {
  failure: Error | undefined;
  limits: RateLimits | undefined = { plan: "pro" };
  readonly read: unknown[] = [];
  /** Paths at which there is no file. */
  missing: readonly string[] = [];

  models(): Promise<readonly ModelInfo[]> {
    return this.#told([MODEL]);
  }

  threads(folder: string, limit: number): Promise<readonly ThreadSummary[]> {
    const all = Array.from({ length: 20 }, (_, index) => ({
      id: `${folder}-${index}`,
      title: `hush ${index}`,
      updatedAt: new Date(0).toISOString(),
    }));
    return this.#told(all.slice(0, limit));
  }

  readonly named: (readonly [id: string, name: string])[] = [];

  forkThread(threadId: string): Promise<string> {
    return this.#told(`copy of ${threadId}`);
  }

  nameThread(id: string, name: string): Promise<void> {
    this.named.push([id, name]);
    return this.#told(undefined);
  }

  rateLimits(): Promise<RateLimits | undefined> {
    return this.#told(this.limits);
  }

  fileNames(): Promise<readonly string[]> {
    return this.#told(["a"]);
  }

  readFile(...asked: [string, string, number]): Promise<ReadFile> {
    this.read.push(asked);
    const [, path] = asked;
    if (this.missing.includes(path)) {
      const trouble = { kind: "file-refused", why: "missing", path } as const;
      return Promise.reject(new CodexError("request", `there is no ${path}`, { trouble }));
    }
    return this.#told({ bytes: new Uint8Array([1]), name: "a" });
  }

  #told<Value>(value: Value): Promise<Value> {
    return this.failure === undefined ? Promise.resolve(value) : Promise.reject(this.failure);
  }
}

function setUp(): {
  sessionService: SessionService;
  queries: ToldQueries;
  sessions: MemorySessions;
} {
  const queries = new ToldQueries();
  const sessions = new MemorySessions();
  const sessionService = new SessionService({
    version: "0.0.0",
    machines: onlyThisMachine({
      activity: WITHOUT_ACTIVITY,
      kind: "app-server" as const,
      capabilities: CAPABILITIES.echo,
      queries,
      terminals: unsupportedTerminals("the test"),
      start: () => Promise.resolve(),
      restart: () => Promise.resolve({ type: "restarted" as const }),
    }),
    goals: "ask",
    sessions,
    profiles: {
      default: "default",
      all: new Map([["default", profile("default", "/a")], ["other", profile("Other", "/b")]]),
    },
    snapshots: new MemorySnapshots(),
    ...endedReviewParts(),
    redact: (text) => text.replaceAll("hush", "••••"),
  });
  return { sessionService, queries, sessions };
}

const UNSUPPORTED = { kind: "unsupported", wish: "models", elsewhere: false } as const;

Deno.test("SessionService keeps a chosen model and effort until they are given back", async () => {
  const { sessionService } = setUp();
  await sessionService.chooseModel(ANN, "m");
  await sessionService.chooseEffort(ANN, "high");
  const chosen = await sessionService.choices(ANN);
  assert.deepEqual(chosen.models, [MODEL]);
  assert.deepEqual([chosen.session.model, chosen.session.reasoningEffort], ["m", "high"]);
  assert.deepEqual(chosen.profile.agents.single.developer, { model: "m", reasoningEffort: "high" });
  assert.equal((await sessionService.choices(BEN)).session.model, undefined);
  await sessionService.chooseModel(ANN, undefined);
  assert.equal((await sessionService.choices(ANN)).session.reasoningEffort, "high");
  await sessionService.chooseEffort(ANN, undefined);
  const { session } = await sessionService.choices(ANN);
  assert.ok(!("model" in session) && !("reasoningEffort" in session));
});

Deno.test("SessionService.choices has no models where Codex cannot tell, and hides no mistake", async () => {
  const { sessionService, queries } = setUp();
  queries.failure = new CodexError("unsupported", "cannot", { trouble: UNSUPPORTED });
  const { models, modelsUnknown } = await sessionService.choices(ANN);
  assert.deepEqual([models, modelsUnknown], [[], queries.failure]);
  queries.failure = new TypeError("a mistake of ours");
  await assert.rejects(sessionService.choices(ANN), TypeError);
});

Deno.test("SessionService.threads are those of the profile's folder, their secrets masked", async () => {
  const { sessionService, sessions } = setUp();
  const threads = await sessionService.threads(ANN);
  assert.equal(threads.length, 8);
  assert.deepEqual([threads[0]?.id, threads[0]?.title], ["/a-0", "•••• 0"]);
  await sessions.change(ANN, (session) => ({ ...session, profile: "other" }));
  assert.equal((await sessionService.threads(ANN))[0]?.id, "/b-0");
});

Deno.test("SessionService.resumeThread leaves the conversation so far and keeps the rest", async () => {
  const { sessionService, sessions } = setUp();
  await sessions.change(ANN, (session) => ({
    ...session,
    mode: "single",
    model: "m",
    usage: USAGE,
    history: [{ role: "user", content: "earlier" }],
  }));
  assert.equal((await sessionService.resumeThread(ANN, "/a-12"))?.title, "•••• 12");
  const { session } = await sessions.read(ANN);
  assert.deepEqual(session.developerThread, { id: "/a-12", workingDirectory: "/a", chosen: true });
  assert.deepEqual(session.history, []);
  assert.deepEqual([session.mode, session.model, session.usage], ["single", "m", USAGE]);
});

Deno.test("SessionService.resumeThread changes nothing for a conversation that is not there", async () => {
  const { sessionService, sessions, queries } = setUp();
  assert.equal(await sessionService.resumeThread(ANN, "/b-1"), undefined);
  queries.failure = new CodexError("unsupported", "cannot", { trouble: UNSUPPORTED });
  await assert.rejects(sessionService.resumeThread(ANN, "/a-1"), CodexError);
  assert.equal(sessions.sessions.size, 0);
});

Deno.test("SessionService.usage tells what there is, and why there is nothing", async () => {
  const { sessionService, sessions, queries } = setUp();
  assert.deepEqual(await sessionService.usage(ANN), { limits: { plan: "pro" } });
  await sessions.change(ANN, (session) => ({ ...session, usage: USAGE }));
  queries.limits = undefined;
  assert.deepEqual(await sessionService.usage(ANN), { session: USAGE });
  queries.failure = new CodexError("unsupported", "Cannot tell", {
    trouble: UNSUPPORTED,
    remedy: "Do this",
  });
  assert.deepEqual(await sessionService.usage(ANN), {
    session: USAGE,
    limitsUnknown: queries.failure,
  });
});

Deno.test("SessionService.readFile reads in the profile's folder", async () => {
  const { sessionService, queries } = setUp();
  assert.equal((await sessionService.readFile(ANN, "x", 7)).name, "a");
  assert.deepEqual(queries.read, [["/a", "x", 7]]);
});

Deno.test("SessionService.readFile finds a file as the diff of a repository around the folder names it", async () => {
  const { sessionService, queries } = setUp();
  queries.missing = ["a/src/x.ts", "b/y.ts", "src/x.ts"];
  await assert.rejects(sessionService.readFile(ANN, "a/src/x.ts", 7), /there is no src\/x\.ts/);
  queries.missing = ["a/src/x.ts", "b/y.ts"];
  assert.equal((await sessionService.readFile(ANN, "a/src/x.ts", 7)).name, "a");
  assert.deepEqual(queries.read.slice(2), [["/a", "a/src/x.ts", 7], ["/a", "src/x.ts", 7]]);
  await assert.rejects(sessionService.readFile(ANN, "b/y.ts", 7), /there is no b\/y\.ts/);
});

Deno.test("SessionService names a conversation here and in Codex, and tells when Codex refuses", async () => {
  const { sessionService, sessions, queries } = setUp();
  assert.deepEqual(await sessionService.nameConversation(ANN, "one"), { codexRefused: false });
  assert.deepEqual(queries.named, [], "Codex does not have it yet");
  const developerThread = { id: "t", workingDirectory: "/a" };
  await sessions.change(ANN, (session) => ({ ...session, developerThread }));
  assert.deepEqual(await sessionService.nameConversation(ANN, "two"), { codexRefused: false });
  assert.deepEqual(queries.named, [["t", "two"]]);
  queries.failure = new CodexError("unsupported", "cannot", { trouble: UNSUPPORTED });
  assert.deepEqual(await sessionService.nameConversation(ANN, "three"), { codexRefused: false });
  queries.failure = new CodexError("unresponsive", "late");
  assert.deepEqual(await sessionService.nameConversation(ANN, "four"), { codexRefused: true });
  assert.equal((await sessions.read(ANN)).session.name, "four");
});

Deno.test("SessionService.resumeThread takes the name of the conversation over", async () => {
  const { sessionService, sessions } = setUp();
  await sessionService.nameConversation(ANN, "before");
  await sessionService.resumeThread(ANN, "/a-1");
  assert.equal((await sessions.read(ANN)).session.name, "hush 1");
});

Deno.test("SessionService.goal() says that a Codex has no goals", async () => {
  const { sessionService } = setUp();
  const key = { chatId: "1", userId: "1" };
  await assert.rejects(sessionService.goal(key, false), (error) => {
    assert.ok(error instanceof CodexError);
    const trouble = { kind: "unsupported", wish: "goals", elsewhere: false };
    assert.deepEqual(error.trouble, trouble);
    return true;
  });
});
