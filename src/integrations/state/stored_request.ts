/** Reads an approval or a question as the table `questions` has it, of this version or an earlier one. */
import { z } from "../../core/schema.ts";
import type { Permissions } from "../../core/codex/approval.ts";
import type { PersonRequest } from "../../core/codex/question.ts";

const identity = {
  id: z.string(),
  threadId: z.string(),
  turnId: z.string(),
  agent: z.string().exactOptional(),
};

const plain = z.enum(["accept", "accept-for-session", "accept-always", "decline", "cancel"]);
const choice = z.union([
  z.object({ decision: plain }),
  z.object({ decision: z.literal("accept-prefix"), prefix: z.array(z.string()) }),
  z.object({ decision: z.enum(["accept-host", "decline-host"]), host: z.string() }),
]);

const approval = {
  ...identity,
  itemId: z.string(),
  reason: z.string().exactOptional(),
  workingDirectory: z.string().exactOptional(),
  choices: z.array(choice).exactOptional(),
};

const places = z.array(z.string());
const permissions = z.union([
  z.object({
    network: z.boolean().exactOptional(),
    read: places,
    write: places,
    denied: places,
    others: places,
  }),
  // Earlier versions kept the JSON of Codex.
  z.string().transform((json): Permissions => ({
    read: [],
    write: [],
    denied: [],
    others: [json],
  })),
]);

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const field = {
  id: z.string(),
  title: z.string(),
  description: z.string().exactOptional(),
  required: z.boolean(),
};
const options = z.array(z.object({
  value: scalar,
  label: z.string(),
  description: z.string().exactOptional(),
}));
const bound = z.number().exactOptional();
const questionField = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("choice"),
    ...field,
    options,
    freeText: z.boolean(),
    preset: scalar.exactOptional(),
  }),
  z.object({
    type: z.literal("choices"),
    ...field,
    options,
    least: bound,
    most: bound,
    preset: z.array(scalar).exactOptional(),
  }),
  z.object({ type: z.literal("boolean"), ...field, preset: z.boolean().exactOptional() }),
  z.object({
    type: z.literal("number"),
    ...field,
    integer: z.boolean(),
    least: bound,
    most: bound,
    preset: bound,
  }),
  z.object({
    type: z.literal("text"),
    ...field,
    shortest: bound,
    longest: bound,
    format: z.enum(["email", "uri", "date", "date-time"]).exactOptional(),
    preset: z.string().exactOptional(),
  }),
]);
const fields = z.array(questionField);

export const storedRequest: z.ZodType<PersonRequest> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("command"),
    ...approval,
    command: z.string().exactOptional(),
    isInput: z.literal(true).exactOptional(),
    host: z.string().exactOptional(),
    permissions: permissions.exactOptional(),
  }),
  z.object({
    kind: z.literal("files"),
    ...approval,
    changes: z.array(z.object({ path: z.string(), kind: z.enum(["add", "delete", "update"]) }))
      .exactOptional(),
    diff: z.string().exactOptional(),
    grantRoot: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal("permissions"), ...approval, permissions }),
  z.object({
    kind: z.literal("tool"),
    ...approval,
    server: z.string(),
    tool: z.string(),
    description: z.string().exactOptional(),
    parameters: z.array(z.object({ name: z.string(), value: z.string() })),
    hints: z.array(z.enum(["read-only", "destructive", "idempotent", "open-world"])),
  }),
  z.object({ kind: z.literal("input"), ...identity, fields, timeLimitMs: bound }),
  z.object({
    kind: z.literal("form"),
    ...identity,
    server: z.string(),
    message: z.string(),
    fields,
    leftOut: z.array(z.string()),
  }),
  z.object({
    kind: z.literal("address"),
    ...identity,
    server: z.string(),
    message: z.string(),
    url: z.string(),
  }),
]);
