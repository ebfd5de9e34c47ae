/** Reads the app-server's notifications that are news for a person and nothing else. */
import { z } from "../../../core/schema.ts";
import type { CodexNews } from "../../../core/codex/news.ts";
import { bareCommandLine } from "../item_texts.ts";
import { maybe } from "./maybe.ts";

/** Undefined where there is nothing to tell. */
type News = CodexNews | undefined;

const notice = z.object({ summary: z.string(), details: maybe(z.string()) });

function withDetails(
  type: "config-warning" | "deprecation",
  { summary, details }: z.infer<typeof notice>,
): CodexNews {
  return { type, text: summary, ...(details === undefined ? {} : { details }) };
}

/**
 * Told to most people on Linux at each start, though nothing is missing: Codex brings its own.
 * The log has it.
 */
const HARMLESS = /will use the bundled bubblewrap/i;

/**
 * About a request of this program, by its name in the protocol: nothing that a person could change.
 * The log has it.
 */
const ABOUT_REQUESTS = /\b(?:thread|turn)\/[a-z]/;

/** Told in other words by the end of the review itself, which names what was denied. */
const TOLD_BY_REVIEW = /^automatic approval review (?:denied|timed out)/i;

const reviewedAction = z.looseObject({
  command: z.string().optional().catch(undefined),
  argv: z.array(z.string()).optional().catch(undefined),
  stdin: z.string().optional().catch(undefined),
  files: z.array(z.string()).optional().catch(undefined),
  target: z.string().optional().catch(undefined),
  server: z.string().optional().catch(undefined),
  toolName: z.string().optional().catch(undefined),
  reason: maybe(z.string()).catch(undefined),
  type: z.string().catch(""),
});

/** Names what was reviewed, in Codex's words. */
function subjectOf(action: z.infer<typeof reviewedAction>): string {
  const { command, argv, stdin, files, target, server, toolName, reason, type } = action;
  const tool = toolName === undefined ? undefined : `${server ?? ""}.${toolName}`;
  const bare = command === undefined ? undefined : bareCommandLine(command);
  return bare ?? argv?.join(" ") ?? stdin ?? files?.join(", ") ?? target ?? tool ?? reason ??
    type;
}

const BLOCKED = ["blocked", "stopped"];

/** Reads each of them. */
const NEWS = {
  "warning": z.object({ message: z.string() })
    .transform(({ message }): News => ({ type: "warning", text: message })),
  "guardianWarning": z.object({ message: z.string() }).transform(({ message }): News =>
    TOLD_BY_REVIEW.test(message) ? undefined : { type: "warning", text: message }
  ),
  "configWarning": notice.transform((told): News =>
    HARMLESS.test(told.summary) ? undefined : withDetails("config-warning", told)
  ),
  "deprecationNotice": notice.transform((told): News =>
    ABOUT_REQUESTS.test(told.summary) ? undefined : withDetails("deprecation", told)
  ),
  "model/rerouted": z.object({
    fromModel: z.string(),
    toModel: z.string(),
    reason: z.string().catch("unknown"),
  }).transform(({ fromModel: from, toModel: to, reason }): News => ({
    type: "model.rerouted",
    from,
    to,
    reason,
  })),
  "model/safetyBuffering/updated": z.object({
    model: z.string(),
    showBufferingUi: z.boolean().default(true),
    fasterModel: maybe(z.string()),
  }).transform(({ model, showBufferingUi, fasterModel: faster }): News =>
    showBufferingUi
      ? { type: "model.throttled", model, ...(faster === undefined ? {} : { faster }) }
      : undefined
  ),
  "model/verification": z.object({ verifications: z.array(z.string()) })
    .transform(({ verifications }): News =>
      verifications.length === 0
        ? undefined
        : { type: "verification", needed: verifications.join(", ") }
    ),
  "modelProvider/authRecoveryStarted": z.object({ message: z.string() })
    .transform(({ message }): News => ({ type: "warning", text: message })),
  "autoApprovalReview/strictReviewRequired": z.unknown()
    .transform((): News => ({ type: "review.strict" })),
  "item/autoApprovalReview/completed": z.object({
    threadId: z.string(),
    reviewId: z.string(),
    review: z.object({ status: z.string(), rationale: maybe(z.string()) }),
    action: reviewedAction,
  }).transform(({ threadId, reviewId, review: { status, rationale: reason }, action }): News =>
    status === "denied" || status === "timedOut"
      ? {
        type: "review.denied",
        reviewId,
        threadId,
        subject: subjectOf(action),
        timedOut: status === "timedOut",
        ...(reason === undefined ? {} : { reason }),
      }
      : undefined
  ),
  "hook/completed": z.object({
    run: z.object({
      eventName: z.string(),
      status: z.string(),
      statusMessage: maybe(z.string()),
      entries: z.array(z.object({ kind: z.string().catch(""), text: z.string() })).catch([]),
    }),
  }).transform(({ run: { eventName: hook, status, statusMessage, entries } }): News => {
    const text = entries.map((entry) => entry.text).join(" ") || (statusMessage ?? "");
    if (BLOCKED.includes(status)) return { type: "hook.blocked", hook, text };
    if (status === "failed") return { type: "hook.failed", hook, text };
    // The rest is for the model.
    const warnings = entries.flatMap((entry) => entry.kind === "warning" ? [entry.text] : []);
    return warnings.length === 0
      ? undefined
      : { type: "hook.warned", hook, text: warnings.join(" ") };
  }),
} as const satisfies Readonly<Record<string, z.ZodType<News>>>;

export type NewsMethod = keyof typeof NEWS;

export function isNewsMethod(name: string): name is NewsMethod {
  return Object.hasOwn(NEWS, name);
}

/** Reads a notification of these; never throws. @returns why it cannot be read, or the news in it */
export function readNews(
  name: NewsMethod,
  params: unknown,
): { readonly reason: string } | { readonly news: CodexNews | undefined } {
  const read = NEWS[name].safeParse(params);
  return read.success ? { news: read.data } : { reason: z.prettifyError(read.error) };
}
