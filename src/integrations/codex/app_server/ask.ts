/** Requests to the app-server whose answers are read as they come in. */
import type { z } from "zod";
import { readAnswer } from "./answers.ts";
import type { AppServerConnection } from "./connection.ts";

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
