/** `codex-orchestrator trace tail`: what the bot does now, a line each. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, withDefault } from "@optique/core/modifiers";
import { command, option } from "@optique/core/primitives";
import { integer } from "@optique/core/valueparser";
import { jsonText } from "../../core/text/json_text.ts";
import { followTrace } from "../../integrations/traces/trace_follower.ts";
import { eventText } from "../../report/text/event_text.ts";
import { paintIn } from "../../report/text/paint.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import type { Perform, Process } from "../process.ts";
import { examples } from "../syntax/footer.ts";
import { jsonFlag } from "../syntax/options.ts";
import { TraceAccess } from "../trace_access.ts";

interface TailOptions {
  readonly lines: number;
  readonly json: boolean;
}

export const traceTailCommand = command(
  "tail",
  map(
    object("Options", {
      lines: withDefault(
        option("-n", "--lines", integer({ metavar: "N", min: 0, max: 100_000 }), {
          description: message`Begin with so many lines that are there already, 10 when not said`,
        }),
        10,
      ),
      json: jsonFlag,
    }),
    (options): Perform => (process) => tail(process, options),
  ),
  {
    brief: message`Follow what the bot does, a line each`,
    description:
      message`Goes on until Ctrl-C, also over midnight and over a restart of the bot. With --json each line is the record as it was written.`,
    footer: examples(
      "codex-orchestrator trace tail",
      "codex-orchestrator trace tail --lines 0 --json",
    ),
  },
);

async function tail(process: Process, { lines, json }: TailOptions): Promise<number> {
  const { clock, terminal } = process;
  const stop = AbortSignal.any([process.stop, process.unread]);
  const access = await TraceAccess.open(process);
  const paint = paintIn(terminal.colors);
  const { folder } = access;
  for await (const written of followTrace({ folder, clock, last: lines, stop })) {
    for (const record of access.masked(written)) {
      process.print(
        json ? `${jsonText(record)}\n` : eventText(record, paint, terminal.columns),
      );
    }
  }
  return EXIT_CODES.ok;
}
