/** The answers of the app-server to this program's requests, by the request's method. */
import { z } from "../../../core/schema.ts";
import { CodexError } from "../../../core/errors.ts";
import { maybe } from "./maybe.ts";
import { LAST_SECOND, rateLimitSnapshot, threadGoal, turnWithItems } from "./protocol_shapes.ts";

const model = z.object({
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
export type ModelAnswer = z.infer<typeof model>;

const listedThread = z.object({
  id: z.string(),
  name: maybe(z.string()),
  preview: z.string().default(""),
  ephemeral: z.boolean().default(false),
  parentThreadId: maybe(z.string()),
  /** Unix seconds. */
  updatedAt: z.number().min(0).max(LAST_SECOND),
});
export type ListedThread = z.infer<typeof listedThread>;

const SHAPES = {
  "account/rateLimits/read": rateLimitSnapshot,
  // The handshake does not fail over what it does not need to know.
  "account/read": z.object({
    account: z.unknown().optional(),
    requiresOpenaiAuth: z.boolean().default(false),
  }).catch({ requiresOpenaiAuth: false }),
  "command/exec": z.object({
    exitCode: z.number(),
    stdout: z.string(),
    stderr: z.string().default(""),
  }),
  "config/read": z.object({
    config: z.object({
      model: maybe(z.string()),
      model_reasoning_effort: maybe(z.string()),
      sandbox_workspace_write: maybe(z.object({
        network_access: z.boolean().default(false),
        writable_roots: z.array(z.string()).default([]),
      })),
    }),
  }),
  "fs/getMetadata": z.object({
    isFile: z.boolean(),
    isSymlink: z.boolean().default(false),
    modifiedAtMs: maybe(z.number()),
  }),
  "fs/readDirectory": z.object({
    entries: z.array(z.object({ fileName: z.string(), isFile: z.boolean() })),
  }),
  "fs/readFile": z.object({ dataBase64: z.string() }),
  "hooks/list": z.object({
    data: z.array(z.object({
      hooks: z.array(z.object({
        eventName: z.string(),
        /** Absent where it is no command. */
        command: maybe(z.string()),
        enabled: z.boolean().default(true),
        trustStatus: z.string(),
      })),
    })),
  }),
  "initialize": z.object({ userAgent: maybe(z.string()), codexHome: maybe(z.string()) })
    .catch({ userAgent: undefined, codexHome: undefined }),
  "model/list": z.object({ data: z.array(model), nextCursor: maybe(z.string()) }),
  "thread/list": z.object({ data: z.array(listedThread), nextCursor: maybe(z.string()) }),
  "thread/backgroundTerminals/list": z.object({
    data: z.array(z.object({
      processId: z.string(),
      command: z.string(),
      cwd: z.string(),
      itemId: maybe(z.string()),
    })),
    nextCursor: maybe(z.string()),
  }),
  "thread/backgroundTerminals/terminate": z.object({ terminated: z.boolean() }),
  "thread/goal/get": z.object({ goal: maybe(threadGoal) }),
  "thread/goal/set": z.object({ goal: threadGoal }),
  "thread/loaded/list": z.object({ data: z.array(z.string()) }),
  "thread/fork": z.object({ thread: z.object({ id: z.string() }) }),
  "thread/name/set": z.unknown(),
  "thread/read": z.object({
    thread: z.object({
      status: z.object({ type: z.string() }),
      /** Set of a sub-agent's. */
      parentThreadId: maybe(z.string()),
      turns: z.array(turnWithItems).default([]),
    }),
  }),
  "thread/resume": z.object({
    sandbox: maybe(z.object({ type: z.string() })),
    approvalPolicy: z.unknown().optional(),
    thread: maybe(z.object({ status: maybe(z.object({ type: z.string() })) })),
  }),
  "thread/start": z.object({ thread: z.object({ id: z.string() }) }),
  "thread/unsubscribe": z.unknown(),
  "turn/start": z.object({ turn: z.object({ id: z.string() }) }),
  "review/start": z.object({ turn: z.object({ id: z.string() }) }),
};

/** What is read of the answer to each method. */
export type Answers = {
  readonly [Method in keyof typeof SHAPES]: z.output<(typeof SHAPES)[Method]>;
};
const ANSWERS: { readonly [Method in keyof Answers]: z.ZodType<Answers[Method]> } = SHAPES;

/**
 * Makes one request and reads its answer.
 * @throws {RpcError} when Codex answers with an error
 * @throws {CodexError} when it does not answer in time, or with another shape
 */
export type Ask = <Method extends keyof Answers>(
  method: Method,
  params: unknown,
  deadlineMs?: number,
) => Promise<Answers[Method]>;

/**
 * Reads the answer to a request.
 * @throws {CodexError} `unresponsive` when it has another shape: what Codex has done is unknown
 */
export function readAnswer<Method extends keyof Answers>(
  method: Method,
  answer: unknown,
): Answers[Method] {
  const read = ANSWERS[method].safeParse(answer);
  if (read.success) return read.data;
  throw new CodexError(
    "unresponsive",
    `Codex answered ${method} in a way that this program does not know`,
    { cause: read.error },
  );
}
