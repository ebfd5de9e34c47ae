/** What the log says of calls that failed. */
import type { Log } from "../../core/log.ts";
import type { Failure } from "./failure.ts";
import { type Entry, isLossy, type Operation } from "./operation.ts";

/** How bad it is that it does not arrive. */
export function levelOf(operation: Operation, failure: Failure): "debug" | "warn" | "error" {
  // A person has deleted the message, and wants to see no more of it.
  if (failure.kind === "message-gone") return "debug";
  if (operation.journal !== undefined) return "error";
  return isLossy(operation) ? "debug" : "warn";
}

/** Never a URL, which would hold the bot token. */
export function described(
  { operation }: Entry,
  { code, description }: Failure,
): { method: string; code: number | undefined; description: string } {
  return { method: operation.method, code, description };
}

/** What is left away is missing in the chat, and somebody may ask why: that is worth a warning. */
export function logRetry(log: Log, entry: Entry, failure: Failure, how: string): void {
  log[how === "reduce" ? "warn" : "info"]("outbox.retry", { ...described(entry, failure), how });
}
