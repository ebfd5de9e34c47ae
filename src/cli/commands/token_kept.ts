/** Refuses to run a command while OpenTelemetry would export the bot token. */
import { ConfigError } from "../../config/errors.ts";
import { mayBeTraced } from "../../integrations/telemetry/switched_on.ts";
import type { Perform } from "../process.ts";

/** @returns the command, which throws a ConfigError instead */
export function withTokenKept(perform: Perform): Perform {
  return async (process) => {
    if (!mayBeTraced(process.variables)) return await perform(process);
    const { suppressionWorks } = await import("../../integrations/telemetry/tracing.ts");
    if (suppressionWorks()) return await perform(process);
    throw new ConfigError([{
      place: "environment",
      key: "OTEL_TRACES_SAMPLER",
      detail:
        "must be parentbased_always_on or another parentbased_ sampler while OTEL_DENO is on: with " +
        "any other, Deno exports the address of every call to Telegram, and the bot token in it",
    }]);
  };
}
