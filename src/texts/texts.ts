/**
 * Every sentence that a person reads in the chat or at the terminal, in each language. The English
 * texts are the type of the others: a language that misses one does not compile.
 */
import { ACTIVITY_TEXTS } from "./activity_texts.ts";
import { APPROVAL_TEXTS } from "./approval_texts.ts";
import { QUESTION_TEXTS } from "./question_texts.ts";
import { CHECK_TEXTS } from "./check_texts.ts";
import { COMMAND_TEXTS } from "./command_texts.ts";
import { END_TEXTS } from "./end_texts.ts";
import { FOLDER_TEXTS } from "./folder_texts.ts";
import { GOAL_TEXTS } from "./goal_texts.ts";
import { NEWS_TEXTS } from "./news_texts.ts";
import { PLAN_TEXTS } from "./plan_texts.ts";
import { RECORD_TEXTS } from "./record_texts.ts";
import { RUN_TEXTS } from "./run_texts.ts";
import { CODEX_TEXTS } from "./codex_texts.ts";
import { REVIEW_TEXTS } from "./review_texts.ts";
import { SESSION_TEXTS } from "./session_texts.ts";
import { TELEGRAM_TEXTS } from "./telegram_texts.ts";
import { TERMINAL_TEXTS } from "./terminal_texts.ts";
import { TROUBLE_TEXTS } from "./trouble_texts.ts";
import type { Language } from "./language.ts";

const en = {
  commands: COMMAND_TEXTS.en,
  session: SESSION_TEXTS.en,
  ...CODEX_TEXTS.en,
  ...NEWS_TEXTS.en,
  ...RUN_TEXTS.en,
  ...REVIEW_TEXTS.en,
  activity: ACTIVITY_TEXTS.en,
  approvals: APPROVAL_TEXTS.en,
  questions: QUESTION_TEXTS.en,
  checks: CHECK_TEXTS.en,
  folders: FOLDER_TEXTS.en,
  goals: GOAL_TEXTS.en,
  ends: END_TEXTS.en,
  plans: PLAN_TEXTS.en,
  records: RECORD_TEXTS.en,
  trouble: TROUBLE_TEXTS.en,
  ...TELEGRAM_TEXTS.en,
  terminal: TERMINAL_TEXTS.en,
};

export type Texts = typeof en;

const ko: Texts = {
  commands: COMMAND_TEXTS.ko,
  session: SESSION_TEXTS.ko,
  ...CODEX_TEXTS.ko,
  ...NEWS_TEXTS.ko,
  ...RUN_TEXTS.ko,
  ...REVIEW_TEXTS.ko,
  activity: ACTIVITY_TEXTS.ko,
  approvals: APPROVAL_TEXTS.ko,
  questions: QUESTION_TEXTS.ko,
  checks: CHECK_TEXTS.ko,
  folders: FOLDER_TEXTS.ko,
  goals: GOAL_TEXTS.ko,
  ends: END_TEXTS.ko,
  plans: PLAN_TEXTS.ko,
  records: RECORD_TEXTS.ko,
  trouble: TROUBLE_TEXTS.ko,
  ...TELEGRAM_TEXTS.ko,
  terminal: TERMINAL_TEXTS.ko,
};

export function textsFor(language: Language): Texts {
  return { en, ko }[language];
}

export { type Language, languageOf, LANGUAGES } from "./language.ts";
