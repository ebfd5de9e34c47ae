/** /restart: a Codex that knows the present login and program. */
import type { RestartReport } from "../core/codex/codex.ts";
import { unreachable } from "../core/errors.ts";
import type { Texts } from "../texts/texts.ts";
import type { Command } from "./command.ts";
import { says } from "./reply.ts";

export const restart: Command = {
  name: "restart",
  where: "everywhere",
  section: "control",
  rare: true,
  // It is the only thing that can be started anew from here.
  takes: { oneOf: ["codex"] },
  needs: { codex: true },
  run: async ({ sessionService, session, texts }) =>
    says(reportText(await sessionService.restartCodex(session), texts)),
};

function reportText(report: RestartReport, { session: { restart } }: Texts): string {
  switch (report.type) {
    case "restarted":
      return restart.done;
    case "waiting":
      return restart.waiting(report.turns);
    case "elsewhere":
      return restart.elsewhere(report.machine);
    default:
      return unreachable(report);
  }
}
