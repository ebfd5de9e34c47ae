/** Brings a run as one page: /report. A chat gets it as a file, a terminal where it was written. */
import type { Asking, Command } from "./command.ts";
import type { SessionKey } from "../core/session/session.ts";
import { pressedRun } from "./queue.ts";
import { refuses, type Reply, ReplyBuilder } from "./reply.ts";

export const report: Command = {
  name: "report",
  where: "everywhere",
  section: "look",
  takes: { oneOf: ["last"] },
  needs: { codex: true },
  run: (context) => reportReply(context, context.session),
  /** `report:<run>`, or with a topic behind it. */
  actions: {
    report: async (press) => {
      const { session, run } = pressedRun(press);
      return { reply: { ...await reportReply(press, session, run), silent: true } };
    },
  },
};

async function reportReply(
  { sessionService: { reports }, texts, place }: Asking,
  session: SessionKey,
  runId?: string,
): Promise<Reply> {
  const { report } = texts.records;
  const language = texts.records.report.language;
  const made = await reports.make(session, { language, ...(runId === undefined ? {} : { runId }) });
  if (made === undefined) return refuses(runId === undefined ? report.none : report.gone);
  if (place === "terminal") {
    const path = await reports.save(made);
    return new ReplyBuilder().line(report.written).line(path, "code").build();
  }
  return new ReplyBuilder().icon("document").line(report.caption)
    .with({ files: [{ name: made.fileName, bytes: made.bytes }] }).build();
}
