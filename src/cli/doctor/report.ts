/** What `doctor --json` prints. Version 1 may get further fields, and further checks. */
import { z } from "zod";
import { GROUPS, STATUSES } from "./check.ts";

export const CHECK_RESULT = z.strictObject({
  id: z.string(),
  group: z.enum(GROUPS),
  status: z.enum(STATUSES),
  summary: z.string(),
  /** Further lines; often none. */
  detail: z.array(z.string()),
  /** What to do about it; null where there is nothing to do. */
  remedy: z.string().nullable(),
  duration_ms: z.int().min(0),
});

export const REPORT = z.strictObject({
  version: z.literal(1),
  program: z.strictObject({ name: z.literal("codex-orchestrator"), version: z.string() }),
  checks: z.array(CHECK_RESULT),
  summary: z.strictObject({
    /** `fail` when any check failed, else `warn` when any warned, else `ok`. */
    status: z.enum(["ok", "warn", "fail"]),
    ok: z.int(),
    warn: z.int(),
    fail: z.int(),
    skip: z.int(),
    duration_ms: z.int(),
  }),
});

export type CheckResult = z.infer<typeof CHECK_RESULT>;
export type Report = z.infer<typeof REPORT>;

export function reportOf(
  checks: CheckResult[],
  { programVersion, durationMs }: { readonly programVersion: string; readonly durationMs: number },
): Report {
  const count = (status: CheckResult["status"]): number =>
    checks.filter((check) => check.status === status).length;
  const counts = { ok: count("ok"), warn: count("warn"), fail: count("fail"), skip: count("skip") };
  return {
    version: 1,
    program: { name: "codex-orchestrator", version: programVersion },
    checks,
    summary: {
      status: counts.fail > 0 ? "fail" : counts.warn > 0 ? "warn" : "ok",
      ...counts,
      duration_ms: durationMs,
    },
  };
}
