/** The shapes of what the app-server asks a person, from the protocol of Codex 0.140.0 to 0.169.0. */
import { z } from "../../../core/schema.ts";
import { maybe } from "./maybe.ts";

const texts = z.array(z.string()).nullish().transform((value) => value ?? []);

/** A decision that is newer than this program is passed over. */
const decision = z.union([
  z.enum(["accept", "acceptForSession", "decline", "cancel"]),
  z.object({
    acceptWithExecpolicyAmendment: z.object({ execpolicy_amendment: z.array(z.string()).min(1) }),
  }),
  z.object({
    applyNetworkPolicyAmendment: z.object({
      network_policy_amendment: z.object({ host: z.string(), action: z.enum(["allow", "deny"]) }),
    }),
  }),
  z.unknown().transform(() => undefined),
]);
export type WireDecision = Exclude<z.infer<typeof decision>, undefined>;

export const availableDecisions = maybe(
  z.array(decision).transform((all) => all.filter((each) => each !== undefined)),
);

const place = z.union([
  z.object({ type: z.literal("path"), path: z.string() }),
  z.object({ type: z.literal("glob_pattern"), pattern: z.string() }),
  z.object({
    type: z.literal("special"),
    value: z.object({ kind: z.string(), path: maybe(z.string()), subpath: maybe(z.string()) }),
  }),
]);
export type WirePlace = z.infer<typeof place>;

export const fileSystemRights = z.strictObject({
  read: texts,
  write: texts,
  globScanMaxDepth: z.unknown().optional(),
  entries: maybe(z.array(z.object({ path: place, access: z.enum(["read", "write", "deny"]) }))),
});

export const networkRights = z.strictObject({ enabled: maybe(z.boolean()) });

export const userInputRequest = z.object({
  itemId: z.string(),
  questions: z.array(z.object({
    id: z.string(),
    header: z.string().default(""),
    question: z.string(),
    isOther: z.boolean().default(false),
    isSecret: z.boolean().default(false),
    options: maybe(z.array(z.object({ label: z.string(), description: z.string().default("") }))),
  })),
  autoResolutionMs: maybe(z.number().positive()),
});
export type UserInputRequest = z.infer<typeof userInputRequest>;

/** A server may offer one way to remember a decision, or several. */
const persist = z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([]);

const toolCall = z.object({
  codex_approval_kind: z.literal("mcp_tool_call"),
  persist: persist.default([]),
  tool_name: maybe(z.string()),
  tool_title: maybe(z.string()),
  tool_description: maybe(z.string()),
  tool_params: z.unknown(),
  tool_params_display: z.array(
    z.object({
      name: z.string().default(""),
      display_name: maybe(z.string()),
      value: z.unknown(),
    }),
  ).nullish().catch(undefined),
  tool_annotations: z.object({
    readOnlyHint: maybe(z.boolean()),
    destructiveHint: maybe(z.boolean()),
    idempotentHint: maybe(z.boolean()),
    openWorldHint: maybe(z.boolean()),
  }).nullish().catch(undefined),
});
export type WireToolCall = z.infer<typeof toolCall>;

const server = { serverName: z.string(), message: z.string().default("") };

export const elicitation = z.union([
  z.object({ ...server, mode: z.enum(["form", "openai/form", "openaiForm"]), _meta: toolCall })
    .transform((asked) => ({ ...asked, mode: "tool" as const })),
  z.object({
    ...server,
    mode: z.enum(["form", "openai/form", "openaiForm"]),
    requestedSchema: z.unknown(),
  }).transform((asked) => ({ ...asked, mode: "form" as const })),
  z.object({ ...server, mode: z.literal("url"), url: z.string() }),
  /** Wants a key of this device, or is newer than this program. */
  z.object({ ...server, mode: z.string() })
    .transform((asked) => ({ ...asked, mode: "other" as const, name: asked.mode })),
]);
export type WireElicitation = z.infer<typeof elicitation>;
