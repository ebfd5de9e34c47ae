/** Reviews what is there already, and has the findings mended: /review. */
import type { FollowWish } from "../core/run/ended_reviews.ts";
import { openFindings } from "../core/run/findings.ts";
import type { RunOutcome } from "../core/run/events.ts";
import type { Run } from "../core/run/run.ts";
import type { Reviewed } from "../core/session/session.ts";
import { fixRequest } from "../texts/review_texts.ts";
import type { Texts } from "../texts/texts.ts";
import type { Command, CommandContext, Pressed } from "./command.ts";
import { pressedRun, runAction } from "./queue.ts";
import { type Choice, refuses, type Reply } from "./reply.ts";

const FIX = /^fix(?:\s+([\s\S]*))?$/i;

export const review: Command = {
  name: "review",
  where: "everywhere",
  section: "work",
  takes: { text: "reviewed", forCodex: true },
  needs: { disk: "request" },
  run: async (context) => {
    const { args, submitTask } = context;
    const [isFix, named = ""] = FIX.exec(args) ?? [];
    if (isFix !== undefined) return await fixedByCommand(context, idsIn(named));
    submitTask("review", args);
    return undefined;
  },
  actions: {
    /** `fix:<run>`, or with a topic behind it: has the findings of that review mended. */
    fix: async (press): Promise<Pressed> => {
      const { session, run } = pressedRun(press);
      const reviewed = await press.sessionService.reviewOf(session);
      if (reviewed?.runId !== run) return "stale";
      if (isSettled(reviewed)) {
        return { reply: refuses(press.texts.review.nothingToFix), withoutChoices: ["fix"] };
      }
      const { prompt, follows } = fixOf(reviewed, press.texts);
      return press.submitOnce(prompt, follows) ? { withoutChoices: ["fix"] } : "stale";
    },
  },
};

/** Reads `F1, f3`, `1 3`, `#1 and 3.` and the same in quotes. */
function idsIn(named: string): string[] {
  return named.split(/[\s,;&]+/).filter((each) => !/^(?:and|및|)$/i.test(each))
    .map((each) => each.toUpperCase().replace(ID, "F$1"));
}

/** As a person writes it, with what Markdown or a sentence sets around it. */
const ID = /^[`'"*#([]*F?0*(\d+)[`'"*)\].:!번]*(?:과|와|만|을|를)?$/;

function isSettled({ subject }: Reviewed): boolean {
  return openFindings(subject.findings).length === 0 && subject.said === undefined;
}

async function fixedByCommand(
  context: CommandContext,
  ids: readonly string[],
): Promise<Reply | undefined> {
  const { sessionService, session, texts: { review } } = context;
  const reviewed = await sessionService.reviewOf(session);
  if (reviewed === undefined || isSettled(reviewed)) return refuses(review.nothingToFix);
  const open = openFindings(reviewed.subject.findings);
  const unknown = ids.filter((id) => open.every((finding) => finding.id !== id));
  if (unknown.length > 0) return refuses(review.unknownFinding(unknown.join(", ")));
  const findings = ids.length === 0 ? open : open.filter(({ id }) => ids.includes(id));
  const wanted = { ...reviewed, subject: { ...reviewed.subject, findings } };
  const { prompt, follows } = fixOf(wanted, context.texts);
  if (follows === undefined) context.submit(prompt);
  else context.submitFollowing(prompt, follows);
  return undefined;
}

/** The developer begins with the findings, and the reviewer of plan mode goes on with them. */
function fixOf(
  { runId, subject, profile }: Reviewed,
  texts: Texts,
): { readonly prompt: string; readonly follows?: FollowWish } {
  const prompt = fixRequest(subject, texts);
  if (subject.said !== undefined) return { prompt };
  const summary = subject.summary === "" ? prompt : subject.summary;
  const follows = {
    runId,
    plan: "",
    round: 0,
    next: "develop",
    report: "",
    review: { verdict: "needs_changes", summary, findings: openFindings(subject.findings) },
    ...(profile === undefined ? {} : { profile }),
  } as const;
  return { prompt, follows };
}

/** Leads on from a review on demand that has found something. */
export function reviewChoices(
  outcome: RunOutcome,
  run: Pick<Run, "id" | "session">,
  { review: texts }: Pick<Texts, "review">,
): readonly (readonly Choice[])[] {
  const subject = outcome.answer?.reviewed;
  const isLeft = subject !== undefined &&
    (openFindings(subject.findings).length > 0 || subject.said !== undefined);
  if (!isLeft) return [];
  return [[{ label: texts.fixButton, action: runAction("fix", run), typed: "/review fix" }]];
}
