/** A day on the command line. */
import { message } from "@optique/core/message";
import type { ValueParser } from "@optique/core/valueparser";
import { isDay } from "../../integrations/traces/trace_files.ts";

/** A UTC day there is, as `yyyy-mm-dd`. */
export function day(): ValueParser<"sync", string> {
  return {
    mode: "sync",
    metavar: "DAY",
    placeholder: "2026-01-31",
    parse: (input) =>
      /^\d{4}-\d{2}-\d{2}$/.test(input) && isDay(input)
        ? { success: true, value: input }
        : { success: false, error: message`a day is needed, as in ${"2026-01-31"}` },
    format: (value) => value,
  };
}
