/** What a turn takes in: words and pictures with which it begins, and words while it runs. */
import type { Clock } from "../../../core/clock.ts";
import { pause } from "../../../core/deadline.ts";
import { CodexError } from "../../../core/errors.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";

const AGAIN_MS = 100;
/** A busy machine has taken seconds between telling of a turn and taking words in. */
const DEADLINE_MS = 30_000;
/** "no active turn to steer", "expected active turn id … but found …"; the same in 0.140 and 0.171. */
const NOT_YET_ACTIVE = /active turn/i;

export function textInput(text: string): readonly unknown[] {
  return [{ type: "text", text, text_elements: [] }];
}

/** @param paths of files that Codex can read */
export function imageInput(paths: readonly string[]): readonly unknown[] {
  return paths.map((path) => ({ type: "localImage", path }));
}

/**
 * Asks again while Codex, which tells of a turn before it takes anything in, has not got that far.
 * @throws {CodexError} when it refuses the words, or the turn is over first
 */
export async function steerTurn(
  connection: Pick<AppServerConnection, "request">,
  { threadId, expectedTurnId, text }: {
    readonly threadId: string;
    readonly expectedTurnId: string | undefined;
    readonly text: string;
  },
  { clock, over }: { readonly clock: Clock; readonly over: AbortSignal },
): Promise<void> {
  const request = { threadId, expectedTurnId, input: textInput(text) };
  const until = clock.monotonic() + DEADLINE_MS;
  for (;;) {
    try {
      await connection.request("turn/steer", request);
      return;
    } catch (error) {
      const isTooEarly = error instanceof RpcError && NOT_YET_ACTIVE.test(error.message);
      if (!isTooEarly || clock.monotonic() >= until) throw error;
    }
    if (!await pause(clock, AGAIN_MS, over)) throw turnIsOver();
  }
}

export function turnIsOver(): CodexError {
  return new CodexError("request", "Cannot add to the turn: it is over");
}
