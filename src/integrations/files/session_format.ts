/**
 * Reads and writes the text of a session file. Field names are those of the earlier Python program
 * wherever the meaning is the same, so that each program reads what the other wrote.
 */
import { REVIEW_RESULTS } from "../../core/run/events.ts";
import { RUN_TASKS } from "../../core/run/run.ts";
import { STORED_SUBJECT } from "../../core/run/stored_review.ts";
import { z } from "../../core/schema.ts";
import { STORED_END } from "../../core/run/stored_review.ts";
import { PLAN_APPROVALS } from "../../core/run/plan.ts";
import {
  type DeveloperThread,
  HISTORY_LIMIT,
  type LastRun,
  type Reviewed,
  type Session,
  sessionId,
  type SessionKey,
} from "../../core/session/session.ts";
import type { TokenUsage } from "../../core/codex/codex.ts";
import { storedTrouble } from "../stored_trouble.ts";

/** Grows whenever a reader of the former version could misunderstand a file. */
const FORMAT_VERSION = 1;

const USAGE = z.object({
  input_tokens: z.number(),
  cached_input_tokens: z.number(),
  output_tokens: z.number(),
  reasoning_tokens: z.number(),
  total_tokens: z.number(),
});

const LEFT_THREAD = z.object({
  id: z.string(),
  directory: z.string(),
  machine: z.string().nullish(),
});

const CHECKS = z.object({
  profile: z.string(),
  added: z.array(z.object({ name: z.string(), command: z.string(), timeout_ms: z.number() })),
  off: z.array(z.string()),
});

const REVIEWED = z.object({
  run_id: z.string(),
  subject: STORED_SUBJECT,
  profile: z.string().exactOptional(),
  mending: z.object({ run_id: z.string(), ids: z.array(z.string()) }).exactOptional(),
});

const FILE = z.object({
  version: z.int().default(0),
  // A mode of an older program is no damage: its sessions go on in the default mode.
  mode: z.enum(["single", "plan"]).catch("plan"),
  history: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.string() }))
    .default([]),
  profile_name: z.string().nullish(),
  last_error: z.string().nullish(),
  last_trouble: storedTrouble.nullish().catch(null),
  last_run_status: z.enum(["idle", "ok", "error", "cancelled"]).catch("idle"),
  last_run_id: z.string().nullish(),
  last_run_task: z.enum(RUN_TASKS).nullish().catch(null),
  last_run_goal: z.enum(["kept", "unset"]).nullish().catch(null),
  last_run_latency_ms: z.number().nullish(),
  last_run_ended_at: z.string().nullish(),
  last_review_round: z.int().nullish(),
  last_review_result: z.enum(REVIEW_RESULTS).nullable().catch(null),
  last_end: STORED_END.nullish().catch(null),
  last_accepted_by: z.string().nullish().catch(null),
  conversation_name: z.string().nullish().catch(null),
  model: z.string().nullish(),
  reasoning_effort: z.string().nullish(),
  plan_approval: z.enum(PLAN_APPROVALS).nullish().catch(null),
  usage: USAGE.nullish().catch(null),
  notes: z.array(z.string()).nullish().catch(null),
  developer_thread_id: z.string().nullish(),
  developer_thread_directory: z.string().nullish(),
  developer_thread_machine: z.string().nullish(),
  developer_thread_chosen: z.boolean().nullish().catch(null),
  left_threads: z.array(LEFT_THREAD).nullish().catch(null),
  checks: CHECKS.nullish().catch(null),
  reviewed: REVIEWED.nullish().catch(null),
  goal_time_budget_ms: z.number().nullish().catch(null),
  updated_at: z.string().nullish(),
});

type SessionFile = z.infer<typeof FILE>;

type ParsedSession =
  | { readonly type: "session"; readonly session: Session }
  | { readonly type: "damaged"; readonly reason: string }
  /** Written by a newer version of this program, which alone knows what it means. */
  | { readonly type: "newer"; readonly version: number };

/** Reads the text of a session file. Unknown fields are dropped. */
export function parseSession(
  text: string,
  key: SessionKey,
  fallback: { readonly profile: string; readonly now: Date },
): ParsedSession {
  const json = parseJson(text);
  const file = FILE.safeParse(json);
  if (!file.success) {
    const at = file.error.issues[0]?.path.join(".") ?? "";
    return { type: "damaged", reason: at === "" ? "not a JSON object" : `unusable field ${at}` };
  }
  return file.data.version > FORMAT_VERSION
    ? { type: "newer", version: file.data.version }
    : { type: "session", session: sessionOf(file.data, key, fallback) };
}

/** Makes the text of a session's file. */
export function formatSession(session: Session): string {
  const { key, lastRun, developerThread } = session;
  const file = {
    version: FORMAT_VERSION,
    session_id: sessionId(key),
    chat_id: key.chatId,
    user_id: key.userId,
    topic_id: key.topicId ?? null,
    mode: session.mode,
    history: session.history,
    last_error: lastRun?.error ?? null,
    last_trouble: lastRun?.trouble ?? null,
    last_run_status: lastRun?.status ?? "idle",
    last_run_id: lastRun?.runId ?? null,
    ...(lastRun?.task === undefined ? {} : { last_run_task: lastRun.task }),
    ...(lastRun?.goal === undefined ? {} : { last_run_goal: lastRun.goal }),
    last_run_latency_ms: lastRun?.latencyMs ?? null,
    last_run_ended_at: lastRun?.endedAt ?? null,
    last_review_round: lastRun?.reviewRound ?? 0,
    last_review_result: lastRun?.reviewResult ?? null,
    last_end: lastRun?.end ?? null,
    last_accepted_by: lastRun?.acceptedBy ?? null,
    profile_name: session.profile,
    conversation_name: session.name ?? null,
    model: session.model ?? null,
    reasoning_effort: session.reasoningEffort ?? null,
    ...(session.planApproval === undefined ? {} : { plan_approval: session.planApproval }),
    notes: session.notes ?? null,
    usage: session.usage === undefined ? null : usageFields(session.usage),
    developer_thread_id: developerThread?.id ?? null,
    developer_thread_directory: developerThread?.workingDirectory ?? null,
    developer_thread_machine: developerThread?.machine ?? null,
    developer_thread_chosen: developerThread?.chosen ?? false,
    ...leftThreadsOf(session),
    ...checksOf(session),
    goal_time_budget_ms: session.goalTimeBudgetMs ?? null,
    ...reviewedOf(session),
    updated_at: session.updatedAt,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Absent where nothing was chosen, as in files of an earlier version. */
function checksOf({ checks }: Session): Pick<Partial<SessionFile>, "checks"> {
  if (checks === undefined) return {};
  const { profile, added, off } = checks;
  return {
    checks: {
      profile,
      added: added.map(({ name, command, timeoutMs: timeout_ms }) => ({
        name,
        command,
        timeout_ms,
      })),
      off: [...off],
    },
  };
}

function reviewedIn({ run_id: runId, mending, ...rest }: z.infer<typeof REVIEWED>): Reviewed {
  const reviewed = { runId, ...rest };
  return mending === undefined
    ? reviewed
    : { ...reviewed, mending: { runId: mending.run_id, ids: mending.ids } };
}

function reviewedOf({ reviewed }: Session): Pick<Partial<SessionFile>, "reviewed"> {
  if (reviewed === undefined) return {};
  const { runId: run_id, mending, ...rest } = reviewed;
  const kept = { run_id, ...rest };
  if (mending === undefined) return { reviewed: kept };
  return { reviewed: { ...kept, mending: { run_id: mending.runId, ids: [...mending.ids] } } };
}

/** Absent where there are none, as in files of an earlier version. */
function leftThreadsOf({ leftThreads = [] }: Session): Pick<Partial<SessionFile>, "left_threads"> {
  if (leftThreads.length === 0) return {};
  return {
    left_threads: leftThreads.map(({ id, workingDirectory: directory, machine }) => ({
      id,
      directory,
      machine: machine ?? null,
    })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Undefined fits no schema: the file counts as damaged.
    return undefined;
  }
}

function sessionOf(
  file: SessionFile,
  key: SessionKey,
  fallback: { readonly profile: string; readonly now: Date },
): Session {
  const lastRun = lastRunOf(file);
  const developerThread = developerThreadOf(file);
  const profile = file.profile_name?.trim().toLowerCase() ?? "";
  return {
    key,
    mode: file.mode,
    profile: profile === "" ? fallback.profile : profile,
    history: file.history.slice(-HISTORY_LIMIT),
    ...(developerThread === undefined ? {} : { developerThread }),
    ...(file.left_threads?.length
      ? {
        leftThreads: file.left_threads.map(({ id, directory, machine }) => ({
          id,
          workingDirectory: directory,
          ...(machine ? { machine } : {}),
        })),
      }
      : {}),
    ...(lastRun === undefined ? {} : { lastRun }),
    ...(file.conversation_name ? { name: file.conversation_name } : {}),
    ...(file.model ? { model: file.model } : {}),
    ...(file.reasoning_effort ? { reasoningEffort: file.reasoning_effort } : {}),
    ...(file.checks
      ? {
        checks: {
          ...file.checks,
          added: file.checks.added.map(({ name, command, timeout_ms: timeoutMs }) => ({
            name,
            command,
            timeoutMs,
          })),
        },
      }
      : {}),
    ...(file.plan_approval ? { planApproval: file.plan_approval } : {}),
    ...(file.goal_time_budget_ms ? { goalTimeBudgetMs: file.goal_time_budget_ms } : {}),
    ...(file.reviewed ? { reviewed: reviewedIn(file.reviewed) } : {}),
    ...(file.notes ? { notes: file.notes } : {}),
    ...(file.usage ? { usage: usageOf(file.usage) } : {}),
    updatedAt: file.updated_at ?? fallback.now.toISOString(),
  };
}

function usageFields(usage: TokenUsage): z.infer<typeof USAGE> {
  return {
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    total_tokens: usage.totalTokens,
  };
}

function usageOf(fields: z.infer<typeof USAGE>): TokenUsage {
  return {
    inputTokens: fields.input_tokens,
    cachedInputTokens: fields.cached_input_tokens,
    outputTokens: fields.output_tokens,
    reasoningTokens: fields.reasoning_tokens,
    totalTokens: fields.total_tokens,
  };
}

function lastRunOf(file: SessionFile): LastRun | undefined {
  if (file.last_run_status === "idle") {
    return undefined;
  }
  return {
    status: file.last_run_status,
    latencyMs: file.last_run_latency_ms ?? 0,
    // The earlier program kept no time of its own for this; it saved right after a run.
    endedAt: file.last_run_ended_at ?? file.updated_at ?? "",
    reviewRound: file.last_review_round ?? 0,
    ...(file.last_run_id ? { runId: file.last_run_id } : {}),
    ...(file.last_run_task ? { task: file.last_run_task } : {}),
    ...(file.last_run_goal ? { goal: file.last_run_goal } : {}),
    ...(file.last_error ? { error: file.last_error } : {}),
    ...(file.last_trouble ? { trouble: file.last_trouble } : {}),
    ...(file.last_review_result === null ? {} : { reviewResult: file.last_review_result }),
    ...(file.last_end ? { end: file.last_end } : {}),
    ...(file.last_accepted_by ? { acceptedBy: file.last_accepted_by } : {}),
  };
}

function developerThreadOf(file: SessionFile): DeveloperThread | undefined {
  if (!file.developer_thread_id || !file.developer_thread_directory) return undefined;
  return {
    id: file.developer_thread_id,
    workingDirectory: file.developer_thread_directory,
    ...(file.developer_thread_machine ? { machine: file.developer_thread_machine } : {}),
    ...(file.developer_thread_chosen ? { chosen: true } : {}),
  };
}
