/** Words what a person has to know beside the events of runs. */
import type { Notice } from "../core/chat/chat.ts";
import { asSentence, unreachable } from "../core/errors.ts";
import { shortPath } from "../core/text/file_paths.ts";
import { onOneLine } from "../core/text/short_text.ts";
import type { ActivityTexts } from "./activity_texts.ts";
import type { CheckTexts } from "./check_texts.ts";
import { declinedText, type QuestionTexts } from "./question_texts.ts";
import type { CodexTexts } from "./codex_texts.ts";
import type { RecordTexts } from "./record_texts.ts";
import type { RunTexts } from "./run_texts.ts";
import { troubleText, type WithTrouble } from "./trouble_texts.ts";

const NAME_LIMIT = 40;
const REASON_LIMIT = 200;
const MOST_FILES = 10;

export function noticeText(
  notice: Notice,
  { notices, activity, questions, checks, trouble, backend, records }: WithTrouble & {
    readonly checks: CheckTexts;
    readonly backend: CodexTexts["backend"];
    readonly notices: RunTexts["notices"];
    readonly activity: ActivityTexts;
    readonly questions: QuestionTexts;
    readonly records: RecordTexts;
  },
): string {
  switch (notice.type) {
    case "session.set-aside":
      return notices.sessionSetAside(notice.file);
    case "session.gone":
      return notices.sessionGone(notice.mode, notice.profile);
    case "session.not-kept":
      return notices.sessionNotKept(troubleText(notice.trouble, { trouble }));
    case "profile.gone":
      return notices.profileGone(onOneLine(notice.name, NAME_LIMIT), notice.used, placeOf(notice));
    case "folder.missing":
      return notices.folderMissing(placeOf(notice));
    case "policy.weaker":
      return `${backend.policyWeaker} ${trouble.otherBackend}`;
    case "pictures.unseen":
      return `${backend.pictures} ${trouble.otherBackend}`;
    case "conversation.moved": {
      const said = backend.moved(notice.messages);
      return notice.elsewhere ? `${said} ${backend.keptElsewhere} ${trouble.otherBackend}` : said;
    }
    case "checks.not-run": {
      if (!notice.elsewhere && notice.trouble !== undefined) {
        const why = troubleText(notice.trouble, { trouble });
        return checks.notRunNotice(why.replaceAll("/retry", "/checks run"));
      }
      const said = checks.notRunNotice(onOneLine(notice.reason, REASON_LIMIT));
      return notice.elsewhere ? `${checks.notRunHere} ${trouble.otherBackend}` : said;
    }
    case "selector.undecided":
      return notices.undecided(undecidedWhy(notice, { trouble }));
    case "queue.goes-on":
      return notices.queueGoesOn;
    case "agent.ended": {
      const { name, status, files, reason } = notice;
      const shown = files.slice(0, MOST_FILES).map((path) => shortPath(path, undefined)).join(", ");
      const more = files.length > MOST_FILES ? ` +${files.length - MOST_FILES}` : "";
      const how = activity.agentState[status];
      const why = reason === undefined ? how : `${how}: ${onOneLine(reason, REASON_LIMIT)}`;
      const ended = asSentence(activity.lateAgent(onOneLine(name, NAME_LIMIT), why));
      return files.length === 0 ? ended : `${ended}\n${activity.lateFiles(`${shown}${more}`)}`;
    }
    case "undo.cut-short":
      return records.undo.cutShort[notice.direction][notice.end];
    case "declined":
      return declinedText(notice.reason, questions);
    default:
      return unreachable(notice);
  }
}

function placeOf(
  { machine, folder }: { readonly machine?: string; readonly folder: string },
): string {
  return machine === undefined ? folder : `${machine}:${folder}`;
}

/** Without what helps a request that failed: this one goes on. */
function undecidedWhy(
  { trouble: why }: Notice & { readonly type: "selector.undecided" },
  texts: WithTrouble,
): string | undefined {
  if (why === undefined) return undefined;
  return "said" in why && why.said !== undefined ? asSentence(why.said) : troubleText(why, texts);
}
