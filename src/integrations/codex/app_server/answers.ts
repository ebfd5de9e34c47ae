/** Reads Codex's answers to our requests. */
import type { z } from "zod";
import { CodexError } from "../../../core/errors.ts";

/**
 * The answer as the schema has it.
 * @throws {CodexError} `unresponsive` when it has another shape: what Codex has done is unknown
 */
export function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
  method: string,
): z.output<Schema> {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new CodexError(
    "unresponsive",
    `Codex answered ${method} in a way that this program does not know`,
    { cause: read.error },
  );
}
