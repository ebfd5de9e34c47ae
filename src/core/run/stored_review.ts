/** Reads findings and reviews back from disk, as this version and earlier ones have written them. */
import { z } from "../schema.ts";
import { CHECK_STATUSES } from "../checks/check.ts";
import { type CheckTotals, type RunChangeTotals, type RunEnd, VERDICTS } from "./run_end.ts";
import { type EndReason, type Finding, REVIEW_RESULTS } from "./events.ts";
import { REVIEWED_KINDS, type ReviewSubject } from "./review_subject.ts";

export const STORED_REVIEW_RESULT = z.enum(REVIEW_RESULTS);

export const STORED_FINDING = z.object({
  id: z.string().default(""),
  severity: z.enum(["blocker", "major", "minor"]),
  message: z.string(),
  file: z.string().exactOptional(),
  lines: z.object({ from: z.number(), to: z.number() }).exactOptional(),
  evidence: z.string().exactOptional(),
  fix: z.string().exactOptional(),
  confidence: z.number().exactOptional(),
  state: z.enum(["open", "settled", "withdrawn"]).default("open"),
  origin: z.discriminatedUnion("type", [
    z.object({
      type: z.literal("check"),
      name: z.string(),
      exitCode: z.number().exactOptional(),
    }),
    z.object({ type: z.literal("report"), command: z.string(), exitCode: z.number() }),
  ]).exactOptional(),
  round: z.number().default(0),
}) satisfies z.ZodType<Finding>;

export const STORED_REVIEW = z.object({
  verdict: z.enum(["approved", "needs_changes", "unreadable"]),
  summary: z.string(),
  findings: z.array(STORED_FINDING),
});

export const STORED_END_REASON = z.discriminatedUnion("type", [
  z.object({ type: z.literal("unchanged") }),
  z.object({ type: z.literal("repeated") }),
  z.object({ type: z.literal("tokens"), budget: z.number() }),
  z.object({ type: z.literal("time"), budgetMs: z.number() }),
  z.object({ type: z.literal("unchecked") }),
  z.object({ type: z.literal("reviewer-failed") }),
]) satisfies z.ZodType<EndReason>;

export const STORED_CHANGE = z.object({
  files: z.number(),
  lines: z.object({ added: z.number(), removed: z.number() }).exactOptional(),
  recorded: z.boolean(),
}) satisfies z.ZodType<RunChangeTotals>;

export const STORED_CHECKS = z.object({
  passed: z.number(),
  failed: z.number(),
  notRun: z.number(),
}) satisfies z.ZodType<CheckTotals>;

/** How a run ended, in the file of its session. */
export const STORED_END = z.object({
  verdict: z.enum(VERDICTS),
  rounds: z.number(),
  open: z.number(),
  why: STORED_END_REASON.exactOptional(),
  unlikePlan: z.literal(true).exactOptional(),
  early: z.enum(["not-approved", "not-reviewed"]).exactOptional(),
  change: STORED_CHANGE.exactOptional(),
  checks: STORED_CHECKS.exactOptional(),
}) satisfies z.ZodType<RunEnd>;

export const STORED_SUBJECT = z.object({
  kind: z.enum(REVIEWED_KINDS),
  name: z.string().exactOptional(),
  focus: z.string().exactOptional(),
  totals: z.object({ files: z.number(), added: z.number(), removed: z.number() }),
  findings: z.array(STORED_FINDING).readonly(),
  summary: z.string(),
  said: z.string().exactOptional(),
}) satisfies z.ZodType<ReviewSubject>;

export const STORED_CHECK = z.object({
  name: z.string(),
  command: z.string(),
  status: z.enum(CHECK_STATUSES),
  exitCode: z.number().exactOptional(),
  latencyMs: z.number(),
  tail: z.string(),
});
