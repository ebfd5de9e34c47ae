/** Reads findings and reviews back from disk, as this version and earlier ones have written them. */
import { z } from "zod";
import { type Finding, REVIEW_RESULTS } from "./events.ts";

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
    z.object({ type: z.literal("check"), name: z.string() }),
    z.object({ type: z.literal("report") }),
  ]).exactOptional(),
  round: z.number().default(0),
}) satisfies z.ZodType<Finding>;

export const STORED_REVIEW = z.object({
  verdict: z.enum(["approved", "needs_changes", "unreadable"]),
  summary: z.string(),
  findings: z.array(STORED_FINDING),
});
