/** Records every call of the bot. */
import type { Json } from "./wire.ts";

export interface ApiCall {
  readonly number: number;
  readonly method: string;
  readonly parameters: Readonly<Record<string, Json>>;
  /** Parameters that the method does not have; the real server ignores them silently. */
  readonly unknownParameters: readonly string[];
  readonly startedAt: Date;
  /** Absent while the call runs. */
  readonly outcome: CallOutcome | undefined;
}

export type CallOutcome =
  | { readonly type: "answered"; readonly status: 200; readonly at: Date; readonly result: Json }
  | {
    readonly type: "refused";
    readonly status: number;
    readonly at: Date;
    readonly description: string;
    readonly retryAfterSeconds?: number;
  }
  /** The client got no answer or gave up first; `applied` = the call took effect anyway. */
  | { readonly type: "dropped"; readonly at: Date; readonly applied: boolean };

export class CallLog {
  readonly #calls: ApiCall[] = [];

  /** In the order of arrival. */
  all(): readonly ApiCall[] {
    return [...this.#calls];
  }

  /** @returns a function that records how the call ended */
  begin(call: Omit<ApiCall, "number" | "outcome">): (outcome: CallOutcome) => void {
    const number = this.#calls.length;
    this.#calls.push({ ...call, number, outcome: undefined });
    return (outcome) => {
      this.#calls[number] = { ...call, number, outcome };
    };
  }
}
