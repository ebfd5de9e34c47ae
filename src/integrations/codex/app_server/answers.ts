/** Reads Codex's answers to our requests. */

import type { z } from "zod";
import { CodexError } from "../../../core/errors.ts";
import type { AppServerConnection } from "./connection.ts";

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

/**
 * One request and its answer.
 * @throws {RpcError} when Codex answers with an error
 * @throws {CodexError} when it does not answer, or in another shape
 */
export type Ask = <Schema extends z.ZodType>(
  method: string,
  params: unknown,
  schema: Schema,
  deadlineMs?: number,
) => Promise<z.output<Schema>>;

/** Somebody waits for it. */
const DEADLINE_MS = 10_000;

/** @param ready gives the connection to ask on, anew for each request */
export function asking(ready: () => Promise<Pick<AppServerConnection, "request">>): Ask {
  return async (method, params, schema, deadlineMs = DEADLINE_MS) => {
    const connection = await ready();
    return readAnswer(schema, await connection.request(method, params, deadlineMs), method);
  };
}
