/** Words what a person has to know beside the events of runs. */
import type { Notice } from "../core/chat/chat.ts";
import { unreachable } from "../core/errors.ts";
import { declinedText, type QuestionTexts } from "./question_texts.ts";
import type { RunTexts } from "./run_texts.ts";
import { troubleText, type WithTrouble } from "./trouble_texts.ts";

export function noticeText(
  notice: Notice,
  { notices, questions, trouble }: WithTrouble & {
    readonly notices: RunTexts["notices"];
    readonly questions: QuestionTexts;
  },
): string {
  switch (notice.type) {
    case "session.set-aside":
      return notices.sessionSetAside(notice.file);
    case "session.not-kept":
      return notices.sessionNotKept(troubleText(notice.trouble, { trouble }));
    case "queue.goes-on":
      return notices.queueGoesOn;
    case "declined":
      return declinedText(notice.reason, questions);
    default:
      return unreachable(notice);
  }
}
