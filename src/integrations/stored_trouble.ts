/** Reads a kind of trouble that was stored, in the database or in the file of a session. */
import { z } from "../core/schema.ts";
import {
  CODEX_WISHES,
  FILE_REFUSALS,
  MACHINE_TROUBLES,
  REVIEW_REFUSALS,
  SAID_TROUBLES,
  STORAGE_REASONS,
  type Trouble,
  VOICE_REASONS,
} from "../core/codex/trouble.ts";

export const storedTrouble = z.union([
  z.object({
    kind: z.enum(MACHINE_TROUBLES),
    machine: z.string(),
    said: z.string().exactOptional(),
  }),
  z.object({ kind: z.enum(SAID_TROUBLES), said: z.string() }),
  z.object({ kind: z.literal("limit"), said: z.string(), until: z.string().exactOptional() }),
  z.object({ kind: z.enum(["ended", "in-use", "busy-thread"]) }),
  z.object({
    kind: z.literal("unsupported"),
    wish: z.enum(CODEX_WISHES),
    elsewhere: z.boolean(),
  }),
  z.object({ kind: z.literal("file-refused"), why: z.enum(FILE_REFUSALS), path: z.string() }),
  z.object({ kind: z.literal("storage"), why: z.enum(STORAGE_REASONS), path: z.string() }),
  z.object({
    kind: z.literal("review"),
    why: z.enum(REVIEW_REFUSALS),
    name: z.string(),
    near: z.string(),
  }),
  z.object({ kind: z.literal("voice"), why: z.enum(VOICE_REASONS), about: z.string() }),
]) satisfies z.ZodType<Trouble>;
