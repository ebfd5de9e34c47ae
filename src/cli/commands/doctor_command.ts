/** `codex-orchestrator doctor`: checks everything the program needs, and changes nothing. */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, withDefault } from "@optique/core/modifiers";
import { command, flag } from "@optique/core/primitives";
import { jsonText } from "../../core/text/control_characters.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CHECKS, examine } from "../doctor/examination.ts";
import { Installation } from "../doctor/installation.ts";
import { type CheckResult, checkText, reportOf, summaryText } from "../doctor/report.ts";
import type { Perform, Process } from "../process.ts";
import { readableColumns } from "../prompt/layout.ts";
import { confOption, envFileOption, examples, jsonFlag } from "../syntax.ts";

interface DoctorOptions {
  readonly conf?: string | undefined;
  readonly envFile?: string | undefined;
  readonly json: boolean;
  readonly offline: boolean;
  readonly latest: boolean;
}

const offlineFlag = withDefault(
  flag("--offline", { description: message`Do not contact Telegram or the model provider` }),
  false,
);

const latestFlag = withDefault(
  flag("--latest", { description: message`Also ask whether there is a newer version` }),
  false,
);

export const doctorCommand = command(
  "doctor",
  map(
    object("Options", {
      conf: confOption,
      envFile: envFileOption,
      json: jsonFlag,
      offline: offlineFlag,
      latest: latestFlag,
    }),
    (options): Perform => (process) => runDoctor(process, options),
  ),
  {
    brief: message`Check everything the program needs and say how to fix it`,
    description:
      message`Checks the configuration, Telegram, Codex, the working directories and the state folder, and changes nothing. Codex is started for a moment. The exit code is 0 unless a check failed.`,
    footer: examples(
      "codex-orchestrator doctor",
      "codex-orchestrator doctor --offline --conf ~/bots/conf.toml",
      "codex-orchestrator doctor --latest",
      "codex-orchestrator doctor --json",
    ),
  },
);

async function runDoctor(process: Process, options: DoctorOptions): Promise<number> {
  const { clock } = process;
  const begun = clock.monotonic();
  const { conf, envFile, json, offline, latest } = options;
  const installation = new Installation({ process, conf, envFile, offline, latest, clock });
  const { terminal } = process;
  const style = { colors: terminal.colors, columns: readableColumns(terminal) };
  const results: CheckResult[] = [];
  for await (const result of examine(CHECKS, installation, process.stop)) {
    if (!json) process.print(checkText(result, results.at(-1), style));
    results.push(result);
  }
  const durationMs = Math.round(clock.monotonic() - begun);
  const report = reportOf(results, { programVersion: process.version, durationMs });
  const stopped = process.stop.aborted;
  process.print(json ? `${jsonText(report, 2)}\n` : summaryText(report, style, stopped));
  if (stopped) return EXIT_CODES.interrupted;
  return report.summary.status === "fail" ? EXIT_CODES.failed : EXIT_CODES.ok;
}
