/** No command begins while OpenTelemetry would export the bot token. */
import { ConfigError } from "../config/errors.ts";
import { untracedIsKept } from "../integrations/telemetry/tracing.ts";
import type { Perform } from "./process.ts";

/** The same command, which throws a ConfigError instead where the token would get out. */
export function withTokenKept(perform: Perform): Perform {
  return async (process) => {
    if (untracedIsKept()) return await perform(process);
    throw new ConfigError([{
      place: "environment",
      key: "OTEL_TRACES_SAMPLER",
      detail:
        "must be parentbased_always_on, or another parentbased_ one, while OTEL_DENO is on: " +
        "by any other, Deno exports the address of every call to Telegram, with the bot token in it",
    }]);
  };
}
