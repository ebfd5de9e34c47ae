/** Chooses whether plans wait for a Go, and shows the last one: /plan. */
import { PLAN_APPROVALS, type PlanApproval } from "../core/run/plan.ts";
import { planParts } from "../texts/plan_text.ts";
import type { Command, CommandContext } from "./command.ts";
import { fromNow } from "./from_now.ts";
import { refuses, type Reply, ReplyBuilder } from "./reply.ts";

export const plan: Command = {
  name: "plan",
  where: "everywhere",
  section: "settings",
  // Other words are probably a request, as in Codex's own terminal.
  takes: { text: "planApproval" },
  needs: { disk: "change" },
  run: async (context) => {
    const { args, texts: { plans } } = context;
    const word = args.toLowerCase();
    const wanted = PLAN_APPROVALS.find((each) => each === word);
    if (wanted !== undefined) return await chosen(wanted, context);
    return args === "" ? await present(context) : refuses(plans.command.words);
  },
};

async function chosen(wanted: PlanApproval, context: CommandContext): Promise<Reply> {
  const { session, sessionService, status, texts } = context;
  await sessionService.choosePlanApproval(session, wanted);
  const { plans: { command } } = texts;
  const lines = new ReplyBuilder().line(command[wanted]).line(fromNow(context));
  const { session: { mode } } = await status();
  return mode === "plan" ? lines.build() : lines.line(command.onlyInPlanMode).build();
}

async function present(
  { session, records, status, texts }: CommandContext,
): Promise<Reply> {
  const { plans: { command } } = texts;
  const { profile: { planApproval = "auto" }, session: { mode } } = await status();
  const lines = new ReplyBuilder().line(command.now[planApproval]).sentence(command.pick).line();
  if (mode === "single") lines.line(command.onlyInPlanMode);
  const last = records.lastPlan(session);
  lines.line();
  if (last === undefined) return lines.line(command.none).build();
  lines.line(command.last, "bold");
  for (const { title, lines: body } of planParts(last, texts)) {
    if (title !== undefined) lines.line(title, "bold");
    for (const line of body) lines.line(line);
  }
  return lines.build();
}
