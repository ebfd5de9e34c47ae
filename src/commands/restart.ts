/** /restart: a Codex that knows the present login and program. */
import type { RestartReport } from "../core/codex/codex.ts";
import { unreachable } from "../core/errors.ts";
import type { Texts } from "../texts/texts.ts";
import type { Command } from "./command.ts";
import { ReplyBuilder } from "./reply.ts";
import { addCommands } from "./terminals.ts";

export const restart: Command = {
  name: "restart",
  where: "everywhere",
  section: "control",
  rare: true,
  // It is the only thing that can be started anew from here.
  takes: { oneOf: ["codex"] },
  needs: { codex: "first" },
  run: async (context) => {
    const { sessionService, session, texts } = context;
    const running = await sessionService.commands.list(session);
    const report = await sessionService.restartCodex(session);
    const lines = new ReplyBuilder().line(reportText(report, texts));
    // A Codex that is started anew takes what it has left running with it.
    const commands = running.commands.filter(({ machine }) => machine === undefined);
    if (report.type !== "elsewhere" && commands.length > 0) {
      lines.line().line(texts.terminals.endWithCodex);
      addCommands(lines, { commands }, context);
    }
    return lines.build();
  },
};

function reportText(report: RestartReport, { session: { restart } }: Texts): string {
  switch (report.type) {
    case "restarted":
      return restart.done;
    case "waiting":
      return restart.waiting(report.turns);
    case "elsewhere":
      return report.waits
        ? restart.waitingElsewhere(report.machine)
        : restart.elsewhere(report.machine);
    default:
      return unreachable(report);
  }
}
