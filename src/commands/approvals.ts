/** Answers an approval request by its id: /approve and /deny, as its buttons do. */
import { withVisibleControls } from "../core/text/control_characters.ts";
import { onOneLine } from "../core/text/short_text.ts";
import type { Texts } from "../texts/texts.ts";
import { type ChatContext, type Command, type OpenQuestion, usageReply } from "./command.ts";
import { refuses, type Reply, type ReplyBuilder } from "./reply.ts";

export const approve: Command = {
  name: "approve",
  where: "chat",
  section: "control",
  rare: true,
  takes: { text: "id", required: true },
  run: (context) => decided("accept", approve, context),
};

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
  if (open.length > 0) {
    lines.line().line(texts.approvals.open);
    addOpenQuestions(lines, open, texts);
  }
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
