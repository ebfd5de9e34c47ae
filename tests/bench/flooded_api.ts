/** Simulates Telegram's flood control in memory, by the clock that it is handed. */
import { ApiError } from "../../src/demo/bot_api/api_error.ts";
import { Chat } from "../../src/demo/bot_api/chat.ts";
import { Flood, type FloodLimits } from "../../src/demo/bot_api/flood.ts";
import type { Clock } from "../../src/core/clock.ts";
import { RecordingApi, refusal } from "../fakes/recording_api.ts";

type Arguments<Name extends "sendMessage" | "editMessageText" | "sendDocument"> = Parameters<
  RecordingApi[Name]
>;

export class FloodedApi extends RecordingApi {
  /** Calls that were refused by flood control. */
  refused = 0;
  readonly #flood: Flood;

  constructor(clock: Clock, limits: FloodLimits) {
    super(clock);
    this.#flood = new Flood(clock, limits);
  }

  override sendMessage(...call: Arguments<"sendMessage">): Promise<{ message_id: number }> {
    return this.#limited(call[0], () => super.sendMessage(...call));
  }

  override editMessageText(...call: Arguments<"editMessageText">): Promise<void> {
    return this.#limited(call[0], () => super.editMessageText(...call));
  }

  override sendDocument(...call: Arguments<"sendDocument">): Promise<{ message_id: number }> {
    return this.#limited(call[0], () => super.sendDocument(...call));
  }

  async #limited<Result>(chatId: number, call: () => Promise<Result>): Promise<Result> {
    const kind = chatId > 0 ? "private" : "supergroup";
    try {
      this.#flood.take(new Chat({ id: chatId, kind, botStatus: "member" }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refused += 1;
      throw refusal(429, error.message, { retry_after: error.parameters.retryAfterSeconds ?? 1 });
    }
    return await call();
  }
}
