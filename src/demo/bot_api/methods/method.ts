/** The shape of a Bot API method on this server. */
import type { Account } from "../account.ts";
import type { Parameters } from "../parameters.ts";
import type { Json } from "../wire.ts";

export interface MethodCall {
  readonly account: Account;
  readonly parameters: Parameters;
  /** Aborted when the client hangs up or the server closes. */
  readonly signal: AbortSignal;
}

export interface Method {
  /** Every parameter that the Bot API documents for it. */
  readonly parameters: readonly string[];
  /**
   * @returns the value of `result`
   * @throws {ApiError} with Telegram's reason for a refusal
   */
  run(call: MethodCall): Json | Promise<Json>;
  /** Says beside the result what a success does, as far as Telegram does so. */
  description?(account: Account): string;
}

export type MethodTable = Readonly<Record<string, Method>>;
