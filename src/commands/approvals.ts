/** Answers an approval request by its id: /approve and /deny, as its buttons do. */
import type { CodexNews } from "../core/codex/news.ts";
import type { Redact } from "../core/redaction/redact.ts";
import { withVisibleControls } from "../core/text/control_characters.ts";
import { onOneLine } from "../core/text/short_text.ts";
import type { Texts } from "../texts/texts.ts";
import { type ChatContext, type Command, type OpenQuestion, usageReply } from "./command.ts";
import { type Choice, refuses, type Reply, type ReplyBuilder, says } from "./reply.ts";

export const approve: Command = {
  name: "approve",
  where: "chat",
  section: "control",
  rare: true,
  takes: { text: "id", required: true },
  run: (context) => decided("accept", approve, context),
  actions: {
    /** `denied:<review>`, below the news of what the automatic review denied. */
    denied: async ({ sessionService, session, texts, data }) => {
      if (!await sessionService.allowDenied(session, data)) return "stale";
      const { allowed, allowedMore } = texts.news;
      return { toast: allowed, reply: says(`${allowed} ${allowedMore}`) };
    },
  },
};

/** Offers to allow what the automatic review denied. */
export function deniedChoices(
  news: readonly CodexNews[],
  redact: Redact,
  { news: { allow } }: Texts,
): readonly (readonly Choice[])[] {
  return news.flatMap((each) => {
    if (each.type !== "review.denied" || each.agent !== undefined) return [];
    const label = allow(onOneLine(redact(each.subject), LABEL_LIMIT));
    return [[{ label, action: `denied:${each.reviewId}` }]];
  }).slice(0, MOST_CHOICES);
}

const LABEL_LIMIT = 32;
const MOST_CHOICES = 5;

export const deny: Command = {
  name: "deny",
  where: "chat",
  section: "control",
  rare: true,
  takes: { text: "id", required: true },
  run: (context) => decided("decline", deny, context),
};

const SUBJECT_LIMIT = 100;

function decided(
  decision: "accept" | "decline",
  command: Command,
  context: ChatContext,
): Reply | undefined {
  const { args, chat, texts } = context;
  if (!/^\S+$/.test(args)) return whichOne(command, context);
  // A decision shows in the question itself, which is edited.
  return chat.decide(args, decision) ? undefined : refuses(texts.approvals.unknown(args));
}

/** Lists what is open: Telegram sends a touched command without its id. */
function whichOne(command: Command, { openQuestions, texts }: ChatContext): Reply {
  const lines = usageReply(command, texts);
  const open = openQuestions();
  if (open.length === 0) return lines.line().line(texts.approvals.noneOpen).build();
  lines.line().line(texts.approvals.open);
  addOpenQuestions(lines, open, texts);
  return lines.build();
}

/** What each approval or question is about, and how it is answered without its buttons. */
export function addOpenQuestions(
  lines: ReplyBuilder,
  open: readonly OpenQuestion[],
  texts: Texts,
): void {
  for (const { id, type, subject } of open) {
    lines.line(onOneLine(withVisibleControls(subject), SUBJECT_LIMIT));
    if (type === "approval") lines.code(`/approve ${id}`).text("   ");
    else lines.text(`${texts.questions.byReply}   `);
    lines.code(`/deny ${id}`).line();
  }
}
