/** Reads what a run continues, as the tables have it. */
import { z } from "../../core/schema.ts";
import type { FollowedRun } from "../../core/run/ended_reviews.ts";
import { STORED_REVIEW } from "../../core/run/stored_review.ts";

export const STORED_CONTINUATION = z.object({
  plan: z.string(),
  round: z.number(),
  next: z.enum(["review", "develop"]),
  report: z.string(),
  review: STORED_REVIEW.exactOptional(),
});

const FOLLOWED = STORED_CONTINUATION.extend({
  runId: z.string(),
  firstRunId: z.string(),
  profile: z.string().exactOptional(),
}) satisfies z.ZodType<FollowedRun>;

/** @throws {Error} when the column does not hold what this program wrote */
export function storedFollowedRun(column: string): FollowedRun {
  return FOLLOWED.parse(JSON.parse(column));
}
