/** Reads rows of the tables `runs` and `steps`, and the JSON in their columns. */
import { z } from "../../core/schema.ts";
import type { GoalWish } from "../../core/codex/goal.ts";
import { type FailedRequest, RUN_TASKS, type StoredRun } from "../../core/run/run.ts";
import {
  STORED_CHANGE,
  STORED_CHECK,
  STORED_CHECKS,
  STORED_END_REASON,
  STORED_FINDING,
  STORED_REVIEW_RESULT,
  STORED_SUBJECT,
} from "../../core/run/stored_review.ts";
import type { RecordedStep } from "../../core/run/workflow.ts";
import type { Attachment } from "../../core/chat/attachment.ts";
import type { Row } from "./database.ts";
import { STORED_CONTINUATION, storedFollowedRun } from "./stored_follow_up.ts";
import { storedTrouble } from "../stored_trouble.ts";

const answer = z.object({
  text: z.string(),
  compaction: z.object({ before: z.number().exactOptional(), after: z.number().exactOptional() })
    .exactOptional(),
  checked: z.array(STORED_CHECK).exactOptional(),
  reviewed: STORED_SUBJECT.exactOptional(),
  review: z.object({
    result: STORED_REVIEW_RESULT,
    rounds: z.number(),
    note: z.string(),
    openFindings: z.array(STORED_FINDING),
    why: STORED_END_REASON.exactOptional(),
  }).exactOptional(),
  continues: STORED_CONTINUATION.exactOptional(),
  facts: z.object({
    mode: z.enum(["single", "plan"]),
    recorded: z.boolean(),
    planned: z.literal(true).exactOptional(),
    change: STORED_CHANGE.exactOptional(),
    checks: STORED_CHECKS.exactOptional(),
  }).exactOptional(),
  goal: z.object({
    end: z.enum([
      "complete",
      "paused",
      "blocked",
      "usage-limited",
      "token-budget",
      "time-budget",
      "idle",
      "cleared",
      "left",
      "gives-way",
    ]),
    rounds: z.number(),
  }).exactOptional(),
});

const outcome = z.discriminatedUnion("status", [
  z.object({ status: z.literal("answered"), answer }),
  z.object({ status: z.literal("cancelled"), answer: answer.exactOptional() }),
  z.object({
    status: z.literal("failed"),
    message: z.string(),
    trouble: storedTrouble.exactOptional(),
    answer: answer.exactOptional(),
    // Earlier versions stored some failures without.
  }).transform(({ trouble, ...rest }) => ({
    ...rest,
    trouble: trouble ?? { kind: "unforeseen" as const, said: rest.message },
  })),
]);

const confirmation = z.discriminatedUnion("type", [
  z.object({ type: z.literal("interrupted"), step: z.string() }),
  z.object({ type: z.literal("old"), offlineMs: z.number().exactOptional() }),
  z.object({ type: z.literal("goal-found") }),
  z.object({ type: z.literal("goal-replaces"), objective: z.string() }),
]);

const origin = z.object({
  chatId: z.string(),
  messageId: z.number(),
  topicId: z.number().exactOptional(),
  language: z.enum(["en", "ko"]),
});

export const attachment = z.object({
  kind: z.enum(["image", "file"]),
  path: z.string(),
  name: z.string(),
});

const goal = z.object({
  type: z.enum(["set", "resume", "adopt"]),
  replaces: z.string().exactOptional(),
  tokenBudget: z.number().exactOptional(),
  timeBudgetMs: z.number().exactOptional(),
}) satisfies z.ZodType<GoalWish>;

/** `run` is the id that the addition would have as a run of its own. */
const addition = z.object({ run: z.string(), text: z.string() });
export type Addition = z.infer<typeof addition>;

const usage = z.object({
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
  totalTokens: z.number(),
});

const row = z.object({
  run_id: z.string(),
  status: z.enum(["queued", "running", "offered", "answered", "finished"]),
  chat_id: z.string(),
  user_id: z.string(),
  prompt: z.string(),
  origin: z.string(),
  created_at: z.string(),
  mode: z.enum(["single", "plan"]).nullable(),
  profile: z.string().nullable(),
  open_step: z.string().nullable(),
  open_step_repeatable: z.number().nullable(),
  offer: z.string().nullable(),
  interrupted_step: z.string().nullable(),
  outcome: z.string().nullable(),
  latency_ms: z.number().nullable(),
  topic_id: z.string().nullable(),
  attachments: z.string().nullable(),
  additions: z.string().nullable(),
  goal: z.string().nullable(),
  task: z.enum(RUN_TASKS).nullable(),
  follows: z.string().nullable(),
});

/** @throws {Error} when the row is not one that this program wrote */
export function storedRun(raw: Row): StoredRun {
  const run = row.parse(raw);
  return {
    id: run.run_id,
    session: {
      chatId: run.chat_id,
      userId: run.user_id,
      ...(run.topic_id === null ? {} : { topicId: run.topic_id }),
    },
    prompt: run.prompt,
    origin: origin.parse(JSON.parse(run.origin)),
    ...(run.attachments === null ? {} : { attachments: storedAttachments(run.attachments) }),
    ...(run.additions === null
      ? {}
      : { additions: storedAdditions(run.additions).map(({ text }) => text) }),
    ...(run.goal === null ? {} : { goal: goal.parse(JSON.parse(run.goal)) }),
    ...(run.follows === null ? {} : { follows: storedFollowedRun(run.follows) }),
    createdAt: run.created_at,
    ...(run.task === null ? {} : { task: run.task }),
    status: run.status,
    ...(run.mode === null ? {} : { mode: run.mode }),
    ...(run.profile === null ? {} : { profile: run.profile }),
    ...(run.open_step === null
      ? {}
      : { openStep: { name: run.open_step, repeatable: run.open_step_repeatable === 1 } }),
    ...(run.offer === null ? {} : { confirmation: confirmation.parse(JSON.parse(run.offer)) }),
    ...(run.interrupted_step === null ? {} : { interruptedStep: run.interrupted_step }),
    ...(run.outcome === null ? {} : {
      ended: { outcome: outcome.parse(JSON.parse(run.outcome)), latencyMs: run.latency_ms ?? 0 },
    }),
  };
}

/** @throws {Error} when the row of `failed_requests` is not one that this program wrote */
export function storedRequest(raw: Row): Omit<FailedRequest, "session"> {
  return {
    prompt: String(raw.prompt),
    origin: origin.parse(JSON.parse(String(raw.origin))),
    ...(typeof raw.attachments === "string"
      ? { attachments: storedAttachments(raw.attachments) }
      : {}),
    ...(typeof raw.follows === "string" ? { follows: storedFollowedRun(raw.follows) } : {}),
  };
}

/** @throws {Error} when the column does not hold what this program wrote */
export function storedAttachments(column: string): Attachment[] {
  return z.array(attachment).parse(JSON.parse(column));
}

/** @throws {Error} when the column does not hold what this program wrote */
export function storedAdditions(column: string): Addition[] {
  return z.array(addition).parse(JSON.parse(column));
}

/** @throws {Error} when the column does not hold what this program wrote */
export function storedAttachment(column: string): Attachment {
  return attachment.parse(JSON.parse(column));
}

/** @throws {Error} when the row is not one that this program wrote */
export function recordedStep(raw: Row): RecordedStep {
  return {
    name: String(raw.name),
    result: JSON.parse(String(raw.result)),
    ...(typeof raw.usage === "string" ? { usage: usage.parse(JSON.parse(raw.usage)) } : {}),
  };
}
