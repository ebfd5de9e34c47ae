/** Reviews what is there already, and has the findings mended: /review. */
import { openFindings } from "../core/run/findings.ts";
import type { RunOutcome } from "../core/run/events.ts";
import type { Run } from "../core/run/run.ts";
import { fixRequest } from "../texts/review_texts.ts";
import type { Texts } from "../texts/texts.ts";
import type { Command } from "./command.ts";
import { pressedRun, runAction } from "./queue.ts";
import type { Choice } from "./reply.ts";

export const review: Command = {
  name: "review",
  where: "everywhere",
  section: "work",
  takes: { text: "reviewed" },
  needs: { disk: "request" },
  run: ({ args, submitTask }) => {
    submitTask("review", args);
    return undefined;
  },
  actions: {
    /** `fix:<run>`, or with a topic behind it: has the findings of that review mended. */
    fix: async ({ sessionService, submit, texts, ...press }) => {
      const { session, run } = pressedRun(press);
      const found = await sessionService.reviewOf(session, run);
      if (found === undefined) return "stale";
      submit(fixRequest(found, texts));
      return {};
    },
  },
};

/** Leads on from a review on demand that has found something. */
export function reviewChoices(
  outcome: RunOutcome,
  run: Pick<Run, "id" | "session">,
  { review: texts }: Pick<Texts, "review">,
): readonly (readonly Choice[])[] {
  const subject = outcome.answer?.reviewed;
  const isLeft = subject !== undefined &&
    (openFindings(subject.findings).length > 0 || subject.said !== undefined);
  return isLeft ? [[{ label: texts.fixButton, action: runAction("fix", run) }]] : [];
}
